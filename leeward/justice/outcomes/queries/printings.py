"""What was printed: all that everybody reads of outcomes comes from here. Drafts are for analysts alone."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from leeward.foundation.editions.records import Steps
from leeward.foundation.protection.printed import PrintedNumber, printed_count, with_parts_missing
from leeward.foundation.protection.tables import TOTAL, Published, Status
from leeward.foundation.rows import read_row
from leeward.justice.outcomes.errors import PrintingUnknown
from leeward.justice.outcomes.models import Method, Printing
from leeward.justice.outcomes.queries.codes import MethodLine
from leeward.justice.outcomes.queries.comparing import Changes, changed_methods, code_changes
from leeward.justice.outcomes.rules.funnel import Rate, Share, is_estimate, rate_of, share_of
from leeward.justice.outcomes.rules.printing import STAGES, Family
from leeward.justice.outcomes.rules.terms import FileKind, Stage

NOTHING = Published(value=None, status=Status.NOT_AVAILABLE)


@dataclass(frozen=True, kw_only=True)
class PrintedAuthority:
    """An authority in a printed year. `code` is that of its rows in the tables."""

    code: str
    name: str
    as_of: date
    replies: tuple[str, ...]
    corrections: tuple[str, ...]
    is_police: bool


@dataclass(frozen=True, kw_only=True)
class PrintedYear:
    """A year as it was printed last."""

    year: int
    revision: int
    as_of: date
    printed_at: datetime
    reason: str
    authorities: tuple[PrintedAuthority, ...]
    missing: tuple[str, ...]
    methods: Mapping[FileKind, tuple[str, int]]
    lists: Mapping[str, list[int]]
    cells: Mapping[str, Mapping[str, Mapping[str, Published]]]
    counts: Mapping[str, Mapping[str, Mapping[str, int]]] = field(repr=False)

    @property
    def is_estimate(self) -> bool:
        """Whether what was recorded in it can still get another outcome by our own rule."""
        return is_estimate(self.as_of, date(self.year, 12, 31))

    @property
    def quarters(self) -> list[str]:
        """The names of its quarters, as its tables have them."""
        return [f"{self.year}-Q{number}" for number in range(1, 5)]

    def cell(self, family: Family, row: str, stage: str) -> Published:
        """One number."""
        return self.cells.get(family.value, {}).get(row, {}).get(stage, NOTHING)

    def number(self, family: Family, row: str, stage: str) -> PrintedNumber:
        """Return one number with its range."""
        found = printed_count(self.cell(family, row, stage))
        return with_parts_missing(found) if self.lacks_parts(row) else found

    def lacks_parts(self, row: str) -> bool:
        """Return whether authorities that are expected are not in a row."""
        return bool(self.missing) and row in (TOTAL, *self.quarters)

    def rate(self, rate: Rate, row: str = TOTAL) -> Share:
        """Return a share of one quarter, of one authority, or of the year."""
        found = self._rate(rate, row)
        return replace(found, number=with_parts_missing(found.number)) if self.lacks_parts(row) else found

    def _rate(self, rate: Rate, row: str) -> Share:
        if rate is Rate.CONVICTED:
            part = self.cell(Family.RESULTS, row, Stage.CONVICTED)
            ended = [self.cell(Family.RESULTS, row, each) for each in (Stage.ACQUITTED, Stage.DISCONTINUED)]
            return share_of(part, _sum(part, *ended), is_estimate=False, sums=1 + len(ended))
        whole = self.cell(Family.OF_RECORDED, row, TOTAL)
        if rate is Rate.GIVEN:
            part = self.cell(Family.IN_PERIOD, row, Stage.CHARGED)
            return rate_of(part, whole)
        stage = Stage.CHARGED if rate is Rate.CHARGED else Stage.NO_SUPPORT
        return share_of(self.cell(Family.OF_RECORDED, row, stage), whole, is_estimate=self.is_estimate)

    def stages(self, family: Family) -> tuple[Stage, ...]:
        """The stages of a family, in the order of the ladder."""
        return STAGES[family]


@dataclass(frozen=True, kw_only=True)
class PrintingShown(Steps):
    """A printing as analysts see it: its numbers as everybody reads them or would, who did what, and what was before.

    `before`: the printing that everybody reads of the same year, and `year_before` of the year before; None for none.
    """

    reference: uuid.UUID
    numbers: PrintedYear
    before: PrintedYear | None
    year_before: PrintedYear | None


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """A year that waits for a second person."""

    reference: uuid.UUID
    year: int
    drafted_by: str


def printed_years() -> list[int]:
    """The years that were printed, the newest first."""
    return sorted(set(Printing.objects.filter(Printing.PUBLISHED).values_list("year", flat=True)), reverse=True)


def read_year(year: int) -> PrintedYear | None:
    """A year as it was printed last; None where it never was."""
    row = Printing.objects.filter(Printing.PUBLISHED, year=year).order_by("-revision").first()
    return _read(row) if row else None


def waiting_drafts() -> list[DraftLine]:
    """The years that wait for a second person, the oldest first."""
    rows = Printing.objects.filter(Printing.WAITS).order_by("year")
    return [read_row(DraftLine, row) for row in rows]


def find_printing(printing: uuid.UUID) -> PrintingShown:
    """One printing, a draft too. Raises PrintingUnknown."""
    row = Printing.objects.filter(public_id=printing).first()
    if row is None:
        raise PrintingUnknown
    older = Printing.objects.filter(Printing.PUBLISHED, year=row.year, revision__lt=row.revision)
    before = older.order_by("-revision").first()
    return read_row(
        PrintingShown,
        row,
        numbers=_read(row),
        before=_read(before) if before else None,
        year_before=read_year(row.year - 1),
    )


def true_total(year: PrintedYear, family: Family, stage: str) -> int:
    """The count behind a printed total of a year, for the statistics, which round it as the year was."""
    return year.counts.get(family.value, {}).get(TOTAL, {}).get(stage, 0)


def method_of(code: str, version: int) -> MethodLine:
    """One version of a method."""
    return read_row(MethodLine, Method.objects.get(code=code, version=version))


def changes_between(first: PrintedYear, second: PrintedYear) -> Changes:
    """What changed between the ways in which two years were counted."""
    both = sorted({*first.methods} & {*second.methods})
    methods = [each for kind in both for each in changed_methods(first.methods[kind], second.methods[kind])]
    earlier, later = sorted((first, second), key=lambda year: year.year)
    return Changes(methods=tuple(methods), codes=tuple(code_changes(earlier.lists, later.lists)))


def _read(row: Printing) -> PrintedYear:
    return read_row(
        PrintedYear,
        row,
        printed_at=row.signed_at or row.drafted_at,
        authorities=tuple(
            PrintedAuthority(
                code=code,
                name=each["name"],
                as_of=date.fromisoformat(each["as_of"]),
                replies=tuple(each["replies"]),
                corrections=tuple(each["corrections"]),
                is_police=each["kind"] == "police",
            )
            for code, each in sorted(row.about.items(), key=lambda item: item[1]["name"])
        ),
        missing=tuple(row.missing),
        methods={FileKind(kind): (code, version) for kind, (code, version) in row.methods.items()},
        lists=row.lists or {},
        cells=_cells(row.cells),
    )


def _cells(found: Any) -> Any:
    if isinstance(found, list):
        return Published(value=found[0], status=Status(found[1]))
    return {key: _cells(value) for key, value in found.items()}


def _sum(*cells: Published) -> Published:
    hidden = next((each for each in cells if each.value is None), None)
    return hidden or Published(value=sum(each.value or 0 for each in cells))
