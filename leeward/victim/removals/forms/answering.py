"""What an answer must say, asked alike of a platform that gives it and of the desk that writes one down."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise

from leeward.victim.removals.rules.decisions import Answer, Ground, Outcome, Reasons, RefusalReason, lacks_of


class SaidForm(forms.Form):
    """An answer's reasons, of those fields that a form asks for. What is missing is said at its field."""

    # What to say at a field that the outcome needs and that was left empty.
    missing: ClassVar[Mapping[str, str | Promise]] = {}

    @property
    def said_outcome(self) -> Outcome | None:
        """What was done; None while nobody has said it."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Say at the field what `check_answer` would refuse; a field that is wrong already says so by itself."""
        found = super().clean() or {}
        outcome = self.said_outcome
        for name, _words in lacks_of(self._answer(outcome, found)) if outcome else ():
            if name in self.fields and not self.has_error(name):
                self.add_error(name, str(self.missing[name]))
        return found

    def as_answer(self) -> Answer:
        """The answer as it is kept; only after `is_valid`."""
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
