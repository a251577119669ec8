"""The set-up list: for each team that takes in something new whether it can read it, who is missing, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from leeward.foundation.accounts.queries import Account, people_in_roles
from leeward.foundation.accounts.rules import AccountState
from leeward.foundation.web.components import Text
from leeward.foundation.web.words import word
from leeward.foundation.work.doors import Door, closed_doors
from leeward.foundation.work.rooms import all_doors


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to do, and the page on which it is done."""

    words: Text
    press: Text
    address: str


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """One line of the list: a team, whether it takes in what is new, and what is missing while it does not."""

    name: Text
    roles: str
    shut: Text
    is_open: bool
    steps: Sequence[Step] = ()


def read_setup(*, now: datetime) -> Sequence[SetUp]:
    """Return the list of this installation: closed doors first, and among them those to which people in danger come."""
    doors = all_doors()
    closed = closed_doors(doors)
    lines = [_line(door, is_open=door not in closed, now=now) for door in doors]
    return sorted(lines, key=lambda line: line.is_open)  # doors come the urgent ones first


def _line(door: Door, *, is_open: bool, now: datetime) -> SetUp:
    roles = _(" or ").join(word(role) for role in door.roles)
    steps = () if is_open else tuple(_steps(door, roles=roles, now=now))
    return SetUp(name=door.name, roles=roles, shut=door.shut, is_open=is_open, steps=steps)


def _steps(door: Door, *, roles: str, now: datetime) -> Sequence[Step]:
    people = people_in_roles(door.roles, affiliation=door.body, now=now)
    if not people:
        words = _("Nobody has an account. Make one in the role: %(roles)s") % {"roles": roles}
        return [Step(words=words, press=_("Add a person"), address=reverse("people:new"))]
    return [_step(each) for each in people]


def _step(person: Account) -> Step:
    not_in = _("%(name)s has not signed in yet. Ask them to sign in once.")
    if person.signed_in_at is not None:  # by a passphrase, where that alone leads no further
        not_in = _("%(name)s has signed in and has no passkey yet. Ask them to sign in again and to enrol one.")
    words = {
        AccountState.INVITED: _("%(name)s has a link and has not used it. Hand it over, and let it be used."),
        AccountState.LINK_OVER: _("The link of %(name)s ran out before it was used. Make a new one."),
        AccountState.WAITING: _(
            "%(name)s waits for the team’s key, and no colleague can give it. "
            "Two custodians run “leeward recover-team”."
        ),
    }.get(person.state, not_in)
    return Step(
        words=words % {"name": person.name},
        press=_("See the account"),
        address=reverse("people:person", args=[person.reference]),
    )
