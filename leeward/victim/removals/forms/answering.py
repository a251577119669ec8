"""What an answer must say, asked alike of a platform that gives it and of the desk that writes one down."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise

from leeward.victim.removals.rules.decisions import Answer, Ground, Outcome, Reasons, RefusalReason, lacks_of


class SaidForm(forms.Form):
    """The reasons of an answer, in the fields that a form asks for; what is missing is said beside its field."""

    # What to say at a field that the outcome needs and that was left empty.
    missing: ClassVar[Mapping[str, str | Promise]] = {}

    @property
    def said_outcome(self) -> Outcome | None:
        """What was done; None while nobody has said it."""
        raise NotImplementedError

    def clean(self) -> dict[str, object]:
        """Say beside its field what `check_answer` would refuse; a field that has an error already says its own."""
        found = super().clean() or {}
        outcome = self.said_outcome
        for name, _words in lacks_of(self._answer(outcome, found)) if outcome else ():
            if name in self.fields and not self.has_error(name):
                self.add_error(name, str(self.missing[name]))
        return found

    def as_answer(self) -> Answer:
        """Return the answer; call `is_valid` first."""
        outcome = self.said_outcome
        assert outcome is not None  # noqa: S101  # narrows the type; a valid form has one
        return self._answer(outcome, self.cleaned_data)

    def _answer(self, outcome: Outcome, said: Mapping[str, Any]) -> Answer:
        return Answer(
            outcome=outcome,
            reasons=Reasons(
                facts=said.get("facts", ""),
                ground=Ground(said["ground"]) if said.get("ground") else None,
                legal_ground=said.get("legal_ground", ""),
                explanation=said.get("explanation", ""),
                refusal=RefusalReason(said["refusal"]) if said.get("refusal") else None,
                automated_detection=said.get("automated_detection", False),
                automated_decision=said.get("automated_decision", False),
            ),
        )
