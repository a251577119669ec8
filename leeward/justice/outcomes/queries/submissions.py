"""Submissions as analysts and their authorities see them: their own numbers in clear, before anybody prints them."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from leeward.foundation.protection.periods import Frequency, Period
from leeward.foundation.protection.tables import Published
from leeward.foundation.rows import read_row
from leeward.justice.outcomes.errors import SubmissionUnknown
from leeward.justice.outcomes.models import Count, Submission
from leeward.justice.outcomes.queries.comparing import Changes, changes_to
from leeward.justice.outcomes.queries.maps import MapLine, map_line
from leeward.justice.outcomes.rules.funnel import CONVICTED, Rate, Share, is_estimate, share_of
from leeward.justice.outcomes.rules.terms import LIVE, PREVIEW, Basis, FileKind, Stage, SubmissionState, Warned

SHOWN_MOST = 100


@dataclass(frozen=True, kw_only=True)
class SubmissionLine:
    """A submission in a list."""

    reference: uuid.UUID
    authority: str
    kind: FileKind
    period: str
    as_of: date
    state: SubmissionState
    received_at: datetime
    warnings: tuple[Warned, ...]
    is_seen: bool


@dataclass(frozen=True, kw_only=True)
class NumberLine:
    """One number of a submission, in words."""

    offence: str
    code: str
    stage: Stage | None
    basis: Basis | None
    number: int


@dataclass(frozen=True, kw_only=True)
class YearBefore:
    """The same quarter a year before. `rates` has no share of it where it was counted in another way: `changes`."""

    period: str
    rates: Mapping[Rate, Share]
    changes: Changes


@dataclass(frozen=True, kw_only=True)
class SubmissionShown:
    """One submission whole. `rates`: its own shares, made from its true numbers."""

    line: SubmissionLine
    authority: uuid.UUID
    sha256: str
    method: tuple[str, int]
    reason: str
    is_correction: bool
    checked_at: datetime | None
    seen_at: datetime | None
    accepted_at: datetime | None
    reply: str
    map: MapLine | None
    numbers: tuple[NumberLine, ...]
    rates: tuple[tuple[Rate, Share], ...]
    year_before: YearBefore | None


def submission_rows() -> QuerySet[Submission]:
    """Every submission."""
    return Submission.objects.all()


def tell_submissions(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    """What a list tells of them."""
    return rows.select_related("authority")


def submission_lines(rows: Iterable[Any]) -> list[SubmissionLine]:
    """Rows as a list shows them."""
    return [
        read_row(
            SubmissionLine,
            row,
            reference=row.public_id,
            authority=row.authority.name,
            period=Period(start=row.period_start, step=Frequency.QUARTER).name,
            warnings=tuple(Warned(each) for each in row.warnings),
            is_seen=row.seen_at is not None,
        )
        for row in rows
    ]


def own_submissions(authority: uuid.UUID) -> list[SubmissionLine]:
    """What one authority has handed in, the newest first."""
    rows = tell_submissions(submission_rows()).filter(authority__public_id=authority)
    return submission_lines(rows.order_by("-received_at", "-pk")[:SHOWN_MOST])


def waiting_submissions(*, now: datetime) -> list[SubmissionLine]:
    """What waits for an analyst: to be checked, or to be accepted now that its authority has had its time."""
    is_looked = Q(seen_at__isnull=False) | Q(checked_at__lte=now - PREVIEW)
    rows = submission_rows().filter(Q(state=SubmissionState.RECEIVED) | Q(state=SubmissionState.CHECKED) & is_looked)
    return submission_lines(tell_submissions(rows).order_by("received_at", "pk")[:SHOWN_MOST])


def quarters_handed_in(authority: uuid.UUID) -> list[date]:
    """The first days of the quarters of which one authority has handed in something that counts."""
    rows = submission_rows().filter(authority__public_id=authority, state__in=[each.value for each in LIVE])
    return sorted(set(rows.values_list("period_start", flat=True)))


def find_submission(submission: uuid.UUID, *, authority: uuid.UUID | None = None) -> SubmissionShown:
    """One submission; with `authority` only one of its own. Raises SubmissionUnknown."""
    rows = tell_submissions(submission_rows()).select_related("method", "header_map").filter(public_id=submission)
    row = (rows.filter(authority__public_id=authority) if authority else rows).first()
    if row is None:
        raise SubmissionUnknown
    numbers = _numbers(row)
    return read_row(
        SubmissionShown,
        row,
        line=submission_lines([row])[0],
        authority=row.authority.public_id,
        method=(row.method.code, row.method.version),
        map=map_line(row.header_map) if row.header_map else None,
        is_correction=row.replaces_id is not None,
        numbers=numbers,
        rates=tuple(_own_rates(row, numbers)),
        year_before=_year_before(row),
    )


def _year_before(row: Submission) -> YearBefore | None:
    """What the same authority's file of the same quarter a year before says, if it may be compared with this one."""
    start = row.period_start.replace(year=row.period_start.year - 1)
    rows = Submission.objects.filter(
        authority=row.authority, kind=row.kind, period_start=start, state__in=[each.value for each in LIVE]
    )
    before = rows.select_related("method").order_by("-received_at", "-pk").first()
    if before is None:
        return None
    changes = changes_to(before, row)
    return YearBefore(
        period=Period(start=start, step=Frequency.QUARTER).name,
        rates={} if changes else dict(_own_rates(before, _numbers(before))),
        changes=changes,
    )


def _numbers(row: Submission) -> tuple[NumberLine, ...]:
    return tuple(
        NumberLine(
            offence=f"{each.offence.code} {each.offence.name}",
            code=f"{each.code.code} {each.code.name}" if each.code else "",
            stage=each.code.stage if each.code else None,
            basis=each.basis or None,
            number=each.number,
        )
        for each in Count.objects.filter(submission=row).select_related("offence", "code").order_by("pk")
    )


def _own_rates(row: Submission, numbers: tuple[NumberLine, ...]) -> list[tuple[Rate, Share]]:
    """The shares of one file, from its true numbers: its own authority may know them."""
    own = [each for each in numbers if each.basis is not Basis.IN_PERIOD]

    def count(*stages: Stage) -> Published:
        return Published(value=sum(each.number for each in own if each.stage in stages))

    is_open = is_estimate(row.as_of, row.period_end)
    if row.kind is FileKind.OUTCOMES:
        whole = Published(value=sum(each.number for each in own))
        return [
            (Rate.CHARGED, share_of(count(Stage.CHARGED), whole, is_estimate=is_open, off=0)),
            (Rate.NO_SUPPORT, share_of(count(Stage.NO_SUPPORT), whole, is_estimate=is_open, off=0)),
        ]
    if row.kind is FileKind.COURTS:
        whole = count(*CONVICTED, Stage.ACQUITTED, Stage.DISCONTINUED)
        return [(Rate.CONVICTED, share_of(count(*CONVICTED), whole, is_estimate=False, off=0))]
    return []
