"""Gathers: asks each source for each period that is due, and keeps the answers as facts that are never changed.

One period of one source is one transaction, noted in its gathering, so work that is stopped goes on where it stopped.
Until its follow-up is over a period is asked for again once a day. Then it is final, because what is erased later must
not change what was counted.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from leeward.foundation.protection.errors import CountMalformed
from leeward.foundation.protection.periods import Frequency, Period, period_of, periods_between
from leeward.policy.statistics.errors import WordsRefused
from leeward.policy.statistics.models import LABEL_LENGTH, NAME_LENGTH, WORDS_LENGTH, Fact, Gathering
from leeward.policy.statistics.operations.sources import SOURCES, FigureSource, first_counted_day
from leeward.policy.statistics.rules.measures import FOLLOW_UP_DAYS, PRINTED, QUANTILES, Measure, Measured

# Ten years of weeks and months of every source: more is not looked back at.
LOOK_BACK = timedelta(days=3_660)
# By which a state of things is gathered: that of a quarter is its last month's.
STATE_STEPS = (Frequency.WEEK, Frequency.MONTH)

type Place = tuple[str, str]  # a measure and a code


@dataclass(frozen=True, kw_only=True)
class Due:
    """A period for which a source is to be asked."""

    source: FigureSource
    period: Period


def find_due(*, now: datetime, again: frozenset[Period] = frozenset()) -> tuple[Due, ...]:
    """Return what is to be gathered today, the oldest first. `again`: final periods that are asked for anyway.

    No source is asked of a period of which its counts were taken in from elsewhere, so that two ways of counting do not
    mix.
    """
    today = now.astimezone(UTC).date()
    gatherings = {
        (row["source"], row["step"], row["start"]): row
        for row in Gathering.objects.values("source", "step", "start", "is_final", "gathered_at")
    }
    taken_in = _taken_in()
    found = []
    for source, period in _wanted(today):
        if (source.first.value, period.step.value, period.start) in taken_in:
            continue
        gathering = gatherings.get((source.name, period.step.value, period.start))
        is_rested = gathering and (gathering["is_final"] or gathering["gathered_at"].astimezone(UTC).date() >= today)
        if not is_rested or period in again:
            found.append(Due(source=source, period=period))
    return tuple(sorted(found, key=lambda due: (due.period.end, due.source.name)))


def counted_periods(*, now: datetime) -> tuple[int, int]:
    """Return of how many periods of all sources counts are due by now, and of how many they came.

    A period that was taken in from elsewhere came. A state of things is due in the period that runs.
    """
    due = {(source.name, period) for source, period in _wanted(now.astimezone(UTC).date())}
    rows = Gathering.objects.values_list("source", "step", "start")
    came = {(name, Period(start=start, step=Frequency(step))) for name, step, start in rows}
    taken_in = _taken_in()
    came |= {
        (name, period)
        for name, period in due
        if (SOURCES[name].first.value, period.step.value, period.start) in taken_in
    }
    return len(due), len(due & came)


def gather(
    *,
    now: datetime,
    limit: int | None = None,
    again: frozenset[Period] = frozenset(),
    reason: str = "",
    progress: Callable[[Due], None] | None = None,
) -> int:
    """Ask for at most `limit` periods that are due, and return how many were asked for.

    `reason` says why final periods are asked for `again`; raises WordsRefused without one.
    """
    if again and not 0 < len(reason.strip()) <= WORDS_LENGTH:
        raise WordsRefused(f"Say in 1 to {WORDS_LENGTH} characters why these periods are gathered again.")
    if not again and _has_rested(now=now):
        return 0
    due = find_due(now=now, again=again)[:limit]
    for each in due:
        with transaction.atomic():
            _store(
                source=each.source.name,
                period=each.period,
                measured=list(each.source.ask(each.period, now)),
                is_final=_is_final(each, now=now),
                reason=reason.strip() if each.period in again else "",
                now=now,
            )
        if progress:
            progress(each)
    if due:
        _close_snapshots(now=now)
    return len(due)


def take_in(counts: Iterable[Measured], *, source: str, reason: str = "", now: datetime) -> int:
    """Keep counts from elsewhere, such as those of earlier years, and return of how many periods they are.

    `source` names their origin on each fact. Raises CountMalformed, and keeps nothing, if counts contradict each other.
    """
    if source in SOURCES or not 0 < len(source) <= NAME_LENGTH:
        raise CountMalformed(f"A source has a name of its own, of at most {NAME_LENGTH} characters.")
    by_period: dict[Period, list[Measured]] = {}
    for each in counts:
        by_period.setdefault(each.period, []).append(each)
    follow_up = timedelta(days=FOLLOW_UP_DAYS)
    with transaction.atomic():
        for period, measured in sorted(by_period.items()):
            is_final = period.end + follow_up <= now.astimezone(UTC).date()
            _store(source=source, period=period, measured=measured, is_final=is_final, reason=reason, now=now)
    return len(by_period)


def _taken_in() -> set[tuple[str, str, date]]:
    """Return the first measure of each source, with the periods of which it was taken in from elsewhere."""
    first = [source.first.value for source in SOURCES.values()]
    facts = Fact.objects.filter(measure__in=first, code="").exclude(source__in=list(SOURCES))
    return set(facts.values_list("measure", "step", "start").distinct())


def _has_rested(*, now: datetime) -> bool:
    """Whether today's round is done: the snapshots of periods that still run are asked for last."""
    today = now.astimezone(UTC).date()
    midnight = datetime.combine(today, time(), UTC)
    snapshots = [source.name for source in SOURCES.values() if source.is_snapshot]
    running = Q()
    for step in STATE_STEPS:
        running |= Q(step=step.value, start=period_of(today, step=step).start)
    return Gathering.objects.filter(running, source__in=snapshots, gathered_at__gte=midnight).count() == len(
        snapshots
    ) * len(STATE_STEPS)


def _wanted(today: date) -> Iterator[tuple[FigureSource, Period]]:
    first = first_counted_day()
    for source in SOURCES.values():
        for step in source.steps:
            if source.is_snapshot:
                yield source, period_of(today, step=step)
            elif first is not None:
                start = period_of(max(first, today - LOOK_BACK), step=step)
                yield from (
                    (source, each) for each in periods_between(start, period_of(today, step=step)) if each.end <= today
                )


def _is_final(due: Due, *, now: datetime) -> bool:
    return (
        not due.source.is_snapshot
        and due.period.end + timedelta(days=due.source.follow_up_days) <= now.astimezone(UTC).date()
    )


def _store(
    *, source: str, period: Period, measured: list[Measured], is_final: bool, reason: str, now: datetime
) -> None:
    check_sums(measured)
    newest = newest_facts(period)
    fresh = [
        Fact(
            measure=each.measure.value,
            step=period.step.value,
            start=period.start,
            code=each.code,
            label=each.label[:LABEL_LENGTH],
            revision=before.revision + 1 if before else 1,
            count=each.count,
            hours=each.hours,
            left=each.left,
            is_hidden=each.is_hidden,
            gathered_at=now,
            source=source,
            reason=reason,
        )
        for each in (*measured, *_vanished(newest, measured, period=period))
        if (before := newest.get((each.measure.value, each.code))) is None
        or (before.count, before.hours, before.left, before.is_hidden)
        != (each.count, each.hours, each.left, each.is_hidden)
    ]
    Fact.objects.bulk_create(fresh)
    gathering, _made = Gathering.objects.get_or_create(
        source=source,
        step=period.step.value,
        start=period.start,
        defaults={"gathered_at": now, "is_final": is_final},
    )
    # What still changes is published once, and again when it is final.
    is_open = source in SOURCES and not SOURCES[source].is_snapshot and not is_final
    if gathering.is_final is not is_final or (fresh and not is_open):
        gathering.published_at = None
    gathering.gathered_at, gathering.is_final = now, is_final
    gathering.save()


def check_sums(measured: list[Measured]) -> None:
    """Raise CountMalformed unless each count of everything is the sum of its counts by code, if it has any."""
    totals: dict[str, int] = {}
    sums: dict[str, int] = {}
    for each in measured:
        if each.measure in QUANTILES or each.measure in PRINTED:
            continue
        into = sums if each.code else totals
        into[each.measure.value] = into.get(each.measure.value, 0) + each.count
    for measure, found in sums.items():
        if totals.get(measure) != found:
            raise CountMalformed(f"{measure}: all are {totals.get(measure)}, but those told apart are {found}.")


def _vanished(newest: Mapping[Place, Fact], measured: list[Measured], *, period: Period) -> Iterator[Measured]:
    """Yield a count of zero for each code that had a count and is not named any more."""
    named = {(each.measure.value, each.code) for each in measured}
    asked = {each.measure.value for each in measured}
    for place, before in newest.items():
        if before.code and (before.count or before.is_hidden) and before.measure in asked and place not in named:
            yield Measured(
                measure=Measure(before.measure),
                step=period.step,
                start=period.start,
                count=0,
                code=before.code,
                label=before.label,
            )


def newest_facts(period: Period) -> dict[Place, Fact]:
    """Return what was gathered last of each count of a period."""
    rows = Fact.objects.filter(step=period.step.value, start=period.start).order_by("revision")
    return {(row.measure, row.code): row for row in rows}


def _close_snapshots(*, now: datetime) -> None:
    """Make the snapshots of past periods final: they can never be asked for again."""
    snapshots = [source.name for source in SOURCES.values() if source.is_snapshot]
    today = now.astimezone(UTC).date()
    for step in STATE_STEPS:
        Gathering.objects.filter(
            source__in=snapshots, step=step.value, start__lt=period_of(today, step=step).start, is_final=False
        ).update(is_final=True, published_at=None)
