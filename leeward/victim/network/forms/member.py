"""What a member's workers choose."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import OnceForm, choice, choose_from, day, line, select, text, whole_number
from leeward.foundation.web.words import choices_of
from leeward.victim.network.errors import MeetingActionRefused
from leeward.victim.network.models import MOST_DAYS, MOST_PLACES
from leeward.victim.network.queries.meetings import ActionLine, possible_owners
from leeward.victim.network.rules.meetings import WORDS_LENGTH, ActionState, MeetingAction, check_action
from leeward.victim.network.rules.members import Said
from leeward.victim.network.rules.turns import DeclineReason, DoneAs, FailedAs

CHOOSE = ("", _("Choose"))


class DeclineForm(forms.Form):
    """Why they cannot help."""

    reason = select(
        _("Why can you not help?"),
        [CHOOSE, *choices_of(DeclineReason)],
        required=True,
        help_text=_("The helpline reads it. The person is told that you cannot, and not why."),
    )


class FinishForm(forms.Form):
    """What came of it."""

    outcome = select(
        _("What was the outcome?"),
        [
            CHOOSE,
            (_("It is done"), choices_of(DoneAs)),  # type: ignore[list-item]  # a group of answers
            (_("Unsuccessful"), choices_of(FailedAs)),  # type: ignore[list-item]
        ],
        required=True,
        help_text=_("The person says it for themselves. Your view is shown beside theirs, never instead of it."),
    )

    @property
    def outcome_said(self) -> DoneAs | FailedAs:
        """What they say."""
        said = self.cleaned_data["outcome"]
        return DoneAs(said) if said in set(DoneAs) else FailedAs(said)


class ActionForm(OnceForm):
    """One thing that the meeting decided."""

    words = text(
        _("What is to be done?"),
        rows=2,
        missing=_("Say what is to be done"),
        most=WORDS_LENGTH,
        help_text=_("The helpline reads it, and the person once they know of the meeting. Write it so that they can."),
    )
    owner = select(
        _("Which organisation does it?"), required=True, help_text=_("An organisation, never somebody’s name.")
    )
    due_on = day(_("By which day?"), required=True, missing=_("Enter the day by which it is done"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = ((owner, name or _("The helpline")) for owner, name in possible_owners().items())
        choose_from(self, "owner", [CHOOSE, *named])

    def clean(self) -> None:
        """It has words, an organisation and a good day."""
        super().clean()
        if not self.errors:
            try:
                check_action(self.decided, today=local_day(timezone.now()))
            except MeetingActionRefused as error:
                self.add_error("due_on", gettext(error.reason))

    @property
    def decided(self) -> MeetingAction:
        """What was decided."""
        given = self.cleaned_data
        return MeetingAction(words=given["words"], owner=given["owner"], due_on=given["due_on"])


class ActionEndForm(forms.Form):
    """What came of one thing that was decided."""

    action = forms.UUIDField(widget=forms.HiddenInput)
    state = choice(
        _("What was the outcome?"), [each for each in choices_of(ActionState) if each[0] != ActionState.OPEN.value]
    )
    words = line(_("In a few words"), most=WORDS_LENGTH, help_text=_("The person can read it too."))

    @property
    def said(self) -> dict[str, Any]:
        """What `end_action` is told."""
        given = self.cleaned_data
        return {"action": given["action"], "state": ActionState(given["state"]), "words": given["words"]}


def end_forms(actions: Iterable[ActionLine], sent: ActionEndForm | None = None) -> dict[UUID, ActionEndForm]:
    """One for each action; the one that was sent is shown again with what is wrong about it."""
    about = sent.data.get("action") if sent else ""
    return {
        each.reference: sent
        if sent and about == str(each.reference)
        else ActionEndForm(initial={"action": each.reference}, auto_id=f"end_{each.reference}_%s")
        for each in actions
    }


class RoomForm(forms.Form):
    """What a service says of its room, with numbers if they want to."""

    said = choice(_("Room"), choices_of(Said))
    places = whole_number(
        _("Places that are free"), least=0, most=MOST_PLACES, wrong=_("Enter a whole number from 0 to 999")
    )
    wait_days = whole_number(
        _("Waiting time in days"), least=0, most=MOST_DAYS, wrong=_("Enter a whole number from 0 to 999")
    )


class ProgramFileForm(forms.Form):
    """The file of a referral, with the status that it has now in the member's own program."""

    file = forms.FileField(
        label=_("The file, as your program saved it"),
        widget=forms.FileInput(attrs={"accept": ".json,application/fhir+json"}),
        error_messages={"required": _("Choose a file"), "empty": _("This file is empty")},
    )
