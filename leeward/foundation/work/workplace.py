"""What accounts tell the home page and the search: who waits for a key, and who works here."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.queries import find_staff, list_team
from leeward.foundation.accounts.rules import TEAM_ROLES
from leeward.foundation.work.rooms import Hit, Need, Room, RoomPage, Waiting, wait_in_rows


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """Colleagues who have enrolled and cannot read anything until somebody of their team lets them in."""
    del now  # a colleague who waits has no deadline
    if user.role not in TEAM_ROLES:
        return
    address = reverse("accounts:team")
    needs = (
        Need(
            about=each.name,
            why=_("Waits for the team's key, and can read nothing until then"),
            press=_("Admit them"),
            address=address,
        )
        for each in list_team(viewer=user).waiting
        if each.reference != user.reference
    )
    yield wait_in_rows(_("Colleagues to let in"), address, needs)


def find(user: User, term: str) -> Iterable[Hit]:
    """Colleagues of one's own team by a part of their name."""
    if user.role in TEAM_ROLES:
        for each in find_staff(viewer=user, term=term):
            address = reverse("accounts:team")
            yield Hit(kind=_("Colleague"), title=each.name, standing=each.role_name, address=address)


ROOM = Room(
    pages=(
        RoomPage(name="accounts:team"),
        RoomPage(
            name="accounts:passkeys",
            text=_("Your passkeys"),
            also=("accounts:prove", "accounts:changes", "accounts:sign-out-everywhere"),
        ),
    ),
    waiting=waiting,
    find=find,
)
