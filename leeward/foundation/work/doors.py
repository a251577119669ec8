"""Doors: whether a team takes in new matters. What a room has taken in already is never closed by it.

A team's door opens once somebody who can open what comes in has signed in (`accounts.rules.may_take_in`). A lock, the
end of a shift and a colleague who waits change nothing. When the last who could read has left, it closes again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.db import OperationalError
from django.http import HttpRequest

from leeward.foundation.accounts.queries import has_worked, role_works, teams_that_read
from leeward.foundation.accounts.rules import OWN_TEAMS, Role
from leeward.foundation.web.components import Text
from leeward.foundation.work.errors import DoorClosed

HELPLINE, LEADS, DESK = (OWN_TEAMS[role] for role in (Role.PRACTITIONER, Role.HELPLINE_LEAD, Role.DESK_PRACTITIONER))


@dataclass(frozen=True, kw_only=True)
class Door:
    """What one team takes in: its name, whose work it is, and what nobody can do while nobody there reads.

    `team` is "" for a role that holds no team's key: there somebody of the role who has signed in is enough.
    `body`: whose people these are, by public id, where they are not ours. `is_urgent`: people in danger come to it.
    """

    name: Text
    roles: tuple[Role, ...]
    shut: Text
    team: str = ""
    body: str = ""
    is_urgent: bool = False


type Doors = Callable[[], Iterable[Door]]


def is_open(team: str) -> bool:
    """Whether this team takes in new matters."""
    return team in teams_that_read([team])


def takes_in(team: str) -> bool:
    """Whether a page may offer this team. Without a database no team is offered."""
    try:
        return is_open(team)
    except OperationalError:
        return False


def was_open(team: str) -> bool:
    """Whether somebody of this team has read here before: then nobody can right now, and else nobody can yet."""
    return has_worked([role for role, named in OWN_TEAMS.items() if named == team])


def require_open(team: str) -> None:
    """Refuse a new matter that nobody in this team could open. Raises DoorClosed."""
    if not is_open(team):
        raise DoorClosed


def require_role_at_work(role: Role) -> None:
    """The same for what a role without a key takes in. Raises DoorClosed."""
    if not role_works(role):
        raise DoorClosed


def tell_pages(_request: HttpRequest) -> Mapping[str, Callable[[str], bool]]:
    """Let every template ask `takes_in("helpline")` where it offers a team; one page asks for each team once."""
    return {"takes_in": cache(takes_in)}


def closed_doors(doors: Iterable[Door]) -> Sequence[Door]:
    """Return those of these doors that take in nothing new now, in their order."""
    every = tuple(doors)
    reading = teams_that_read([door.team for door in every if door.team])
    return [door for door in every if not (door.team in reading if door.team else any(map(role_works, door.roles)))]
