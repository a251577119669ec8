"""What outcomes tell the home page of analysts and of authorities' statisticians."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import write_day
from leeward.foundation.web.words import word
from leeward.foundation.work.rooms import Need, Room, RoomPage, Waiting, wait_in_rows
from leeward.justice.outcomes.queries.cohorts import waiting_cohorts
from leeward.justice.outcomes.queries.printings import waiting_drafts
from leeward.justice.outcomes.queries.submissions import own_submissions, waiting_submissions
from leeward.justice.outcomes.rules.terms import SubmissionState


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """Files and cohorts that nobody has seen to yet, years to sign off; an authority's own unlooked at."""
    if user.role == Role.ANALYST:
        needs = (
            Need(
                about=f"{line.authority}, {line.period}",
                why=word(line.kind),
                press=_("Check the file") if line.state is SubmissionState.RECEIVED else _("Accept the file"),
                address=reverse("outcomes:submission", args=[line.reference]),
            )
            for line in waiting_submissions(now=now)
        )
        yield wait_in_rows(_("Counts to check and accept"), reverse("outcomes:submissions"), needs)
        drafts = (
            Need(
                about=str(each.year),
                why=_("A second person reads the numbers before they are published"),
                press=_("Read and sign off"),
                address=reverse("outcomes:draft", args=[each.reference]),
            )
            for each in waiting_drafts()
            if each.drafted_by != user.reference
        )
        yield wait_in_rows(_("Years to sign off"), reverse("outcomes:years"), drafts)
        cohorts = (
            Need(
                about=line.quarter,
                why=gettext("If nobody accepts it, its rows are destroyed on %(day)s")
                % {"day": write_day(line.rows_go_on)},
                press=_("Count the cohort"),
                address=reverse("outcomes:cohort", args=[line.reference]),
                due_at=line.rows_go_on,
            )
            for line in waiting_cohorts()
        )
        yield wait_in_rows(_("Cohorts to count"), reverse("outcomes:cohorts"), cohorts)
    if user.role == Role.STATISTICIAN:
        needs = (
            Need(
                about=f"{word(line.kind)}, {line.period}",
                why=gettext("Your own figures, before everybody else"),
                press=_("Check the figures"),
                address=reverse("outcomes:own-submission", args=[line.reference]),
            )
            for line in own_submissions(UUID(user.affiliation))
            if line.state is SubmissionState.CHECKED and not line.is_seen
        )
        yield wait_in_rows(_("Your figures"), reverse("outcomes:own-counts"), needs)


ROOM = Room(
    pages=(
        RoomPage(name="outcomes:submissions", also=("outcomes:submission",)),
        RoomPage(name="outcomes:years", also=("outcomes:draft",)),
        RoomPage(name="outcomes:look"),
        RoomPage(name="outcomes:authorities"),
        RoomPage(name="outcomes:codes"),
        RoomPage(name="outcomes:cohorts"),
        RoomPage(name="outcomes:own-counts"),
        RoomPage(name="outcomes:own-cohorts"),
    ),
    waiting=waiting,
)
