"""What came in by an employer's learning systems, as its training manager sees it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet, Sum

from leeward.foundation.rows import read_row
from leeward.foundation.vault.operations import OpenFile, open_for_team
from leeward.foundation.vault.rules.grants import Keyring
from leeward.justice.training.errors import StatementUnknown
from leeward.justice.training.keys import statement_place
from leeward.justice.training.models import MachineDay, MachineKey, MachineStatement
from leeward.justice.training.queries.activities import Activities
from leeward.justice.training.rules.terms import UNDECIDED, Contradiction, StatementState

LATELY = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class SaidLine:
    """What a system said. `who`: a name and number of the roster, or how the system calls them; "" once forgotten."""

    reference: uuid.UUID
    who: str
    verb: str
    title: Mapping[str, str]
    version: int
    is_delta: bool
    on: date
    received_at: datetime
    state: StatementState
    why: Contradiction | None
    is_known: bool

    @property
    def waits(self) -> bool:
        """Whether the manager has to decide."""
        return self.state in UNDECIDED


@dataclass(frozen=True, kw_only=True)
class KeyLine:
    """A key of a learning system."""

    reference: uuid.UUID
    name: str
    home: str
    made_at: datetime
    used_on: date | None
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CameIn:
    """How much came in the last 30 days: by where it stands, and what was passed over."""

    states: Mapping[StatementState, int]
    other_verbs: int
    other_activities: int


def said_rows(employer: uuid.UUID) -> QuerySet[MachineStatement]:
    """What an employer's systems said of people and our courses."""
    return MachineStatement.objects.filter(employer__public_id=employer).exclude(state=StatementState.VOIDING)


def said_lines(rows: Sequence[MachineStatement], *, opened: OpenFile, keyring: Keyring) -> tuple[SaidLine, ...]:
    """What is shown of them."""
    return tuple(_line(row, opened=opened, keyring=keyring) for row in rows)


def tell_said(rows: QuerySet[MachineStatement]) -> QuerySet[MachineStatement]:
    """What is told of rows of `said_rows`."""
    return rows.select_related("learner", "course", "employer")


def read_said(statement: uuid.UUID, *, employer: uuid.UUID, opened: OpenFile, keyring: Keyring) -> SaidLine:
    """One of them. Raises StatementUnknown."""
    row = tell_said(said_rows(employer)).filter(reference=statement).first()
    if row is None:
        raise StatementUnknown
    return _line(row, opened=opened, keyring=keyring)


def count_lately(employer: uuid.UUID, *, now: datetime) -> CameIn:
    """How much came lately."""
    rows = said_rows(employer).filter(received_at__gte=now - LATELY).values_list("state").annotate(Count("pk"))
    days = MachineDay.objects.filter(employer__public_id=employer, on__gte=(now - LATELY).date())
    passed_over = days.aggregate(verbs=Sum("other_verbs"), activities=Sum("other_activities"))
    return CameIn(
        states=dict(rows.order_by()),
        other_verbs=passed_over["verbs"] or 0,
        other_activities=passed_over["activities"] or 0,
    )


def undecided(employer: uuid.UUID) -> int:
    """How many statements wait for the manager."""
    return said_rows(employer).filter(state__in=UNDECIDED).count()


def key_lines(employer: uuid.UUID) -> tuple[KeyLine, ...]:
    """An employer's keys, those that work first."""
    rows = MachineKey.objects.filter(employer__public_id=employer).order_by("-made_at")
    return tuple(sorted((read_row(KeyLine, row) for row in rows), key=lambda each: each.ended_at is not None))


def course_ids() -> list[tuple[str, Mapping[str, str], int, bool]]:
    """Every id by which a system may call a version of a course: with title, version, whether only what changed."""
    found = Activities().ids.items()
    return [(iri, each.course.title, each.version, each.is_delta) for iri, each in found]


def _line(row: MachineStatement, *, opened: OpenFile, keyring: Keyring) -> SaidLine:
    if row.learner is not None:
        who = f"{row.learner.peek(opened, 'name')} ({row.learner.peek(opened, 'number')})"
        who = who if row.learner.forgotten_at is None else ""
    else:
        where = statement_place(row.reference)
        who = (open_for_team(keyring, row.person, team=row.employer.team, where=where) or "") if row.person else ""
    return read_row(
        SaidLine,
        row,
        who=who,
        title=row.course.title if row.course else {},
        version=row.version or 0,
        is_known=row.learner is not None,
    )
