"""What outcomes tell the home page of analysts."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import write_day
from leeward.foundation.work.rooms import Need, Room, RoomPage, Waiting, wait_in_rows
from leeward.justice.outcomes.queries.cohorts import waiting_cohorts


def waiting(user: User, _now: datetime) -> Iterable[Waiting]:
    """Files of cohorts that wait to be counted."""
    if user.role == Role.ANALYST:
        needs = (
            Need(
                about=line.quarter,
                why=gettext("If nobody accepts it, its rows are destroyed on %(day)s")
                % {"day": write_day(line.rows_go_on)},
                press=_("Count it"),
                address=reverse("outcomes:cohort", args=[line.reference]),
                due_at=line.rows_go_on,
            )
            for line in waiting_cohorts()
        )
        yield wait_in_rows(_("Cohorts to count"), reverse("outcomes:cohorts"), needs)


ROOM = Room(
    pages=(
        RoomPage(name="outcomes:submissions"),
        RoomPage(name="outcomes:authorities"),
        RoomPage(name="outcomes:cohorts"),
        RoomPage(name="outcomes:own-cohorts", also=("outcomes:cohort-send",)),
    ),
    waiting=waiting,
)
