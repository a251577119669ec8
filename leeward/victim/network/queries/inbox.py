"""What is with a member: a list that says nothing of what any of it is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from leeward.foundation.references import identities_beginning
from leeward.foundation.rows import read_row
from leeward.victim.network.errors import ReferralUnknown
from leeward.victim.network.models import Turn, TurnEvent
from leeward.victim.network.rules.members import Kind
from leeward.victim.network.rules.turns import OPEN, READABLE, UNANSWERED, Act, TurnState

IS_OPEN, IS_UNANSWERED = Q(state__in=sorted(OPEN)), Q(state__in=sorted(UNANSWERED))
IS_URGENT = Q(referral__is_urgent=True)
# Urgent first, then what has no answer yet.
IN_ORDER = (
    IS_URGENT & IS_UNANSWERED,
    IS_URGENT & ~IS_UNANSWERED,
    ~IS_URGENT & IS_UNANSWERED,
    ~IS_URGENT & ~IS_UNANSWERED,
)


@dataclass(frozen=True, kw_only=True)
class InboxLine:
    """One turn as its receiver has it before them: what is asked, by when they answer or begin, and who is on it.

    `is_told`: False where the person does not know of it yet.
    """

    reference: UUID
    service: UUID
    kind: Kind
    is_urgent: bool
    state: TurnState
    since: datetime
    offered_at: datetime
    due_at: datetime | None
    resumes_at: datetime | None
    is_reminded: bool
    until: date
    is_told: bool
    claimed_by: str
    claimed_until: datetime | None
    code: str


def inbox_rows(member: UUID, *, today: date) -> QuerySet[Turn]:
    """What a member's workers can open now: what is with them, and what they have done until the day that was named."""
    is_done = Q(state=TurnState.DONE, referral__until__gte=today)
    return Turn.objects.filter(IS_OPEN | is_done, member__public_id=member, member__until__gte=today, link="")


def tell_inbox(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add what is told of each."""
    reminded = TurnEvent.objects.filter(turn=OuterRef("pk"), act=Act.REMINDED)
    told: QuerySet[Any] = rows.select_related("referral").annotate(is_reminded=Exists(reminded))
    return told


def inbox_lines(rows: Iterable[Any]) -> tuple[InboxLine, ...]:
    """Make the lines of a page."""
    return tuple(
        read_row(
            InboxLine,
            row,
            kind=row.referral.kind,
            is_urgent=row.referral.is_urgent,
            until=row.referral.until,
            is_told=row.referral.is_told,
        )
        for row in rows
    )


def find_inbox_line(turn: UUID) -> InboxLine:
    """One turn that its receiver can open. Raises ReferralUnknown."""
    rows = Turn.objects.filter(reference=turn, state__in=sorted(READABLE))
    lines = inbox_lines(tell_inbox(rows))
    if not lines:
        raise ReferralUnknown
    return lines[0]


def inbox_named(member: UUID, term: str) -> QuerySet[Turn]:
    """What is with a member, by the whole reference or the eight signs with which it begins."""
    rows, ends = Turn.objects.filter(IS_OPEN, member__public_id=member, link=""), identities_beginning(term)
    return rows.filter(reference__range=ends) if ends else rows.none()
