"""What staff type about seats, meetings, attendance and decisions."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import nation_zone
from leeward.foundation.editing.fields import (
    Choices,
    box,
    choice,
    choose_from,
    day,
    line,
    lines_of,
    select,
    several,
    text,
)
from leeward.foundation.rows import read_values
from leeward.foundation.web.words import choices_of
from leeward.policy.strategy.forms.mapping import SECTOR_CHOICES
from leeward.policy.strategy.queries.forum import ShownMember
from leeward.policy.strategy.rules.forum import NewDecision, NewMeeting, NewMember
from leeward.policy.strategy.rules.terms import MINUTES_MOST, Presence

PRESENCE_CHOICES = choices_of(Presence)
NUMBER = {"required": _("Enter a whole number"), "invalid": _("Enter a whole number")}


class MemberForm(forms.Form):
    """A seat in the forum."""

    organisation = line(_("Organisation or ministry"), missing=_("Enter the organisation"))
    sector = select(_("Sector"), SECTOR_CHOICES, required=True)
    seat = line(_("Who sits there, by role"), missing=_("Enter a role, such as “Head of crime prevention”"))
    person = line(_("Name of the person"), help_text=_("For staff. It is forgotten when the seat is left."))
    joined_on = day(_("Since"), required=True)
    left_on = day(_("Left on"), required=False, help_text=_("Empty while the seat is taken."))

    def as_entry(self) -> NewMember:
        """What was typed, before the rules have looked at it."""
        return read_values(NewMember, self.cleaned_data)


class MeetingForm(forms.Form):
    """A meeting."""

    title = line(_("Title"), missing=_("Enter a title"))
    on = day(_("On which day"), required=True)
    time = forms.TimeField(
        label=_("At what time"),
        help_text=_("Of our own time zone, such as 14:30."),
        input_formats=["%H:%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"inputmode": "numeric"}),
        error_messages={"required": _("Enter a time such as 14:30"), "invalid": _("Enter a time such as 14:30")},
    )
    minutes = forms.IntegerField(
        label=_("How many minutes"), min_value=1, max_value=MINUTES_MOST, error_messages=NUMBER
    )
    place = line(_("Where"))
    agenda = text(_("Agenda"), rows=6, help_text=_("One point on each line."))
    is_public = box(_("Everybody may see it"), help_text=_("Date, title, place, agenda and its public decisions."))

    def as_entry(self) -> NewMeeting:
        """What was typed, before the rules have looked at it."""
        typed, zone = self.cleaned_data, nation_zone()
        starts_at = datetime.combine(typed["on"], typed["time"], tzinfo=zone).astimezone(UTC)
        return read_values(NewMeeting, typed, starts_at=starts_at, agenda=lines_of(typed["agenda"]))


class AttendanceForm(forms.Form):
    """Who was at a meeting: one answer for each seat."""

    def __init__(self, *args: Any, members: Sequence[ShownMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._members = members
        for member in members:
            self.fields[f"at_{member.reference.hex}"] = choice(
                f"{member.entry.organisation}: {member.entry.seat}", PRESENCE_CHOICES
            )

    def presences(self) -> Mapping[UUID, Presence]:
        """What was chosen."""
        return {member.reference: Presence(self.cleaned_data[f"at_{member.reference.hex}"]) for member in self._members}


class DecisionForm(forms.Form):
    """A decision."""

    text = text(_("What was decided"), rows=4, missing=_("Enter what was decided"))
    actions = several(_("Actions that carry it out"))
    is_public = box(_("Everybody may read it"), help_text=_("If the meeting is public too."))

    def __init__(self, *args: Any, actions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "actions", actions)

    def as_entry(self) -> NewDecision:
        """What was typed, before the rules have looked at it."""
        return read_values(NewDecision, self.cleaned_data)


def meeting_initial(entry: NewMeeting) -> dict[str, object]:
    """A meeting as its form begins with it."""
    at = entry.starts_at.astimezone(nation_zone())
    return {**vars(entry), "on": at.date(), "time": at.time(), "agenda": "\n".join(entry.agenda)}
