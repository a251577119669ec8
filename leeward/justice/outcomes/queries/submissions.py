"""Submissions as analysts and their authorities see them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from leeward.justice.outcomes.models import Submission
from leeward.justice.outcomes.rules.terms import FileKind, SubmissionState


@dataclass(frozen=True, kw_only=True)
class SubmissionLine:
    """A submission in a list."""

    reference: uuid.UUID
    authority: str
    kind: FileKind
    period_start: date
    period_end: date
    as_of: date
    state: SubmissionState
    received_at: datetime
    warnings: int


def submission_rows() -> QuerySet[Submission]:
    """Every submission."""
    return Submission.objects.all()


def tell_submissions(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    """What a list tells of them."""
    return rows.select_related("authority")


def submission_lines(rows: Iterable[Any]) -> list[SubmissionLine]:
    """Rows as a list shows them."""
    return [
        SubmissionLine(
            reference=row.public_id,
            authority=row.authority.name,
            kind=row.kind,
            period_start=row.period_start,
            period_end=row.period_end,
            as_of=row.as_of,
            state=row.state,
            received_at=row.received_at,
            warnings=len(row.warnings),
        )
        for row in rows
    ]
