"""What may be typed of the self-check and of trials of messages."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import Choices, languages, line, text, whole_number
from leeward.foundation.web.words import language, word
from leeward.justice.perpetrators.models import CODE_LENGTH
from leeward.justice.perpetrators.operations.trials import NewTrial
from leeward.justice.perpetrators.rules.check import QUESTIONS
from leeward.justice.perpetrators.rules.trials import TEN_THOUSAND, Arm, TrialPlan

MESSAGE_LENGTH = 200
WEEKLY_MOST = 100_000_000
TRIAL_CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class CheckForm(forms.Form):
    """Ten questions; each may be skipped."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            answers: Choices = [(each.code, gettext(each.words)) for each in question.answers]
            self.fields[question.code] = forms.ChoiceField(
                label=gettext(question.title),
                choices=answers,
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": gettext("Choose one of the answers, or none")},
            )


class PlanForm(forms.Form):
    """What is expected of two texts, before either is written."""

    followed = whole_number(
        _("Of 10,000 who see a text, how many go on to the questions?"),
        least=1,
        most=TEN_THOUSAND,
        missing=_("Enter how many"),
        wrong=_("Enter a number from 1 to 10,000"),
        help_text=_(
            "Use what you know about messages like these. When people see a warning while they search, it is often 1 "
            "to 3."
        ),
    )
    more_percent = whole_number(
        _("How many per cent more should the better text reach to matter?"),
        least=1,
        most=1_000,
        missing=_("Enter how many per cent"),
        wrong=_("Enter a number from 1 to 1,000"),
    )
    weekly = whole_number(
        _("How often are the two shown in a week, together?"),
        least=1,
        most=WEEKLY_MOST,
        missing=_("Enter how often"),
        wrong=_("Enter a number from 1 to 100,000,000"),
    )

    @property
    def plan(self) -> TrialPlan:
        """What is expected."""
        given = self.cleaned_data
        return TrialPlan(followed=given["followed"], more_percent=given["more_percent"], weekly=given["weekly"])


class TrialForm(PlanForm):
    """Two texts in each language, and what is expected of them."""

    field_order = ("code",)
    code = line(_("Short name"), missing=_("Enter a short name"), most=CODE_LENGTH, help_text=_("Such as spring-2027."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for arm in Arm:
            for code in languages():
                named = {"text": word(arm), "language": language(code)}
                label = gettext("%(text)s (%(language)s)") % named
                missing = gettext("Enter the text in this language")
                self.fields[f"{arm}_{code}"] = text(label, rows=2, most=MESSAGE_LENGTH, missing=missing)

    def clean_code(self) -> str:
        """A name that can stand in an address."""
        typed = str(self.cleaned_data["code"])
        if not TRIAL_CODE.fullmatch(typed):
            raise forms.ValidationError(gettext("Use small letters from a to z, digits and single hyphens"))
        return typed

    @property
    def new(self) -> NewTrial:
        """The trial as it was typed."""
        texts = {arm: {code: self.cleaned_data[f"{arm}_{code}"].strip() for code in languages()} for arm in Arm}
        return NewTrial(code=self.cleaned_data["code"], texts=texts, plan=self.plan)
