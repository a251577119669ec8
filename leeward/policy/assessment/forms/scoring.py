"""Forms for answers: one question, a row's questions together, or what was agreed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.policy.assessment.errors import FieldRefused
from leeward.policy.assessment.forms.fields import line, say, text
from leeward.policy.assessment.queries.states import Answer
from leeward.policy.assessment.rules.entries import NewScore, check_score
from leeward.policy.assessment.rules.rounds import NOTE_LENGTH, REASON_LENGTH
from leeward.policy.assessment.rules.scale import CHOSEN, State
from leeward.policy.assessment.words import STATES


class ScoreForm(forms.Form):
    """How far one item is. `may_wait`: leaving it open is no mistake, as among a row's questions."""

    state = forms.ChoiceField(
        label=_("How far is it?"),
        choices=[(state.value, STATES[state]) for state in CHOSEN],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one answer"), "invalid_choice": _("Choose one answer")},
    )
    reason = line(
        _("If it does not apply here: why?"), most=REASON_LENGTH, required=False, help_text=_("This is published.")
    )
    note = text(_("Note"), most=NOTE_LENGTH, help_text=_("For those who take part. Name no persons."))

    def __init__(self, *args: Any, item_id: str, answer: Answer | None, may_wait: bool = False, **kwargs: Any) -> None:
        if answer is not None:
            kwargs["initial"] = {"state": answer.state.value, "reason": answer.reason, "note": answer.note}
        kwargs["prefix"] = item_id.replace(".", "-")
        super().__init__(*args, **kwargs)
        self.item_id = item_id
        self.fields["state"].required = not may_wait

    def clean(self) -> dict[str, Any]:
        """Let the rules look at it, so that what they refuse stands beside its field."""
        typed = super().clean() or self.cleaned_data
        if self.errors or not typed.get("state"):
            if not self.errors and (typed.get("reason") or typed.get("note")):
                self.add_error("state", _("Choose one answer"))
            return typed
        try:
            check_score(self._as_score(typed))
        except FieldRefused as error:
            say(self, error)
        return typed

    def as_score(self) -> NewScore | None:
        """What was typed; None where nothing was chosen."""
        return self._as_score(self.cleaned_data) if self.cleaned_data.get("state") else None

    def _as_score(self, typed: dict[str, Any]) -> NewScore:
        state = State(typed["state"])
        return NewScore(item_id=self.item_id, state=state, reason=typed["reason"], note=typed["note"])


class AgreeForm(ScoreForm):
    """What is agreed about one item."""

    note = text(
        _("How you came to agree"),
        most=NOTE_LENGTH,
        help_text=_("Needed where bodies differ. This is published with the round."),
    )
