"""What the exchange tells other pages of platforms: what they owe, answered, and whether their list has leaked."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from leeward.foundation.accounts.models import User
from leeward.foundation.web.components import Text
from leeward.foundation.web.words import word
from leeward.foundation.work.rooms import Need, Owed, Part, Room, RoomPage, Waiting, wait_in_rows
from leeward.industry.exchange.views import ANSWER_NAMES, OFFICERS, PAGE, PlatformLine, line_of, state_of
from leeward.industry.platforms.queries import all_partners, draws_hashes, find_partner, key_ages


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """Platforms that need attention, each with the gravest reason."""
    if user.role not in OFFICERS:
        return
    found = []
    for partner in all_partners():
        why = _trouble(line_of(partner, now=now))
        if why:
            address = reverse(PAGE, args=[partner.public_id])
            found.append(Need(about=partner.name, why=why, press=_("Open the platform"), address=address))
    yield wait_in_rows(_("Platforms that need attention"), reverse("exchange-platforms"), found, is_late=True)


def part_of(user: User, platform: UUID, now: datetime) -> Iterable[Part]:
    """How far one platform draws hashes, what it answered, and what it owes; nothing of one without keys."""
    partner = find_partner(platform)
    if user.role not in OFFICERS or not draws_hashes(partner):
        return
    line, keys, address = line_of(partner, now=now), key_ages(partner.id, now=now), reverse(PAGE, args=[platform])
    desk, owed = line.desk, []
    if keys and line.last_at is None:
        owed.append(Owed(whom=partner.name, what=_never(line), address=address))
    if desk.open_withdrawals:
        number = desk.open_withdrawals
        what = ngettext("%(num)d withdrawal to acknowledge", "%(num)d withdrawals to acknowledge", number)
        late = bool(desk.overdue_withdrawals)
        what %= {"num": number}
        owed.append(Owed(whom=partner.name, what=what, address=address, until=desk.acknowledge_by, is_late=late))
    yield Part(
        title=_("Hash exchange"),
        facts=[
            (_("State"), state_of(line)),
            (_("Its keys"), [word(each.endpoint) for each in keys] or _("None")),
            (_("Last check without the list") if partner.without_list else _("Last fetch"), line.last_at or _("Never")),
            (
                _("What it answered"),
                [f"{ANSWER_NAMES[value]}: {number}" for value, number in desk.answers] or _("Nothing yet."),
            ),
        ],
        links=[(_("Its keys, answers and debts"), address)],
        owed=owed,
    )


def _never(line: PlatformLine) -> Text:
    if line.partner.without_list:
        return _("Has never checked an upload")
    return _("Has never fetched the list")


def _trouble(line: PlatformLine) -> Text:
    desk = line.desk
    if desk.canaries_leaked or desk.canaries_answered:
        return _("Canary alarm")
    if desk.overdue_withdrawals:
        return _("Has not said that it forgot what was withdrawn, and the time for it is over")
    if desk.stale:
        return _("Answers on hashes that were withdrawn")
    return "" if line.last_at else _never(line)


ROOM = Room(
    pages=(
        RoomPage(name="exchange-platforms"),
        RoomPage(name="platforms-known", also=("platforms-",)),
    ),
    waiting=waiting,
    part_of=part_of,
)
