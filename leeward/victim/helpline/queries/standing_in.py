"""Which case of the closed team is lent to which one colleague, until when, and to whom it may be."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from leeward.foundation.accounts.queries import Colleague, staff_of_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.rows import read_row
from leeward.victim.helpline.models import Recusal, StandIn


@dataclass(frozen=True, kw_only=True)
class StandInLine:
    """To whom a case was lent, by whom, from when until when; `ended_at` where it was taken back or is over."""

    staff: str
    by: str
    at: datetime
    until: datetime
    ended_at: datetime | None


def stand_ins_now(*, now: datetime) -> QuerySet[StandIn]:
    """Return what is lent to one colleague now."""
    return StandIn.objects.filter(ended_at__isnull=True, until__gt=now)


def stand_ins_of(case: uuid.UUID) -> tuple[StandInLine, ...]:
    """Everybody to whom a case was lent, the last first."""
    rows = StandIn.objects.filter(case__reference=case).order_by("-at", "-id")
    return tuple(read_row(StandInLine, row) for row in rows)


def who_may_stand_in(case: uuid.UUID, *, but: str = "") -> Sequence[Colleague]:
    """Practitioners who have not said that they know the person; whether they have unlocked once, their key says."""
    known = set(Recusal.objects.filter(case__reference=case).values_list("staff", flat=True)) | {but}
    return [each for each in staff_of_role(Role.PRACTITIONER) if each.reference not in known]


def lent_to(staff: str, *, now: datetime) -> tuple[tuple[uuid.UUID, datetime], ...]:
    """The cases of the closed team that are lent to somebody now, and until when."""
    rows = stand_ins_now(now=now).filter(staff=staff).order_by("until", "id")
    return tuple(rows.values_list("case__reference", "until"))
