"""Forms for answers: one question, a row's questions together, or what was agreed."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.fields import line, text
from leeward.foundation.editing.mistakes import say
from leeward.foundation.web.words import choices_of, word
from leeward.policy.assessment.queries.states import Answer
from leeward.policy.assessment.rules.entries import NewScore, check_score
from leeward.policy.assessment.rules.rounds import ID_LENGTH, NOTE_LENGTH, REASON_LENGTH
from leeward.policy.assessment.rules.scale import CHOSEN, State


class ScoreForm(forms.Form):
    """How far one item is. `may_wait`: leaving it open is no mistake, as among a row's questions."""

    state = forms.ChoiceField(
        label=_("Level reached"),
        choices=[choice for choice in choices_of(State) if choice[0] in CHOSEN],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one answer"), "invalid_choice": _("Choose one answer")},
    )
    reason = line(_("If it does not apply here: why?"), most=REASON_LENGTH, help_text=_("This is published."))
    note = text(_("Note"), most=NOTE_LENGTH, help_text=_("For those who take part. Name no persons."), rows=3)
    # What stood here when the page was made, so that an answer given meanwhile is not overwritten by who never saw it.
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, item_id: str, answer: Answer | None, may_wait: bool = False, **kwargs: Any) -> None:
        kwargs["initial"] = {"shown": _mark(answer)}
        if answer is not None:
            kwargs["initial"] |= {"state": answer.state.value, "reason": answer.reason, "note": answer.note}
        kwargs["prefix"] = item_id.replace(".", "-")
        super().__init__(*args, **kwargs)
        self.item_id = item_id
        self.answer = answer
        self.is_untouched = False
        self.fields["state"].required = not may_wait

    def clean(self) -> None:
        """Let the rules look at it, so that what they refuse stands beside its field."""
        super().clean()
        typed = self.cleaned_data
        self._look_whether_answered_meanwhile(typed)
        if self.errors or not typed.get("state"):
            if not self.errors and (typed.get("reason") or typed.get("note")):
                self.add_error("state", _("Choose one answer"))
            return
        try:
            check_score(self._as_score(typed))
        except FieldRefused as error:
            say(self, error)

    def as_score(self) -> NewScore | None:
        """What was typed; None where nothing was chosen, or left as it stood while somebody else answered."""
        if self.is_untouched or not self.cleaned_data.get("state"):
            return None
        return self._as_score(self.cleaned_data)

    def _look_whether_answered_meanwhile(self, typed: Mapping[str, Any]) -> None:
        """Where somebody else has answered since the page was made: keep that, or ask whoever answers otherwise."""
        name, now = self.add_prefix("shown"), _mark(self.answer)
        if name not in self.data or typed.get("shown") == now:
            return
        said = _mark_of(typed["state"], typed.get("reason", ""), typed.get("note", "")) if typed.get("state") else ""
        if typed.get("shown") == said:
            self.is_untouched = True
        elif now != said and self.answer is not None:
            self.add_error(
                "state",
                _("Somebody else has answered this meanwhile: %(answer)s. Save again if yours is to follow it.")
                % {"answer": word(self.answer.state)},
            )
        self.data = {**self.data.dict(), name: now} if hasattr(self.data, "dict") else {**self.data, name: now}

    def _as_score(self, typed: Mapping[str, Any]) -> NewScore:
        state = State(typed["state"])
        return NewScore(item_id=self.item_id, state=state, reason=typed["reason"], note=typed["note"])


def _mark(answer: Answer | None) -> str:
    """What an answer says, as one short word; nothing for no answer."""
    return _mark_of(answer.state.value, answer.reason, answer.note) if answer else ""


def _mark_of(state: str, reason: str, note: str) -> str:
    said = "\0".join((state, reason, note.replace("\r\n", "\n")))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


class ConfirmForm(forms.Form):
    """A body's word that what the secretariat entered is its answer: of all that it saw, or of one item."""

    seen_at = forms.CharField(widget=forms.HiddenInput)
    only = forms.CharField(required=False, max_length=ID_LENGTH)

    def clean_seen_at(self) -> datetime:
        """When the page was made."""
        try:
            seen_at = datetime.fromisoformat(self.cleaned_data["seen_at"])
        except ValueError as error:
            raise forms.ValidationError(_("Open the page again.")) from error
        return seen_at if seen_at.tzinfo else seen_at.replace(tzinfo=UTC)


class AgreeForm(ScoreForm):
    """What is agreed about one item."""

    note = text(
        _("Reasons for the agreement"),
        most=NOTE_LENGTH,
        help_text=_("Needed where bodies differ. This is published with the round."),
        rows=3,
    )
