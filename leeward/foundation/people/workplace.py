"""What the administrator's room tells the home page and the search: teams without a reader, old links, people."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.queries import Account, account_rows, accounts_of, with_ways_in
from leeward.foundation.accounts.rules import AccountState, Role
from leeward.foundation.web.words import word
from leeward.foundation.work.doors import closed_doors
from leeward.foundation.work.rooms import COUNTED, FOUND, Hit, Need, Room, RoomPage, Waiting, all_doors, wait_in_rows


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """Teams that nobody reads for, and people whose link to enrol ran out before they came in."""
    if user.role != Role.ADMINISTRATOR:
        return
    late = account_rows().filter(is_active=True, link_expires_at__lte=now).order_by("link_expires_at")[:COUNTED]
    people = (each for each in accounts_of(list(with_ways_in(late)), now=now) if each.state is AccountState.LINK_OVER)
    address = reverse("people:setup")
    closed = (
        Need(about=door.name, why=door.shut, press=_("Show missing roles"), address=address, is_urgent=door.is_urgent)
        for door in closed_doors(all_doors())
    )
    yield wait_in_rows(_("Teams in which nobody can read what comes in"), address, closed)
    yield wait_in_rows(_("Links that ran out"), reverse("people:people"), map(_need, people))


def find(user: User, term: str) -> Iterable[Hit]:
    """Everybody who has or had an account, by a part of their name."""
    if user.role != Role.ADMINISTRATOR:
        return
    named = account_rows().filter(Q(display_name__icontains=term) | Q(username__iexact=term))
    for each in accounts_of(list(with_ways_in(named.order_by("display_name", "pk")[:FOUND])), now=timezone.now()):
        standing = f"{word(each.role)}. {word(each.state)}"
        yield Hit(kind=_("Colleague"), title=each.name, standing=standing, address=_page(each))


def _need(each: Account) -> Need:
    why = _("Did not come in before the link ran out")
    return Need(about=each.name, why=why, press=_("Make a new link"), address=_page(each))


def _page(each: Account) -> str:
    return reverse("people:person", args=[each.reference])


ROOM = Room(
    pages=(RoomPage(name="people:people"), RoomPage(name="people:setup")),
    waiting=waiting,
    find=find,
)
