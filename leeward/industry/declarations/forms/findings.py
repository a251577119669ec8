"""What staff type about platforms: what they found, what the platform replied, and what it counts itself."""

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import choice, day, line, text
from leeward.foundation.rows import read_values
from leeward.foundation.web.words import choices_of
from leeward.industry.declarations.rules.checklists import NewFigure, NewFinding
from leeward.industry.declarations.rules.information import InformationAnswer, NewInformationRequest
from leeward.industry.declarations.rules.terms import (
    LINE_LENGTH,
    NAME_LENGTH,
    TEXT_LENGTH,
    AnswerKind,
    AskedFor,
    AskerKind,
    FindingKind,
    Measure,
    Speaker,
    Verdict,
)


class FindingForm(forms.Form):
    """What was found about one item of the checklist or one step of the process."""

    verdict = choice(_("What was found?"), choices_of(Verdict))
    found_on = day(_("Found on"), required=True)
    source = line(
        _("Where this can be read"),
        most=LINE_LENGTH,
        missing=_("Say where this can be read, or who said so"),
        help_text=_("An address with the clause, or who said so and when. This is published."),
    )
    words = text(_("In a few words"), most=TEXT_LENGTH, rows=3, help_text=_("This is published."))

    def as_finding(self, *, kind: FindingKind, code: str) -> NewFinding:
        """What was typed, before the rules have looked at it."""
        return read_values(NewFinding, self.cleaned_data, kind=kind, code=code)


class ReplyForm(forms.Form):
    """What the platform says to a finding."""

    reply = forms.CharField(
        label=_("Reply of the platform"),
        help_text=_("In its own words. It stands beside the finding for everybody."),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Enter what the platform says")},
    )


class FigureForm(forms.Form):
    """A count that a platform gives for itself."""

    measure = forms.ChoiceField(label=_("What is counted"), choices=choices_of(Measure))
    began_on = day(_("From"), required=True)
    ended_on = day(_("Up to"), required=True)
    value = forms.DecimalField(
        label=_("Number"),
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": _("Enter a number"), "invalid": _("Enter a number")},
    )
    said_on = day(
        _("On which day did the platform say so?"),
        required=True,
        help_text=_("What it said before of the same period stays, with its own day. Such as 2026-11-24."),
    )
    said_by = choice(
        _("Who spoke for it?"),
        choices_of(Speaker),
        help_text=_("The role, never a name. This is published."),
    )
    source = line(_("Where the platform says so"), most=LINE_LENGTH, missing=_("Say where the platform says so"))

    def as_figure(self) -> NewFigure:
        """What was typed, before the rules have looked at it."""
        return read_values(NewFigure, self.cleaned_data)


class InformationForm(forms.Form):
    """That a platform was asked for information."""

    asker_kind = choice(_("Who asked?"), choices_of(AskerKind))
    asker = line(
        _("Name of that body"),
        most=NAME_LENGTH,
        missing=_("Enter the name of the body"),
        help_text=_("Such as “Police of Saltmere”. No person, no file number, nothing about a case."),
    )
    asked_for = choice(_("What for?"), choices_of(AskedFor))
    sent_on = day(_("Asked on"), required=True)
    due_on = day(_("Answer due on"), required=True)
    source = line(
        _("How we know"),
        most=LINE_LENGTH,
        missing=_("Say how we know"),
        help_text=_("Such as “Told by that body on 3 May”."),
    )

    def as_request(self) -> NewInformationRequest:
        """What was typed, before the rules have looked at it."""
        return read_values(NewInformationRequest, self.cleaned_data)


class AnswerForm(forms.Form):
    """What the platform answered."""

    answer = choice(_("What did it do?"), choices_of(AnswerKind))
    answered_on = day(_("On which day?"), required=True)

    def as_answer(self) -> InformationAnswer:
        """What was typed, before the rules have looked at it."""
        return read_values(InformationAnswer, self.cleaned_data, kind=AnswerKind(self.cleaned_data["answer"]))
