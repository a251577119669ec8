"""What holds tell the home page: those that wait for a second person, and those that are over soon."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.days import local_day, write_day
from leeward.foundation.holds.queries import open_holds
from leeward.foundation.holds.rules import ASKED_AGAIN, HoldState
from leeward.foundation.work.rooms import Need, Room, Waiting, wait_in_rows


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """What this person can confirm, and what must be asked for again or let go, of the records that they may see."""
    found = tuple(open_holds(user, now=now))
    renewed = {(each.kind, each.record) for each, _title in found if each.state is HoldState.ASKED}
    latest: dict[tuple[str, str], date] = {}
    for each, _title in found:
        key = (each.kind, each.record)
        latest[key] = max(each.until, latest.get(key, each.until)) if each.state is HoldState.IN_FORCE else each.until
    asked = [
        Need(
            about=title,
            why=gettext("A legal hold was asked for. A second person confirms it"),
            press=_("Check the hold"),
            address=reverse("holds:record", args=[each.kind, each.record]),
        )
        for each, title in found
        if each.state is HoldState.ASKED and each.asked_by != user.reference
    ]
    ends = [
        Need(
            about=title,
            why=gettext("Its legal hold ends on %(day)s. Ask again, or let it end") % {"day": write_day(each.until)},
            press=_("Check the hold"),
            address=reverse("holds:record", args=[each.kind, each.record]),
        )
        for each, title in found
        if each.state is HoldState.IN_FORCE
        and each.until <= local_day(now + ASKED_AGAIN)
        and (each.kind, each.record) not in renewed
        and each.until == latest[each.kind, each.record]
    ]
    home = reverse("work:home")
    yield wait_in_rows(_("Legal holds to confirm"), asked[0].address if asked else home, asked)
    yield wait_in_rows(_("Legal holds that end soon"), ends[0].address if ends else home, ends)


ROOM = Room(waiting=waiting, is_locked=True)
