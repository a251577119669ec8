"""What a platform's people choose and write: which requests, what they did, and why."""

import uuid
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import box, choice, line, text
from leeward.foundation.web.words import word
from leeward.industry.duties.rules import Element
from leeward.victim.removals import platform_words as words
from leeward.victim.removals.errors import RangeRefused
from leeward.victim.removals.forms.answering import SaidForm
from leeward.victim.removals.rules.decisions import (
    LONGEST_EXPLANATION,
    LONGEST_FACTS,
    LONGEST_GROUND,
    NEEDS_REASONS,
    Outcome,
)
from leeward.victim.removals.rules.reasoned import RESTRICTING, DayRange

MOST_CHOSEN = 100
LONGEST_WORDS = 5_000
DAY = "%Y-%m-%d"
CHOOSE_ONE = _("Choose one answer")
SAY_FACTS = _("Say what the decision rests on, in a sentence or two")


class AnswerPage(StrEnum):
    """Where somebody is on the way to an answer. Only the last of each way changes anything."""

    CHOOSE = "choose"
    REASONS = "reasons"
    SEND = "send"
    REMOVED = "removed"
    MISSING = "missing"
    NAME = "name"


class ChosenForm(forms.Form):
    """The requests that were ticked."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.references: tuple[uuid.UUID, ...] = ()

    def clean(self) -> dict[str, object]:
        """Read the references; what is none was not written by our page."""
        found = super().clean() or {}
        texts = list(dict.fromkeys(self.data.getlist("request")))  # type: ignore[attr-defined]  # it is a QueryDict
        if not texts:
            raise forms.ValidationError(_("Tick at least one request."))
        if len(texts) > MOST_CHOSEN:
            raise forms.ValidationError(_("Tick at most 100 requests at a time."))
        try:
            self.references = tuple(uuid.UUID(text) for text in texts)
        except ValueError as error:
            raise forms.ValidationError(_("One of these is no request. Load the page again.")) from error
        return found


class OutcomeForm(forms.Form):
    """What was done."""

    outcome = choice(_("What did you do?"), list(words.OUTCOMES.items()))
    hints = words.OUTCOME_HINTS


class ReasonsForm(SaidForm):
    """Why it was done, in the terms of the EU transparency database; it asks for what the outcome needs only."""

    missing = {
        "refusal": CHOOSE_ONE,
        "facts": SAY_FACTS,
        "legal_ground": _("Name the law that the decision rests on"),
    }
    refusal = choice(_("Why does it stay up?"), list(words.REFUSALS.items()))
    facts = text(
        _("Facts"),
        help_text=_("What the decision rests on, in a sentence or two. Name nobody. The person concerned reads this."),
        missing=SAY_FACTS,
        most=LONGEST_FACTS,
    )
    ground = forms.ChoiceField(
        label=_("On what does it rest?"),
        required=False,
        choices=[("", _("Not said")), *words.GROUNDS.items()],
    )
    legal_ground = line(_("Law, or clause of your rules"), most=LONGEST_GROUND)
    explanation = text(
        _("Explanation"),
        rows=3,
        help_text=_("Why the facts fall under that law or clause."),
        most=LONGEST_EXPLANATION,
    )
    automated_detection = box(_("A machine found it"))
    automated_decision = box(_("A machine decided"))

    def __init__(self, *args: Any, outcome: Outcome, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome = outcome
        if outcome is not Outcome.REFUSED:
            del self.fields["refusal"]
        if outcome not in NEEDS_REASONS:
            self.fields["facts"].required = False
        if outcome is Outcome.REFUSED:
            del self.fields["ground"]
            del self.fields["legal_ground"]
        elif outcome not in RESTRICTING:
            for name in list(self.fields):
                del self.fields[name]

    @property
    def asks(self) -> bool:
        """Whether anything has to be said."""
        return any(field.required for field in self.fields.values())

    @property
    def said_outcome(self) -> Outcome:
        """What was done, which the page before has asked."""
        return self.outcome


class MissingForm(forms.Form):
    """Which element a notice lacks, of those that its law asks for."""

    element = choice(_("What is missing?"), ())

    def __init__(self, *args: Any, elements: Sequence[Element], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(element, word(element)) for element in elements]
        self.fields["element"].choices = choices  # type: ignore[attr-defined]  # it is a ChoiceField


class SecondLookForm(forms.Form):
    """The second person's word on a refusal."""

    agrees = choice(
        _("Do you agree?"), [("yes", _("Yes: the refusal counts")), ("no", _("No: it goes back into the queue"))]
    )


class AppealForm(forms.Form):
    """The answer to somebody who asks to look again."""

    reverses = choice(
        _("What is your answer now?"), [("yes", _("It is removed after all")), ("no", _("The decision stands"))]
    )
    words = text(
        _("What you say to it"),
        help_text=_("The person concerned reads this. Name nobody."),
        missing=_("Say in a sentence or two why"),
        most=LONGEST_WORDS,
    )


class CounterNoticeForm(forms.Form):
    """What the uploader says against a removal."""

    words = text(
        _("What the uploader says"),
        help_text=_(
            "Leave out who the uploader is and how to reach them. Only the desk reads this; it decides, "
            "and neither side learns of the other."
        ),
        missing=_("Write down what the uploader says"),
        most=LONGEST_WORDS,
    )


class RangeForm(forms.Form):
    """From which day to which, in UTC."""

    first = forms.DateField(
        label=_("First day"),
        help_text=_("Such as 2026-11-01"),
        input_formats=[DAY],
        widget=forms.DateInput(format=DAY),
        error_messages={
            "required": _("Enter a day such as 2026-11-01"),
            "invalid": _("Enter a day such as 2026-11-01"),
        },
    )
    last = forms.DateField(
        label=_("Last day"),
        help_text=_("At most a year after the first"),
        input_formats=[DAY],
        widget=forms.DateInput(format=DAY),
        error_messages={
            "required": _("Enter a day such as 2026-11-30"),
            "invalid": _("Enter a day such as 2026-11-30"),
        },
    )
    days: DayRange

    @classmethod
    def of_month(cls, today: date) -> dict[str, date]:
        """The days of this month until today, to begin with."""
        return {"first": today.replace(day=1), "last": today}

    def clean(self) -> dict[str, object]:
        """Make the range of the two days."""
        found = super().clean() or {}
        if "first" in found and "last" in found:
            try:
                self.days = DayRange(first=found["first"], last=found["last"])
            except RangeRefused:
                self.add_error("last", _("Choose a day after the first, and at most a year after it"))
        return found
