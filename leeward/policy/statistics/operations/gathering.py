"""Gathers: asks each source for each period that is due, and keeps what it says as facts that are never changed.

One period of one source is one transaction, noted on its sheet: whoever stops in between loses nothing, and goes on
where it stopped. Until its follow-up is over a period is asked again once a day; then it is final, for what erasure
takes away later must not change what was counted.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Max, Q

from leeward.policy.statistics.errors import CountMalformed, WordsRefused
from leeward.policy.statistics.models import LABEL_LENGTH, NAME_LENGTH, WORDS_LENGTH, Fact, Sheet
from leeward.policy.statistics.operations.sources import SOURCES, Source, first_counted_day
from leeward.policy.statistics.rules.measures import FOLLOW_UP_DAYS, QUANTILES, Measured
from leeward.policy.statistics.rules.periods import Period, Step, period_of, periods_between

# Ten years of weeks and months of every source: more is not looked back at.
LOOK_BACK = timedelta(days=3_660)

type Place = tuple[str, str]  # a measure and a code


@dataclass(frozen=True, kw_only=True)
class Due:
    """One period of one source that is to be asked for."""

    source: Source
    period: Period


def find_due(*, now: datetime, again: frozenset[Period] = frozenset()) -> tuple[Due, ...]:
    """What is to be gathered today, the oldest first; `again`: periods that are asked for though they are final.

    Periods whose counts were taken in from elsewhere are never asked for: two who count do not mix.
    """
    today = now.astimezone(UTC).date()
    sheets = {
        (sheet["source"], sheet["step"], sheet["start"]): sheet
        for sheet in Sheet.objects.values("source", "step", "start", "is_final", "gathered_at")
    }
    taken_in = {(step, start) for source, step, start in sheets if source not in SOURCES}
    found = []
    for source, period in _wanted(today):
        if (period.step.value, period.start) in taken_in:
            continue
        sheet = sheets.get((source.name, period.step.value, period.start))
        is_rested = sheet and (sheet["is_final"] or sheet["gathered_at"].astimezone(UTC).date() >= today)
        if not is_rested or period in again:
            found.append(Due(source=source, period=period))
    return tuple(sorted(found, key=lambda due: (due.period.end, due.source.name)))


def gather(
    *,
    now: datetime,
    limit: int | None = None,
    again: frozenset[Period] = frozenset(),
    reason: str = "",
    progress: Callable[[Due], None] | None = None,
) -> int:
    """Ask for what is due, at most `limit` periods, and return how many were asked for.

    `reason`: why final periods are asked for `again`. Raises WordsRefused without one.
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
    """Keep counts that come from elsewhere, such as years before this platform; returns how many periods they are of.

    `source` names where they come from, on each fact. Raises CountMalformed where counts do not fit together: then
    nothing is kept.
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


def _has_rested(*, now: datetime) -> bool:
    """Whether today's round is done: what runs still ends last, so its snapshots are the last to be asked for."""
    today = now.astimezone(UTC).date()
    midnight = datetime.combine(today, time(), UTC)
    snapshots = [source.name for source in SOURCES.values() if source.is_snapshot]
    running = Q()
    for step in Step:
        running |= Q(step=step.value, start=period_of(today, step=step).start)
    return Sheet.objects.filter(running, source__in=snapshots, gathered_at__gte=midnight).count() == len(
        snapshots
    ) * len(Step)


def _wanted(today: date) -> Iterator[tuple[Source, Period]]:
    first = first_counted_day()
    for source in SOURCES.values():
        for step in Step:
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
    newest = _newest(period)
    fresh = []
    for each in measured:
        before = newest.get((each.measure.value, each.code))
        if before and (before.count, before.hours) == (each.count, each.hours):
            continue
        fresh.append(
            Fact(
                measure=each.measure.value,
                step=period.step.value,
                start=period.start,
                code=each.code,
                label=each.label[:LABEL_LENGTH],
                revision=before.revision + 1 if before else 1,
                count=each.count,
                hours=each.hours,
                gathered_at=now,
                source=source,
                reason=reason,
            )
        )
    fresh += _gone_codes(newest, measured, source=source, reason=reason, now=now)
    Fact.objects.bulk_create(fresh)
    sheet, _made = Sheet.objects.get_or_create(
        source=source,
        step=period.step.value,
        start=period.start,
        defaults={"gathered_at": now, "is_final": is_final},
    )
    has_news = bool(fresh) or sheet.is_final is not is_final
    sheet.gathered_at, sheet.is_final = now, is_final
    sheet.printed_at = None if has_news else sheet.printed_at
    sheet.save()


def check_sums(measured: list[Measured]) -> None:
    """That each count of everything is the sum of its counts by code, where there are any. Raises CountMalformed."""
    totals: dict[str, int] = {}
    sums: dict[str, int] = {}
    for each in measured:
        if each.measure in QUANTILES:
            continue
        into = sums if each.code else totals
        into[each.measure.value] = into.get(each.measure.value, 0) + each.count
    for measure, found in sums.items():
        if totals.get(measure) != found:
            raise CountMalformed(f"{measure}: all are {totals.get(measure)}, but those told apart are {found}.")


def _gone_codes(
    newest: Mapping[Place, Fact], measured: list[Measured], *, source: str, reason: str, now: datetime
) -> list[Fact]:
    """Codes that had a count and are not named any more have none now."""
    named = {(each.measure.value, each.code) for each in measured}
    asked = {each.measure.value for each in measured}
    return [
        Fact(
            measure=before.measure,
            step=before.step,
            start=before.start,
            code=before.code,
            label=before.label,
            revision=before.revision + 1,
            count=0,
            hours=None,
            gathered_at=now,
            source=source,
            reason=reason,
        )
        for place, before in newest.items()
        if before.code and before.count and before.measure in asked and place not in named
    ]


def _newest(period: Period) -> dict[Place, Fact]:
    rows = Fact.objects.filter(step=period.step.value, start=period.start).order_by("revision")
    return {(row.measure, row.code): row for row in rows}


def _close_snapshots(*, now: datetime) -> None:
    """A day's state of a period that is over can never be asked for again."""
    snapshots = [source.name for source in SOURCES.values() if source.is_snapshot]
    today = now.astimezone(UTC).date()
    for step in Step:
        Sheet.objects.filter(
            source__in=snapshots, step=step.value, start__lt=period_of(today, step=step).start, is_final=False
        ).update(is_final=True, printed_at=None)


def last_gathered() -> datetime | None:
    """When anything was gathered last."""
    last: datetime | None = Sheet.objects.aggregate(last=Max("gathered_at"))["last"]
    return last
