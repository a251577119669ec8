"""A year's counts: what was accepted, of whom it is whole, and who has not reported."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from leeward.foundation.days import local_day
from leeward.foundation.protection.periods import Frequency, Period, period_of
from leeward.justice.outcomes.models import Authority, Count, Submission
from leeward.justice.outcomes.queries.comparing import lists_of, stages_of
from leeward.justice.outcomes.rules.comparing import two_ways
from leeward.justice.outcomes.rules.funnel import BESIDE, CONVICTED
from leeward.justice.outcomes.rules.handing_in import Handed, HandedIn, handed_in
from leeward.justice.outcomes.rules.printing import STAGES, Counts, Family, Place, totals
from leeward.justice.outcomes.rules.terms import (
    EXPECTED,
    LIVE,
    QUARTERS,
    Basis,
    FileKind,
    Stage,
    SubmissionState,
)

YEARS_MOST = 30
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class About:
    """What stands beside an authority's figures."""

    name: str
    kind: str
    as_of: date
    replies: tuple[str, ...]
    corrections: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class GatheredYear:
    """The counts of everybody whose year is whole, who that is by code, who is missing, by which methods and lists.

    `mixed`: what was counted in two ways within the year, so that it may not stand in one table.
    """

    counts: Counts
    about: Mapping[str, About]
    missing: tuple[str, ...]
    methods: Mapping[str, tuple[str, int]]
    lists: Mapping[str, list[int]]
    mixed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class YearLine:
    """One authority in one year, for analysts: the state of each file of each quarter, None where there is none."""

    authority: str
    cells: tuple[tuple[FileKind, str, SubmissionState | None], ...]
    adds_up: bool

    @property
    def is_whole(self) -> bool:
        """Whether all of it is accepted and adds up."""
        return self.adds_up and all(state is SubmissionState.ACCEPTED for _kind, _quarter, state in self.cells)


@dataclass(frozen=True, kw_only=True)
class HandedLine:
    """One authority in one year: what it has handed in of each quarter, without any count."""

    authority: str
    year: int
    quarters: tuple[HandedIn, ...]


@dataclass(frozen=True, kw_only=True)
class Hindrance:
    """What hinders that a year is printed: nobody's year is whole, or something was counted in two ways."""

    is_nobody_whole: bool
    mixed: tuple[str, ...]


def quarters_of(year: int) -> tuple[Period, ...]:
    """The quarters of a year."""
    return tuple(period_of(date(year, month, 1), step=Frequency.QUARTER) for month in (1, 4, 7, 10))


def years_known() -> list[int]:
    """The years of which something was handed in, the newest first."""
    starts = Submission.objects.filter(state__in=[each.value for each in LIVE]).values_list("period_start", flat=True)
    return sorted({start.year for start in starts.distinct()}, reverse=True)[:YEARS_MOST]


def year_lines(year: int) -> list[YearLine]:
    """Where each authority that is expected in a year stands."""
    states: dict[tuple[int, str, date], SubmissionState] = {}
    for row in Submission.objects.filter(period_start__year=year, state__in=[each.value for each in LIVE]):
        key = (row.authority_id, row.kind.value, row.period_start)
        if states.get(key) is not SubmissionState.ACCEPTED:
            states[key] = row.state
    wrong = _not_adding_up(year)
    return [
        YearLine(
            authority=row.name,
            cells=tuple(
                (kind, quarter.name, states.get((row.pk, kind.value, quarter.start)))
                for kind in EXPECTED[row.kind]
                for quarter in quarters_of(year)
            ),
            adds_up=row.pk not in wrong,
        )
        for row in _expected(year)
    ]


def handed_lines(years: Collection[int], *, today: date, authority: uuid.UUID | None = None) -> list[HandedLine]:
    """What was handed in of each quarter of these years, by authority and year; with `authority` its own lines alone.

    A line of a year in which nothing is expected of an authority is left out.
    """
    rows = Authority.objects.order_by("name")
    rows = rows.filter(public_id=authority) if authority else rows
    first: dict[tuple[int, date], dict[FileKind, date]] = {}
    standing: set[tuple[int, date, FileKind]] = set()
    files = Submission.objects.filter(authority__in=rows, period_start__year__in=years)
    for row in files.exclude(state=SubmissionState.WITHDRAWN).order_by("received_at"):
        first.setdefault((row.authority_id, row.period_start), {}).setdefault(row.kind, local_day(row.received_at))
        if row.state in LIVE:
            standing.add((row.authority_id, row.period_start, row.kind))

    def line(row: Authority, year: int) -> HandedLine:
        return HandedLine(
            authority=row.name,
            year=year,
            quarters=tuple(
                handed_in(
                    quarter,
                    expected=EXPECTED[row.kind] if _is_expected(row, quarter) else (),
                    first={
                        kind: day
                        for kind, day in first.get((row.pk, quarter.start), {}).items()
                        if (row.pk, quarter.start, kind) in standing
                    },
                    today=today,
                )
                for quarter in quarters_of(year)
            ),
        )

    lines = [line(row, year) for row in rows for year in sorted(years, reverse=True)]
    return [each for each in lines if any(one.state is not Handed.NOT_EXPECTED for one in each.quarters)]


def _is_expected(row: Authority, quarter: Period) -> bool:
    until = row.expected_until or date.max
    return row.expected_from <= quarter.start and until >= quarter.end - DAY


def expected_in(year: int) -> int:
    """How many authorities are expected to hand in a year."""
    return len(list(_expected(year)))


def what_hinders(year: int) -> Hindrance:
    """Return what hinders that a year is printed."""
    whole, own = _whole(year)
    counted = [row for key in whole for row in own[key]]
    return Hindrance(is_nobody_whole=not whole, mixed=tuple(_mixed(counted, lists_of(counted))))


def _whole(year: int) -> tuple[dict[int, Authority], dict[int, list[Submission]]]:
    """Everybody whose year is whole and adds up, and the accepted files of each, by their keys."""
    wrong = _not_adding_up(year)
    rows = Submission.objects.filter(period_start__year=year, state=SubmissionState.ACCEPTED).select_related(
        "method", "authority"
    )
    own: dict[int, list[Submission]] = {}
    for row in rows.order_by("period_start", "kind"):
        own.setdefault(row.authority_id, []).append(row)
    whole = {
        each.pk: each
        for each in _expected(year)
        if each.pk not in wrong and len(own.get(each.pk, ())) == QUARTERS * len(EXPECTED[each.kind])
    }
    return whole, own


def gather_year(year: int) -> GatheredYear:
    """Return the accepted counts of everybody whose year is whole and adds up."""
    whole, own = _whole(year)
    about = {}
    for key, each in whole.items():
        replies = tuple(dict.fromkeys(row.reply for row in own[key] if row.reply))
        about[each.code] = About(
            name=each.name,
            kind=each.kind.value,
            as_of=min(row.as_of for row in own[key]),
            replies=replies,
            corrections=tuple(dict.fromkeys(row.reason for row in own[key] if row.reason)),
        )
    counted = [row for key in whole for row in own[key]]
    methods = {row.kind.value: (row.method.code, row.method.version) for row in counted}
    lists = lists_of(counted)
    return GatheredYear(
        counts=_counts(year, whole),
        about=about,
        missing=tuple(each.name for each in _expected(year) if each.pk not in whole),
        methods=methods,
        lists=lists,
        mixed=tuple(_mixed(counted, lists)),
    )


def _mixed(counted: Iterable[Submission], lists: Mapping[str, list[int]]) -> Iterator[str]:
    """What was counted in two ways: files by two versions of a method, with whose; codes that lead to two stages."""
    by_kind: dict[FileKind, dict[tuple[str, int], set[str]]] = {}
    for row in counted:
        versions = by_kind.setdefault(row.kind, {})
        versions.setdefault((row.method.code, row.method.version), set()).add(row.authority.name)
    for versions in by_kind.values():
        if len(versions) > 1:
            for (code, version), names in sorted(versions.items()):
                yield f"{code} {version}: {', '.join(sorted(names))}"
    for kind in sorted({*lists} - {"offence"}):
        yield from two_ways(stages_of(lists[kind]))


def _expected(year: int) -> Iterable[Authority]:
    rows = Authority.objects.filter(expected_from__lte=date(year, 1, 1)).order_by("name")
    return [row for row in rows if row.expected_until is None or row.expected_until >= date(year, 12, 31)]


def funnel_of(year: int, *, authority: str = "", offence: str = "") -> dict[Family, dict[str, dict[str, int]]]:
    """The true accepted counts of a year for analysts, by quarter and for the year; of one authority, of one offence.

    Authorities and offences are named by their codes, "" for all of them.
    """
    rows = Authority.objects.filter(code=authority) if authority else Authority.objects.all()
    counts = _counts(year, {row.pk: row for row in rows}, offence=offence)
    return {family: rows for family, rows in totals(counts).items() if rows}


def offences_counted() -> list[tuple[str, str]]:
    """The offences of which something was accepted: code and name."""
    rows = Count.objects.filter(submission__state=SubmissionState.ACCEPTED)
    return sorted(dict(rows.values_list("offence__code", "offence__name").distinct()).items())


def _counts(
    year: int, whole: Mapping[int, Authority], *, offence: str = ""
) -> dict[Family, dict[Place, dict[Stage, int]]]:
    found: dict[Family, dict[Place, dict[Stage, int]]] = {family: {} for family in Family}
    rows = Count.objects.filter(
        submission__authority__in=list(whole),
        submission__period_start__year=year,
        submission__state=SubmissionState.ACCEPTED,
        code__isnull=False,
    )
    rows = rows.filter(offence__code=offence) if offence else rows
    for key, start, basis, stage, number in rows.values_list(
        "submission__authority_id", "submission__period_start", "basis", "code__stage", "number"
    ):
        place = (whole[key].code, Period(start=start, step=Frequency.QUARTER).name)
        for family, as_stage in _families(basis, Stage(str(stage))):
            stages = found[family].setdefault(place, {})
            stages[as_stage] = stages.get(as_stage, 0) + number
    return found


def _families(basis: Basis | None, stage: Stage) -> list[tuple[Family, Stage]]:
    """In which families an outcome or disposal counts, and as what."""
    if basis:
        family = Family.OF_RECORDED if basis == Basis.OF_RECORDED else Family.IN_PERIOD
        return [(family, stage)] if stage in STAGES[family] else []
    if stage in BESIDE:
        return [(Family.BESIDE, stage)]
    if stage in CONVICTED:
        return [(Family.RESULTS, Stage.CONVICTED), (Family.SENTENCES, stage)]
    return [(Family.RESULTS, stage)] if stage in STAGES[Family.RESULTS] else []


def _not_adding_up(year: int) -> set[int]:
    """The authorities of whose accepted outcomes some are not all of the offences recorded."""
    sums: dict[tuple[int, date, str], list[int]] = {}
    rows = Count.objects.filter(submission__period_start__year=year, submission__state=SubmissionState.ACCEPTED)
    for key, start, kind, offence, basis, number in rows.values_list(
        "submission__authority_id", "submission__period_start", "submission__kind", "offence__code", "basis", "number"
    ):
        pair = sums.setdefault((key, start, offence), [0, 0])
        if kind == FileKind.OFFENCES:
            pair[0] += number
        elif kind == FileKind.OUTCOMES and basis == Basis.OF_RECORDED:
            pair[1] += number
    return {key for (key, _start, _offence), (recorded, ended) in sums.items() if recorded != ended}
