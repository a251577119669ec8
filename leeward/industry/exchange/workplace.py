"""What the exchange tells the home page: platforms that owe an answer, or whose list was seen where it must not be."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.web.components import Text
from leeward.foundation.work.rooms import Need, Room, RoomPage, Waiting, wait_in_rows
from leeward.industry.bank.queries import PlatformDesk, platform_desk
from leeward.industry.exchange.views import OFFICERS, PAGE
from leeward.industry.platforms.queries import all_partners


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """Platforms that need attention, each with the gravest reason."""
    if user.role not in OFFICERS:
        return
    found = []
    for partner in all_partners():
        why = _trouble(platform_desk(partner, now=now))
        if why:
            address = reverse(PAGE, args=[partner.public_id])
            found.append(Need(about=partner.name, why=why, press=_("Open it"), address=address))
    yield wait_in_rows(_("Platforms that need attention"), reverse("exchange-platforms"), found, is_late=True)


def _trouble(desk: PlatformDesk) -> Text:
    if desk.canaries_leaked or desk.canaries_answered:
        return _("Canary alarm")
    if desk.overdue_withdrawals:
        return _("Has not said that it forgot what was withdrawn, and the time for it is over")
    if desk.stale:
        return _("Answers on hashes that were withdrawn")
    return _("Has never fetched the list") if desk.last_fetch_at is None else ""


ROOM = Room(
    pages=(
        RoomPage(name="exchange-platforms"),
        RoomPage(name="platforms-known", also=("platforms-",)),
    ),
    waiting=waiting,
)
