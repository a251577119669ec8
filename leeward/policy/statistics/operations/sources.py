"""Whom the gatherer asks: the figures of every app, each for one week or month, turned into measures."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from leeward.industry.bank.figures import hashes_in_force, platforms_drawing, withdrawal_figures
from leeward.industry.declarations.figures import commitments_kept, policies, signatories_by_standing
from leeward.policy.statistics.rules.measures import FOLLOW_UP_DAYS, MEDIAN, OTHER, P90, Measure, Measured
from leeward.policy.statistics.rules.periods import Period, Step
from leeward.society.directory.figures import freshness_figures
from leeward.victim.removals.figures.periods import (
    SentCounts,
    escalated_counts,
    filed_counts,
    first_day,
    gone_counts,
    hours_by_platform,
    hours_to_removal,
    sent_counts,
    view_counts,
)

ITEMS_DAYS = 30
WITHDRAWN, IN_GOOD_STANDING, DUE_SOON = "withdrawn", "in_good_standing", "due_soon"
M = Measure


@dataclass(frozen=True, kw_only=True)
class Source:
    """One app's figures. A snapshot is asked once a day for the period that runs; others for each that is over."""

    name: str
    ask: Callable[[Period, datetime], Iterable[Measured]]
    follow_up_days: int = 0
    is_snapshot: bool = False


def first_counted_day() -> date | None:
    """The first day of which any source has something that happened."""
    return first_day()


def _of(period: Period, measure: Measure, count: int, **more: object) -> Measured:
    return Measured(measure=measure, step=period.step, start=period.start, count=count, **more)  # type: ignore[arg-type]


_SENT_FIELDS: tuple[tuple[Measure, Callable[[SentCounts], int]], ...] = (
    (M.SENT, lambda line: line.sent),
    (M.SENT_GONE, lambda line: line.gone),
    (M.SENT_VERIFIED, lambda line: line.verified),
    (M.SENT_ANSWERED, lambda line: line.answered),
    (M.SENT_ACCEPTED, lambda line: line.accepted),
    (M.LAW, lambda line: line.law),
    (M.LAW_IN_TIME, lambda line: line.in_time),
)
_BY_PLATFORM = (M.SENT, M.SENT_GONE, M.SENT_ANSWERED)


def _sent(period: Period, _now: datetime) -> Iterator[Measured]:
    lines = sent_counts(since=period.start, until=period.end)
    for measure, count in _SENT_FIELDS:
        yield _of(period, measure, sum(count(line) for line in lines))
        if period.step is Step.MONTH and measure in _BY_PLATFORM:
            for line in lines:
                yield _of(period, measure, count(line), code=line.platform or OTHER, label=line.name)
    measures = {MEDIAN: M.SENT_HOURS_MEDIAN, P90: M.SENT_HOURS_P90}
    for found in hours_to_removal(since=period.start, until=period.end, percents=(MEDIAN, P90)):
        yield _of(period, measures[found.percent], found.number, hours=found.hours)
    if period.step is Step.MONTH:
        for found in hours_by_platform(since=period.start, until=period.end, percent=MEDIAN):
            place = {"code": found.platform or OTHER, "label": found.name}
            yield _of(period, M.SENT_HOURS_MEDIAN, found.number, hours=found.hours, **place)


def _gone(period: Period, _now: datetime) -> Iterator[Measured]:
    counts = gone_counts(since=period.start, until=period.end)
    yield _of(period, M.GONE, counts.gone)
    yield _of(period, M.GONE_RETURNED, counts.returned)
    yield _of(period, M.GONE_RESTORED, counts.restored)
    yield _of(period, M.GONE_FOUND, counts.found)


def _escalated(period: Period, _now: datetime) -> Iterator[Measured]:
    lines = escalated_counts(since=period.start, until=period.end)
    yield _of(period, M.ESCALATED, sum(line.escalated for line in lines))
    yield _of(period, M.ESCALATED_GONE, sum(line.gone for line in lines))
    if period.step is Step.MONTH:
        for line in lines:
            yield _of(period, M.ESCALATED, line.escalated, code=line.rung)
            yield _of(period, M.ESCALATED_GONE, line.gone, code=line.rung)


def _filed(period: Period, _now: datetime) -> Iterator[Measured]:
    counts = filed_counts(since=period.start, until=period.end)
    yield _of(period, M.FILED, counts.reports)
    yield _of(period, M.FILED_ITEMS, counts.items)


def _views(period: Period, _now: datetime) -> Iterator[Measured]:
    counts = view_counts(since=period.start, until=period.end)
    yield _of(period, M.VIEWS, counts.views)
    yield _of(period, M.VIEW_DAYS, counts.days)
    yield _of(period, M.STAFF_VIEWING, counts.staff)


def _directory(period: Period, now: datetime) -> Iterator[Measured]:
    figures = freshness_figures(today=now.date())
    yield _of(period, M.SERVICES, figures.at_work)
    yield _of(period, M.SERVICES_FRESH, figures.listed)


def _declarations(period: Period, now: datetime) -> Iterator[Measured]:
    standings = {standing.value: count for standing, count in signatories_by_standing(now=now).items()}
    yield _of(period, M.SIGNATORIES, sum(standings.values()) - standings[WITHDRAWN])
    yield _of(period, M.SIGNATORIES_GOOD, standings[IN_GOOD_STANDING] + standings[DUE_SOON])
    kept = commitments_kept(now=now)
    yield _of(period, M.COMMITMENTS, kept.due)
    yield _of(period, M.COMMITMENTS_KEPT, kept.kept)
    found = policies()
    yield _of(period, M.PLATFORMS, found.platforms)
    yield _of(period, M.PLATFORMS_LEAD, found.with_lead)
    yield _of(period, M.PLATFORMS_POLICY, found.complete)


def _bank(period: Period, now: datetime) -> Iterator[Measured]:
    yield _of(period, M.HASHES, hashes_in_force(today=now.date()))
    yield _of(period, M.DRAWING, platforms_drawing(now=now))
    withdrawals = withdrawal_figures(now=now)
    yield _of(period, M.WITHDRAWALS, withdrawals.due)
    yield _of(period, M.WITHDRAWALS_KEPT, withdrawals.acknowledged)


SOURCES: Mapping[str, Source] = {
    source.name: source
    for source in (
        Source(name="filed", ask=_filed, follow_up_days=ITEMS_DAYS),
        Source(name="sent", ask=_sent, follow_up_days=FOLLOW_UP_DAYS),
        Source(name="gone", ask=_gone, follow_up_days=FOLLOW_UP_DAYS),
        Source(name="escalated", ask=_escalated, follow_up_days=FOLLOW_UP_DAYS),
        Source(name="views", ask=_views),
        Source(name="directory", ask=_directory, is_snapshot=True),
        Source(name="declarations", ask=_declarations, is_snapshot=True),
        Source(name="bank", ask=_bank, is_snapshot=True),
    )
}
