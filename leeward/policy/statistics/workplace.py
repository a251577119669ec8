"""What the statistics tell the home page and the search: drafts to sign off, replies to look at, releases to come."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.days import local_day, nation_zone, write_day
from leeward.foundation.work.rooms import Hit, Need, Room, RoomPage, Waiting, wait_in_rows
from leeward.policy.statistics.queries.releases import all_releases, drafts, planned
from leeward.policy.statistics.queries.replies import waiting_replies
from leeward.policy.statistics.views import releasing, replies

SOON = timedelta(days=14)


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """Drafts that somebody else made, releases that are planned within two weeks, and replies of platforms."""
    if user.role in releasing.STAFF:
        staff = reverse("statistics-data:staff")
        to_sign = (
            Need(
                about=each.title,
                why=_("A second person reads the numbers before they are published"),
                press=_("Read and sign off"),
                address=reverse("statistics-data:draft-show", args=[each.edition]),
            )
            for each in drafts()
            if each.drafted_by != user.reference
        )
        yield wait_in_rows(_("Releases to sign off"), staff, to_sign)
        today = local_day(now)
        to_come = (
            Need(
                about=each.title,
                why=gettext("Is to come out on %(day)s") % {"day": write_day(each.on)},
                press=_("Draft a release"),
                address=reverse("statistics-data:draft"),
                due_at=datetime.combine(each.on, time.max, nation_zone()),
            )
            for each in planned(today=today)
            if each.on <= today + SOON
        )
        yield wait_in_rows(_("Releases that are planned"), staff, to_come)
    if user.role in replies.STAFF:
        address = reverse("statistics:replies")
        said = (
            Need(
                about=each.platform,
                why=gettext("Replied to its figures on %(day)s") % {"day": write_day(each.handed_in_at)},
                press=_("Read it"),
                address=address,
            )
            for each in waiting_replies()
        )
        yield wait_in_rows(_("Replies of platforms"), address, said)


def find(user: User, term: str) -> Iterable[Hit]:
    """Releases by their edition or a part of their title."""
    if user.role not in releasing.STAFF:
        return
    for each in all_releases():
        if term.casefold() in f"{each.edition} {each.title}".casefold():
            address = reverse("statistics-data:release", args=[each.edition])
            yield Hit(kind=_("Release of statistics"), title=each.title, standing=each.edition, address=address)


ROOM = Room(
    pages=(
        RoomPage(name="statistics-data:staff"),
        RoomPage(name="statistics:replies"),
        RoomPage(name="statistics:reply"),
    ),
    waiting=waiting,
    find=find,
)
