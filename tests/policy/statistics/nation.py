"""A small nation with two platforms and ten months, one of them with hardly anything in it."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.core.management import call_command

from leeward.foundation.protection.periods import Frequency, Period, period_of, periods_between
from leeward.industry.platforms.queries import find_partner_by_name
from leeward.policy.statistics.operations.gathering import take_in
from leeward.policy.statistics.operations.publishing import publish_figures
from leeward.policy.statistics.rules.measures import (
    BREAKDOWN_STEP,
    CARRIERS,
    NOT_CARRIERS,
    OTHER,
    QUANTILES,
    Measure,
    Measured,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIRST = Period(start=date(2026, 1, 1), step=Frequency.MONTH)
QUIET = date(2026, 3, 1)
QUIET_NAME = "March 2026"
FIRM = date(2026, 7, 1)  # the newest month whose follow-up is over
M = Measure
# None of these is a multiple of five: a page that shows one shows what was counted, not what was printed.
USUAL = {
    M.SENT: 413,
    M.SENT_GONE: 362,
    M.SENT_VERIFIED: 301,
    M.SENT_ANSWERED: 387,
    M.SENT_ACCEPTED: 284,
    M.LAW: 307,
    M.LAW_IN_TIME: 219,
    M.GONE: 351,
    M.GONE_RETURNED: 93,
    M.GONE_RESTORED: 22,
    M.GONE_FOUND: 71,
    M.ESCALATED: 64,
    M.ESCALATED_GONE: 38,
    M.FILED: 128,
    M.FILED_ITEMS: 426,
    M.VIEWS: 902,
    M.VIEW_DAYS: 204,
    M.STAFF_VIEWING: 14,
    M.SERVICES: 148,
    M.SERVICES_FRESH: 131,
    M.SIGNATORIES: 10,
    M.SIGNATORIES_GOOD: 7,
    M.COMMITMENTS: 30,
    M.COMMITMENTS_KEPT: 24,
    M.PLATFORMS: 4,
    M.PLATFORMS_LEAD: 3,
    M.PLATFORMS_POLICY: 4,
    M.ANSWERS: 97,
    M.ANSWERS_IN_TIME: 71,
    M.ASKED: 93,
    M.ASKED_ANSWERED: 78,
    M.ASKED_ACCEPTED: 54,
    M.ACCEPTED_ENDED: 38,
    M.ACCEPTED_SAID: 42,
    M.TOLD: 28,
    M.TOLD_ONCE: 16,
    M.HELPS: 98,
    M.HELPS_SAID: 67,
    M.HELPS_MET: 42,
    M.MONTHS_PAID: 8,
    M.ALERT_DAYS: 13,
    M.ALERTS_ASKED: 8,
    M.ALERTS_ANSWERED: 6,
    M.CALLS: 412,
    M.CALLS_ANSWERED: 338,
    M.CALLS_ABANDONED: 57,
    M.PRACTICES: 6,
    M.PRACTICES_IN_DATE: 5,
    M.CHANCES: 268,
    M.CHANCES_ASKED: 141,
    M.CHANCES_MADE: 117,
    M.CONVICTIONS: 172,
    M.NOTHING_ASKED: 64,
    M.RECORDED: 1_103,
    M.RECORDED_CHARGED: 121,
    M.RECORDED_NO_SUPPORT: 402,
    M.CHARGES: 133,
    M.TRIED: 211,
    M.TRIED_CONVICTED: 153,
    M.AUTHORITIES: 6,
    M.AUTHORITIES_REPORTING: 4,
    M.OUTCOMES_AGE: 9,
    M.HASHES: 20_413,
    M.DRAWING: 3,
    M.WITHDRAWALS: 207,
    M.WITHDRAWALS_KEPT: 184,
    M.PASSES: 517,
    M.PASSES_PRESENT: 338,
    M.SIGNALS: 143,
    M.SIGNALS_IN_TIME: 92,
}
LITTLE = {measure: number // 120 for measure, number in USUAL.items()}
# What other rooms print, rounded there; in the quiet month they hide it.
PRINTED_USUAL = {
    M.TRAINED: 640,
    M.TRAINED_IN_DATE: 455,
    M.TRAINED_LATELY: 430,
    M.POLICE: 310,
    M.POLICE_LATELY: 190,
}
GROUPS = {
    **dict.fromkeys((M.ESCALATED, M.ESCALATED_GONE), (CARRIERS, NOT_CARRIERS)),
    **dict.fromkeys((M.CHANCES, M.CHANCES_ASKED), ("online", "both")),
}
MEDIAN_HOURS, P90_HOURS = 17, 263
FEW_HOURS = 3


@dataclass(frozen=True, kw_only=True)
class Place:
    """A platform as it is told apart."""

    code: str
    name: str


def counts(*, first: Place, second: Place, until: date, since: date = FIRST.start) -> Iterator[Measured]:
    """Every count of every month and quarter from `since` up to `until`."""
    apart = {first: 0.5, second: 0.4, Place(code=OTHER, name=""): 0.1}
    for step in (Frequency.MONTH, BREAKDOWN_STEP):
        for period in periods_between(period_of(since, step=step), period_of(until, step=step)):
            if period.end > until:
                break
            if step is Frequency.MONTH:
                hours = FEW_HOURS if period.start == QUIET else None
                yield from _month(period.start, _in(period), median=hours or MEDIAN_HOURS, p90=hours or P90_HOURS)
            else:
                yield from _by_group(period, _in(period))
                yield from _apart(period, _in(period), apart, median=MEDIAN_HOURS)


def _in(period: Period) -> dict[Measure, int]:
    """What is counted in a month, or in the months of a quarter together."""
    month = period_of(period.start, step=Frequency.MONTH)
    numbers = dict.fromkeys(USUAL, 0)
    while month.end <= period.end:
        for measure, number in (LITTLE if month.start == QUIET else USUAL).items():
            numbers[measure] += number
        month = month.following
    return numbers


def _by_group(quarter: Period, numbers: dict[Measure, int]) -> Iterator[Measured]:
    for measure, (one, other) in GROUPS.items():
        half = numbers[measure] // 2 + numbers[measure] % 2
        for code, number in (("", numbers[measure]), (one, half), (other, numbers[measure] - half)):
            yield Measured(measure=measure, step=quarter.step, start=quarter.start, count=number, code=code)


def publish_nation(
    *, first: Place, second: Place, source: str = "elsewhere", now: datetime = NOW, since: date = FIRST.start
) -> None:
    """Take the counts in and print what may be printed of them."""
    take_in(counts(first=first, second=second, until=now.date(), since=since), source=source, now=now)
    publish_figures(now=now)


def publish_with_two_platforms(since: date = FIRST.start) -> None:
    """Print a nation with two platforms."""
    told = []
    for name in ("Lantern", "Cove"):
        call_command("create_platform", name, stdout=io.StringIO())
        told.append(Place(code=str(find_partner_by_name(name).public_id), name=name))
    publish_nation(first=told[0], second=told[1], source="made-up", since=since)


def _month(start: date, numbers: dict[Measure, int], *, median: int, p90: int) -> Iterator[Measured]:
    for measure, number in numbers.items():
        yield Measured(measure=measure, step=Frequency.MONTH, start=start, count=number)
    is_quiet = start == QUIET
    for measure, number in PRINTED_USUAL.items():
        told = 0 if is_quiet else number
        yield Measured(measure=measure, step=Frequency.MONTH, start=start, count=told, is_hidden=is_quiet)
    for measure, hours in ((M.SENT_HOURS_MEDIAN, median), (M.SENT_HOURS_P90, p90), (M.ANSWER_HOURS_MEDIAN, FEW_HOURS)):
        number = numbers[QUANTILES[measure][0]]
        yield Measured(
            measure=measure, step=Frequency.MONTH, start=start, count=number, hours=hours if number else None
        )


def _apart(
    quarter: Period, numbers: dict[Measure, int], shares: dict[Place, float], *, median: int
) -> Iterator[Measured]:
    where = {"step": quarter.step, "start": quarter.start}
    left = {measure: numbers[measure] for measure in (M.SENT, M.SENT_GONE, M.SENT_ANSWERED)}
    for measure, number in left.items():
        yield Measured(measure=measure, count=number, **where)
    for index, (place, share) in enumerate(shares.items()):
        named = {"code": place.code, "label": place.name}
        own = {
            measure: left[measure] if index == len(shares) - 1 else min(round(numbers[measure] * share), left[measure])
            for measure in left
        }
        for measure, number in own.items():
            left[measure] -= number
            yield Measured(measure=measure, count=number, **where, **named)
        gone = own[M.SENT_GONE]
        hours = median if gone else None
        yield Measured(measure=M.SENT_HOURS_MEDIAN, count=gone, hours=hours, **where, **named)
