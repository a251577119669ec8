"""How entries, events and teams are named on pages of the locker."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from leeward.foundation.days import write_day, write_moment
from leeward.foundation.web.words import word
from leeward.victim.locker.errors import LockerFull
from leeward.victim.locker.rules.custody import (
    AUTHORITY,
    CLOCK,
    MACHINE,
    PERSON,
    TEAM,
    TYPIST,
    CustodyKind,
    Event,
)
from leeward.victim.locker.rules.entries import Entry
from leeward.victim.portal.holders import receivers


def names_of_teams() -> Mapping[str, str]:
    """What a person knows each team of ours by, in the language of the page, and each service by its own name."""
    return {each.team: _(each.who) if each.is_ours else each.who for each in receivers().teams()}


def services() -> frozenset[str]:
    """Return the teams that are not ours."""
    return frozenset(each.team for each in receivers().teams() if not each.is_ours)


def title_of(entry: Entry) -> str:
    """What an entry is called on a list."""
    return str(word(entry.kind))


def who_of(event: Event, teams: Mapping[str, str]) -> str:
    """Who did something, as their own page says it: by role and team, never by name."""
    if event.who.startswith(TEAM):
        return teams.get(event.who.removeprefix(TEAM), _("Somebody else"))
    return {
        PERSON: _("You"),
        TYPIST: _("The one of us who typed for you on the phone"),
        MACHINE: _("A machine of ours"),
    }[event.who]


def at_of(event: Event, services: Collection[str]) -> str:
    """Return when something happened: a look of a service to the minute, all else by the day."""
    is_look = event.kind is CustodyKind.OPENED and event.who.removeprefix(TEAM) in services
    return write_moment(event.at) if is_look else write_day(event.at)


def about_of(event: Event, teams: Mapping[str, str]) -> str:
    """What an event is about, in words; "" where the event says enough."""
    kind, _colon, name = event.about.partition(":")
    if kind == "version":
        return _("Version %(number)s") % {"number": name}
    if kind == "team":
        who = teams.get(name, _("Somebody else"))
        return _("%(who)s, until %(day)s") % {"who": who, "day": write_day(event.until)} if event.until else who
    if kind == "file" and event.kind in (CustodyKind.FILED, CustodyKind.TAKEN_OUT, CustodyKind.OPENED):
        return _("File %(number)s") % {"number": name}
    if event.stamped_at and kind in (AUTHORITY, CLOCK):
        told = {"number": name, "when": write_moment(event.stamped_at)}
        if kind == AUTHORITY:
            return _("Lines 1 to %(number)s, %(when)s, by a stamping authority") % told
        return _("Lines 1 to %(number)s, %(when)s, by our clock and the public log") % told
    if kind == "unreadable":
        return _("It could not be opened. Send the file again.")
    return ""


def full_words(error: LockerFull) -> str:
    """Why nothing more fits."""
    return _("No more than %(most)d fit. Erase what you do not need any more.") % {"most": error.most}
