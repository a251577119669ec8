"""A member's inbox as a list, and how what is with it is called; none of it says what anything is about."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.days import local_day, when, write_day
from leeward.foundation.editing.fields import Words, select
from leeward.foundation.web.words import word
from leeward.foundation.work.colleagues import holder
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Late, Listing, Tag
from leeward.victim.network.queries.inbox import IN_ORDER, IS_OPEN, InboxLine, inbox_lines, inbox_rows, tell_inbox
from leeward.victim.network.rules.turns import TurnState

# Where a turn stands, as its receiver says it.
WORDS: Mapping[TurnState, tuple[Words, str]] = {
    TurnState.OFFERED: (_("Awaits your answer"), "blue"),
    TurnState.ASKED: (_("You have asked something"), "yellow"),
    TurnState.ACCEPTED: (_("You will help"), "green"),
    TurnState.STARTED: (_("You have begun"), "green"),
    TurnState.WAITING: (_("You wait for something"), "purple"),
    TurnState.DONE: (_("Done"), "grey"),
}
STANDS: Mapping[TurnState, Tag] = {state: Tag(*words) for state, words in WORDS.items()}
STATE = Filter(
    key="state",
    field=select(
        _("State"),
        [("", _("All that is with you")), *((state.value, words) for state, (words, _colour) in WORDS.items())],
    ),
    where=lambda state: Q(state=state),
    otherwise=IS_OPEN,
)
DUE = Order(by=Coalesce("due_at", "since"), parts=IN_ORDER)


def member_of(user: User) -> uuid.UUID:
    """Return the public id of the member at which somebody works."""
    return uuid.UUID(user.affiliation)


def inbox_list(member: uuid.UUID, *, names: Mapping[str, str], now: datetime) -> Listing[InboxLine]:
    """What is with a member: urgent first, then what has no answer, by what is due."""
    return Listing(
        rows=inbox_rows(member, today=local_day(now)),
        tell=tell_inbox,
        lines=inbox_lines,
        columns=[
            Column("referral", _("Referral"), lambda line: name_turn(line.reference)),
            Column("kind", _("What is asked"), lambda line: word(line.kind)),
            Column("state", _("State"), lambda line: STANDS[line.state]),
            Column("due", _("Until when"), lambda line: clock_cell(line, now=now), DUE),
            Column("owner", _("Assigned to"), lambda line: holder(line, names, now=now), is_minor=True),
        ],
        is_urgent=lambda line: line.is_urgent,
        sort="due",
        address=lambda line: reverse("network:turn", args=[line.reference]),
        filters=[STATE],
        empty=_("Nothing is with you now. What is passed on to you stands here, and on your home page."),
        known=["told"],
    )


def name_turn(reference: uuid.UUID) -> str:
    """Return the short name of what is with a member."""
    return f"{gettext('Referral')} {str(reference)[:8]}"


def clock_cell(line: InboxLine, *, now: datetime) -> Late | Words:
    """Say until when what is done; `Late` where the time is over."""
    said = clock_words(line, now=now)
    return Late(said) if line.due_at is not None and line.due_at <= now else said


def clock_words(line: InboxLine, *, now: datetime) -> str:
    """Say until when what is done, in days and hours of the clock."""
    if line.state is TurnState.DONE:
        return gettext("You can read it until %(day)s") % {"day": write_day(line.until)}
    if line.due_at is None:
        return gettext("No deadline")
    told = {"when": when(line.due_at, now=now)}
    if line.state is TurnState.ACCEPTED:
        late = gettext("You were to begin by %(when)s")
        return (late if line.due_at <= now else gettext("Begin by %(when)s")) % told
    if line.due_at <= now:
        return gettext("The time to answer ended %(when)s: it goes on to the next") % told
    if line.state is TurnState.ASKED:
        return gettext("Your question waits; answer by %(when)s at the latest") % told
    if line.is_reminded:
        return gettext("Half of the time is over: answer by %(when)s") % told
    return gettext("Answer by %(when)s") % told
