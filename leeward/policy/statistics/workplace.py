"""What the statistics tell the home page and the search: drafts to sign off, replies to look at, releases to come."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.days import local_day, nation_zone, write_day
from leeward.foundation.editions.lists import editions_list
from leeward.foundation.editions.queries import DRAFT, all_editions, planned
from leeward.foundation.work.rooms import Hit, Need, Room, RoomPage, Waiting, wait_in_list, wait_in_rows
from leeward.policy.statistics.published import SHELF
from leeward.policy.statistics.queries.releases import FIGURES
from leeward.policy.statistics.rules.replies import ReplyState
from leeward.policy.statistics.views import releasing, replies

SOON = timedelta(days=14)


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """Drafts that somebody else made, releases that are planned within two weeks, and replies of platforms."""
    if user.role in releasing.STAFF:
        yield wait_in_list(
            _("Releases to sign off"),
            reverse("statistics-data:staff"),
            editions_list(SHELF),
            lambda each: Need(
                about=each.title,
                why=_("A second person reads the numbers before they are published"),
                press=_("Read and sign off"),
                address=reverse("statistics-data:draft-show", args=[each.name]),
            ),
            narrowed=DRAFT & ~Q(drafted_by=user.reference),
        )
        today = local_day(now)
        to_come = (
            Need(
                about=each.title,
                why=(gettext("Was to come out on %(day)s") if each.on < today else gettext("Is to come out on %(day)s"))
                % {"day": write_day(each.on)},
                press=_("Draft a release"),
                address=reverse("statistics-data:draft"),
                due_at=datetime.combine(each.on, time.max, nation_zone()),
            )
            for each in planned(FIGURES, today=date.min)
            if each.on <= today + SOON
        )
        yield wait_in_rows(_("Releases that are planned"), reverse("statistics-data:planned"), to_come)
    if user.role in replies.STAFF:
        yield wait_in_list(
            _("Replies of platforms"),
            reverse("statistics:replies"),
            replies.replies_list(),
            lambda each: Need(
                about=each.platform,
                why=gettext("Replied to its figures on %(day)s") % {"day": write_day(each.handed_in_at)},
                press=_("Read the reply"),
                address=reverse("statistics:reply-show", args=[each.reference]),
            ),
            narrowed=Q(state=ReplyState.WAITING),
        )


def find(user: User, term: str) -> Iterable[Hit]:
    """Releases by their edition or a part of their title."""
    if user.role not in releasing.STAFF:
        return
    for each in all_editions(FIGURES):
        if term.casefold() in f"{each.name} {each.title}".casefold():
            address = reverse("statistics-data:release", args=[each.name])
            yield Hit(kind=_("Release of statistics"), title=each.title, standing=each.name, address=address)


ROOM = Room(
    pages=(
        RoomPage(name="statistics-data:staff"),
        RoomPage(name="statistics-data:planned", text=_("Calendar of releases"), also=("statistics-data:plan",)),
        RoomPage(name="statistics:replies"),
        RoomPage(name="statistics:reply"),
    ),
    waiting=waiting,
    find=find,
)
