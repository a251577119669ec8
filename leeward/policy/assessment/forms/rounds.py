"""Forms for making rounds, moving them on, and saying which bodies take part."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import FILL_IN, day, line, text
from leeward.foundation.rows import read_values
from leeward.foundation.web.words import choices_of, word
from leeward.policy.assessment.queries.rounds import BodyLine, RoundLine
from leeward.policy.assessment.rules.entries import NewBody, NewRound
from leeward.policy.assessment.rules.rounds import (
    NAME_LENGTH,
    NEEDS_WORDS,
    NOTE_LENGTH,
    TITLE_LENGTH,
    RoundStep,
    Sector,
)


class RoundForm(forms.Form):
    """A new round."""

    title = line(
        _("What is this round called?"),
        most=TITLE_LENGTH,
        help_text=_("Such as “The nation in 2026”."),
        missing=FILL_IN,
    )
    held_on = day(_("Which day does it describe?"), required=True)
    after = forms.ChoiceField(
        label=_("Start from the answers of"),
        required=False,
        help_text=_(
            "They become the draft, which you then go through. A new edition of the model is taken into account."
        ),
    )

    def __init__(self, *args: Any, earlier: Sequence[RoundLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Nothing: an empty draft")), *((str(each.public_id), each.title) for each in earlier)]
        self.fields["after"].choices = choices  # type: ignore[attr-defined]

    def as_round(self) -> NewRound:
        """What was typed, before the rules have looked at it."""
        return read_values(NewRound, self.cleaned_data)


class BodyForm(forms.Form):
    """A body that gives its view."""

    name = line(_("Name of the body"), most=NAME_LENGTH, missing=FILL_IN)
    public_name = line(
        _("What published pages call it"),
        most=NAME_LENGTH,
        help_text=_("Leave it empty to use the name. A small group can be called “A survivors’ group”."),
    )
    sector = forms.ChoiceField(label=_("What kind of body is it?"), choices=choices_of(Sector))
    members = forms.MultipleChoiceField(
        label=_("Who answers for it?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Reviewers; nobody answers for two bodies. Where nobody does, you give its workbook back."),
    )

    def __init__(self, *args: Any, reviewers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].choices = reviewers  # type: ignore[attr-defined]

    def as_body(self) -> NewBody:
        """What was typed, before the rules have looked at it."""
        return read_values(NewBody, self.cleaned_data)


class ParticipantsForm(forms.Form):
    """Which bodies take part in a round."""

    bodies = forms.MultipleChoiceField(
        label=_("Which bodies take part?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Police, prosecutors, support organisations, industry, survivors’ groups. One that has answered stays."
        ),
    )

    def __init__(self, *args: Any, known: Sequence[BodyLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(each.public_id), f"{each.name} ({word(each.sector)})") for each in known]
        self.fields["bodies"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> list[UUID]:
        """The public ids of the bodies."""
        return [UUID(each) for each in self.cleaned_data["bodies"]]


class StepForm(forms.Form):
    """Moving a round on, with words for the record."""

    words = text(_("Words for the record"), most=NOTE_LENGTH, rows=3)

    def __init__(self, *args: Any, step: RoundStep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if step in NEEDS_WORDS:
            self.fields["words"].required = True
            self.fields["words"].label = _("Why?")
