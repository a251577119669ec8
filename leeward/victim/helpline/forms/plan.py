"""The plan to stay safe, part by part: the person types it, and who suggests a change of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from leeward.foundation.editing.fields import OnceForm
from leeward.victim.helpline.errors import NothingSuggested
from leeward.victim.helpline.rules.plans import LONGEST_PART, Plan, PlanPart
from leeward.victim.removals.forms.person.answers import words


class PlanForm(forms.Form):
    """Each part may be left out."""

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        """`plan`: how it reads before."""
        super().__init__(*args, **kwargs)
        for part in PlanPart:
            label, hint = gettext_lazy(part.label), gettext_lazy(part.hint)
            self.fields[part.value] = words(rows=3, longest=LONGEST_PART, label=label, help_text=hint)
            self.initial.setdefault(part.value, plan.texts.get(part, ""))

    @property
    def plan(self) -> Plan:
        """The plan as it was typed."""
        return Plan(texts={part: self.cleaned_data[part.value] for part in PlanPart})


class SuggestForm(OnceForm, PlanForm):
    """The same as a suggestion: made once however often it is sent, and other than what stands there."""

    def __init__(self, *args: Any, current: Plan, **kwargs: Any) -> None:
        """`current`: the person's plan as it is; `plan` is what the fields begin with."""
        super().__init__(*args, **kwargs)
        self.current = current

    def clean(self) -> None:
        """Something is suggested."""
        super().clean()
        if not self.errors and not self.current.change_to(self.plan).texts:
            self.add_error(None, gettext(NothingSuggested.reason))
