"""What may be typed of providers, programmes, referrals and their steps."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import (
    Choices,
    OnceForm,
    box,
    choice,
    choose_from,
    day,
    line,
    select,
    several,
    text,
    whole_number,
)
from leeward.foundation.web.words import choices_of, word
from leeward.justice.perpetrators.models import NAME_LENGTH
from leeward.justice.perpetrators.operations.programmes import ProgrammeEntry
from leeward.justice.perpetrators.operations.referring import NewReferral, Noted
from leeward.justice.perpetrators.rules.referrals import (
    ON_PLAN,
    PLANNED_AT_ONCE,
    REASONS,
    ProgrammeKind,
    ReferrerKind,
    Step,
    Way,
)

WEEKS_MOST, PLACES_MOST, SESSIONS_MOST = 260, 10_000, 500
CONTACT_LENGTH, NOTE_LENGTH = 600, 1_500
NOT_YET = ("", _("They have not answered yet"))


class ProviderForm(OnceForm):
    """A provider."""

    name = line(_("Name"), missing=_("Enter a name"), most=NAME_LENGTH)
    way = choice(_("How do they take part here?"), choices_of(Way))


class ReferrerForm(OnceForm):
    """Somebody who refers by a link."""

    name = line(_("Name"), missing=_("Enter a name"), most=NAME_LENGTH)
    kind = choice(_("Who is it?"), choices_of(ReferrerKind))


class ProgrammeForm(OnceForm):
    """A programme."""

    name = line(_("Name"), missing=_("Enter a name"), most=NAME_LENGTH)
    kind = choice(_("What kind of programme is it?"), choices_of(ProgrammeKind))
    weeks = whole_number(
        _("How many weeks does it last?"),
        least=1,
        most=WEEKS_MOST,
        missing=_("Enter how many weeks"),
        wrong=_("Enter a number from 1 to 260"),
    )
    sessions = whole_number(
        _("How many sessions does it have?"),
        least=0,
        most=SESSIONS_MOST,
        wrong=_("Enter a number from 0 to 500"),
        help_text=_("Leave it empty if the number is not fixed."),
    )
    places = whole_number(
        _("How many places does it have?"),
        least=0,
        most=PLACES_MOST,
        missing=_("Enter how many places, 0 for none"),
        wrong=_("Enter a number from 0 to 10,000"),
    )
    is_open = box(_("Open to referrals"))
    parallel = line(
        _("Who supports the people who were harmed, alongside this programme?"),
        most=NAME_LENGTH,
        help_text=_(
            "A service, never a person. Without one nobody can start, except in help for people who ask for it."
        ),
    )
    accredited_by = line(_("Who accredited it?"), most=NAME_LENGTH)
    accredited_until = day(_("Accredited until"), required=False)
    ways_in = several(
        _("Who may refer to it?"), choices_of(ReferrerKind), help_text=_("Leave all empty if everybody may.")
    )
    service = forms.UUIDField(
        label=_("Its number in the directory"),
        required=False,
        widget=forms.TextInput(),
        help_text=_("From the address of its page in the directory."),
        error_messages={"invalid": _("This is not the number of a service. Copy it from the directory’s page")},
    )

    @property
    def entry(self) -> ProgrammeEntry:
        """The programme as it was typed."""
        given = self.cleaned_data
        return ProgrammeEntry(
            name=given["name"],
            kind=ProgrammeKind(given["kind"]),
            weeks=given["weeks"],
            sessions=given["sessions"] or 0,
            places=given["places"],
            is_open=given["is_open"],
            accredited_by=given["accredited_by"],
            accredited_until=given["accredited_until"],
            parallel=given["parallel"],
            ways_in=tuple(ReferrerKind(each) for each in given["ways_in"]),
            service=given["service"],
        )


def contact_field() -> forms.CharField:
    """Who it is, for the provider's people alone."""
    return text(
        _("Who is it, and how can they be reached?"),
        rows=4,
        most=CONTACT_LENGTH,
        help_text=_(
            "The name on the first line. Only the provider’s people can read it. Fill it in only if the person agreed "
            "or an order says so, and leave it empty for a provider that uses a link. Write nothing about the person "
            "who was harmed."
        ),
        autocomplete="off",
    )


class ReferForm(OnceForm):
    """A referral: to which programme, what came of the offer, and who it is."""

    programme = select(_("Programme"), required=True)
    offered_on = day(_("When was it offered?"), required=True)
    answer = forms.ChoiceField(
        label=_("What was the outcome?"),
        choices=[NOT_YET],
        required=False,
        widget=forms.RadioSelect,
    )
    contact = contact_field()

    def __init__(self, *args: Any, programmes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "programme", [("", gettext("Choose")), *programmes])
        answers = [(each.value, word(each)) for each in (Step.AGREED, Step.ORDERED, Step.REFUSED)]
        choose_from(self, "answer", [*answers, NOT_YET])

    @property
    def new(self) -> NewReferral:
        """The referral as it was typed."""
        given = self.cleaned_data
        return NewReferral(
            programme=uuid.UUID(given["programme"]),
            answer=Step(given["answer"]) if given["answer"] else None,
            offered_on=given["offered_on"],
            contact=given["contact"].strip(),
        )


class StepForm(forms.Form):
    """One step of a referral, with its day and, where it needs one, its reason.

    `writes`: who it is may be typed (`contact`), or words for the provider's own people (`words`), or nothing.
    """

    step = forms.ChoiceField(widget=forms.HiddenInput)
    on = day(_("On which day?"), required=True)

    def __init__(self, *args: Any, step: Step, writes: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "step", [(step.value, step.value)])
        self.initial["step"] = step.value
        if reasons := REASONS.get(step, ()):
            self.fields["reason"] = choice(_("Why?"), [(each.code, gettext(each.words)) for each in reasons])
        if step is Step.PLANNED:
            self.fields["times"] = whole_number(
                _("How many sessions, one each week?"),
                least=1,
                most=PLANNED_AT_ONCE,
                missing=_("Enter how many sessions"),
                wrong=_("Enter a number from 1 to 60"),
            )
            self.initial.setdefault("times", 1)
        if writes == "contact":
            self.fields["contact"] = contact_field()
        if writes == "words" and step not in ON_PLAN:
            self.fields["words"] = text(
                _("A note for your own people"), rows=3, most=NOTE_LENGTH, help_text=_("Nobody else can read it.")
            )

    @property
    def noted(self) -> Noted:
        """The step as it was typed."""
        given = self.cleaned_data
        return Noted(
            step=Step(given["step"]),
            on=given["on"],
            reason=given.get("reason", ""),
            words=given.get("words", "").strip(),
            times=given.get("times", 1),
        )

    @property
    def contact(self) -> str:
        """Who it is, "" where nobody was asked."""
        return str(self.cleaned_data.get("contact", "")).strip()
