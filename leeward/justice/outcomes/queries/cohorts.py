"""Reads of cohorts: files as analysts see them, and what anybody may read of their numbers."""

import itertools
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from leeward.foundation.protection.periods import Frequency, Period
from leeward.foundation.rows import read_row
from leeward.justice.outcomes.errors import CohortUnknown
from leeward.justice.outcomes.models import Cohort, CohortResult, Method
from leeward.justice.outcomes.rules.cohort_print import Accepted, Print, print_cohort
from leeward.justice.outcomes.rules.cohort_terms import ROWS_LAST, CohortState
from leeward.justice.outcomes.rules.reoffending import (
    CohortCounts,
    CohortMethod,
    Comparison,
    Standing,
    Told,
    compare,
    final_from,
    standing_of,
)
from leeward.justice.outcomes.rules.terms import MethodKind
from leeward.justice.outcomes.rules.tokens import show_fingerprint

OWN_MOST = 100


@dataclass(frozen=True, kw_only=True)
class CohortLine:
    """A file of a cohort. `counts`: what was kept of it, by follow-up; none before it was accepted."""

    reference: uuid.UUID
    quarter: str
    as_of: date
    authority: str
    method: CohortMethod
    sha256: str
    fingerprint: str
    lines: int
    state: CohortState
    reason: str
    received_at: datetime
    accepted_at: datetime | None
    rows_gone_at: datetime | None
    counts: tuple[CohortCounts, ...] = ()

    @property
    def rows_go_on(self) -> datetime:
        """When its rows are destroyed if nobody accepts them."""
        return self.received_at + ROWS_LAST

    def standing(self, counts: CohortCounts) -> Standing:
        """How far one of its figures may still move."""
        return standing_of(counts, as_of=self.as_of, waiting=self.method.waiting)

    def final_from(self, counts: CohortCounts) -> date:
        """From when on a figure of this cohort is final."""
        return final_from(counts.last_index_on, follow_up=counts.follow_up, waiting=self.method.waiting)


@dataclass(frozen=True, kw_only=True)
class PrintedLine:
    """What anybody may read of one quarter, one follow-up, with all that stands under a number."""

    quarter: str
    months: int
    print: Print
    as_of: date
    method: CohortMethod
    sha256: str
    fingerprint: str
    reason: str
    accepted_at: datetime


@dataclass(frozen=True, kw_only=True)
class MethodLines:
    """All that was counted by one version of the method, and what that version changed."""

    method: CohortMethod
    what: dict[str, str]
    changed: dict[str, str]
    source: str
    lines: list[PrintedLine] = field(default_factory=list)


def cohort_method(row: Method) -> CohortMethod:
    """The days of a method."""
    return CohortMethod(version=row.version, follow_up=row.follow_up_days, waiting=row.waiting_days)


def last_fingerprint() -> str:
    """Of the key by which the newest file was made that was accepted or waits; "" before the first."""
    rows = Cohort.objects.filter(state__in=[CohortState.RECEIVED, CohortState.ACCEPTED])
    return rows.order_by("-received_at", "-pk").values_list("fingerprint", flat=True).first() or ""


def cohort_rows() -> QuerySet[Cohort]:
    """Every file."""
    return Cohort.objects.all()


def waiting_cohorts() -> list[CohortLine]:
    """The files that wait for an analyst, the oldest first."""
    return cohort_lines(tell_cohorts(Cohort.objects.filter(state=CohortState.RECEIVED)).order_by("received_at", "pk"))


def own_cohorts(authority: uuid.UUID) -> list[CohortLine]:
    """What an authority handed in, the newest first."""
    rows = tell_cohorts(Cohort.objects.filter(authority__public_id=authority))
    return cohort_lines(rows.order_by("-received_at", "-pk")[:OWN_MOST])


def tell_cohorts(rows: QuerySet[Cohort]) -> QuerySet[Cohort]:
    """What a list tells of them."""
    return rows.select_related("authority", "method")


def cohort_lines(rows: Iterable[Any]) -> list[CohortLine]:
    """Rows as a list shows them."""
    return [_line(row) for row in rows]


def find_cohort(cohort: uuid.UUID) -> CohortLine:
    """One file, with what was kept of it. Raises CohortUnknown."""
    row = tell_cohorts(Cohort.objects.filter(public_id=cohort)).first()
    if row is None:
        raise CohortUnknown
    return _line(row, counts=tuple(_counts(each) for each in row.results.order_by("follow_up")))


def printed_cohorts() -> list[MethodLines]:
    """What anybody may read, the newest method first: those of two methods never stand in one list."""
    rows = (
        Cohort.objects.filter(state=CohortState.ACCEPTED)
        .select_related("method")
        .prefetch_related("results")
        .order_by("quarter", "accepted_at", "pk")
    )
    by_method: dict[int, MethodLines] = {}
    for _quarter, files in itertools.groupby(rows, key=lambda row: row.quarter):
        known = {str(row.public_id): row for row in files}
        for each in print_cohort(_accepted(known.values())):
            row = known[each.source.cohort]
            told = by_method.setdefault(row.method.version, _method_lines(row.method))
            told.lines.append(_printed(row, each))
    return [by_method[version] for version in sorted(by_method, reverse=True)]


def comparable() -> list[tuple[str, str]]:
    """What analysts may ask to compare: each accepted quarter and follow-up, newest first, as value and words."""
    rows = CohortResult.objects.filter(cohort__state=CohortState.ACCEPTED).values_list("cohort__quarter", "follow_up")
    found = sorted(set(rows), reverse=True)
    return [(f"{_name(quarter)}/{days}", f"{_name(quarter)}, {days}") for quarter, days in found]


def compare_cohorts(before: str, after: str) -> tuple[Comparison, list[dict[str, str]]]:
    """Compare two of `comparable`, and what each version of the method between them says that it changed.

    Raises CohortUnknown.
    """
    first, second = _told(before), _told(after)
    low, high = sorted((first.method.version, second.method.version))
    rows = Method.objects.filter(kind=MethodKind.COHORTS, version__gt=low, version__lte=high).order_by("version")
    return compare(first, second), [row.changed for row in rows if row.changed]


def _told(choice: str) -> Told:
    name, _slash, days = choice.partition("/")
    results = CohortResult.objects.filter(cohort__state=CohortState.ACCEPTED).select_related("cohort__method")
    found = [
        each
        for each in results.order_by("cohort__accepted_at", "cohort__pk")
        if (_name(each.cohort.quarter), str(each.follow_up)) == (name, days)
    ]
    if not found:
        raise CohortUnknown
    row = found[-1]
    return Told(name=name, method=cohort_method(row.cohort.method), counts=_counts(row), as_of=row.cohort.as_of)


def _accepted(rows: Iterable[Cohort]) -> list[Accepted]:
    return [
        Accepted(
            cohort=str(row.public_id),
            counts=_counts(each),
            as_of=row.as_of,
            waiting=row.method.waiting_days,
        )
        for row in rows
        for each in sorted(row.results.all(), key=lambda each: each.follow_up)
    ]


def _printed(row: Cohort, found: Print) -> PrintedLine:
    return PrintedLine(
        quarter=_name(row.quarter),
        months=round(found.follow_up / (timedelta(days=365) / timedelta(days=12))),
        print=found,
        as_of=row.as_of,
        method=cohort_method(row.method),
        sha256=row.sha256,
        fingerprint=show_fingerprint(row.fingerprint),
        reason=row.reason,
        accepted_at=row.accepted_at or row.received_at,
    )


def _method_lines(row: Method) -> MethodLines:
    return MethodLines(method=cohort_method(row), what=row.what, changed=row.changed, source=row.source)


def _line(row: Cohort, *, counts: tuple[CohortCounts, ...] = ()) -> CohortLine:
    return read_row(
        CohortLine,
        row,
        quarter=_name(row.quarter),
        authority=row.authority.name if row.authority else "",
        method=cohort_method(row.method),
        fingerprint=show_fingerprint(row.fingerprint),
        counts=counts,
    )


def _counts(row: CohortResult) -> CohortCounts:
    return read_row(CohortCounts, row)


def _name(quarter: date) -> str:
    return Period(start=quarter, step=Frequency.QUARTER).name
