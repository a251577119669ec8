"""Publishes: decides once what of the gathered counts anybody may read, and keeps it. All that goes out reads that.

Counts pass the protection here and nowhere else. A published number is a row that is never changed. If it has to
change, a further row follows, and if it was final, a correction says why.
"""

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from leeward.foundation.protection.differencing import LedgerEntry, Span, keep_stable, may_publish, revise
from leeward.foundation.protection.linked import WHOLE, Cell, Links, span_of, suppress_periods
from leeward.foundation.protection.periods import Frequency, Period, period_of
from leeward.foundation.protection.tables import (
    SUPPRESSED,
    THRESHOLD,
    Published,
    Status,
    is_small,
    may_publish_quantile,
    round_count,
)
from leeward.policy.statistics.models import Correction, Fact, Gathering, PublishedCount, TrueCount
from leeward.policy.statistics.rules.measures import NESTED, QUANTILES, RECIPES, Measure
from leeward.policy.statistics.rules.recipes import Protection, Shape
from leeward.policy.statistics.rules.values import value_of

# At least so many periods are decided on together, in one transaction.
BATCH = 40
UNEXPLAINED = "Counts of this period came in late."

_OF_PEOPLE = [recipe for recipe in RECIPES.values() if recipe.protection is Protection.PEOPLE]
_PEOPLE = {measure for recipe in _OF_PEOPLE for measure in recipe.measures} - QUANTILES.keys()
_SHARES = tuple(dict.fromkeys((each.part, each.whole) for each in _OF_PEOPLE if each.shape is Shape.SHARE))
_SNAPSHOTS = {measure for recipe in RECIPES.values() if recipe.is_snapshot for measure in recipe.measures}
# The state of things on a day, such as the withdrawals due by then: two of them tell what happened in between.
_STOCKS = _PEOPLE & _SNAPSHOTS
LINKS = Links(
    shares=_SHARES,
    singles=tuple(sorted(_PEOPLE - {measure for share in _SHARES for measure in share})),
    nested=tuple((smaller.value, larger.value) for smaller, larger in NESTED),
    additive=frozenset(_PEOPLE - _SNAPSHOTS),
)
_FOLLOW_UP: Mapping[str, int] = {
    measure: max(recipe.follow_up_days for recipe in RECIPES.values() if measure in recipe.measures)
    for measure in {*_PEOPLE, *QUANTILES}
}
# Not published itself: with fewer than ten members of staff, nothing of what they see is.
_NEEDS: Mapping[str, str] = {Measure.VIEWS: Measure.STAFF_VIEWING, Measure.VIEW_DAYS: Measure.STAFF_VIEWING}

type Facts = Mapping[Cell, Fact]
type Entries = Mapping[Cell, LedgerEntry]


@dataclass(kw_only=True)
class Ledger:
    """What has been published so far: the newest entry of each cell of each period, and its revision."""

    entries: dict[Period, dict[Cell, LedgerEntry]] = field(default_factory=dict)
    revisions: dict[tuple[Period, Cell], int] = field(default_factory=dict)


def publish_figures(*, now: datetime, progress: Callable[[int], None] | None = None) -> int:
    """Publish what has been gathered since, and return of how many periods. It can be stopped without loss."""
    periods = _waiting(now=now)
    for batch in _batches(periods):
        with transaction.atomic():
            _publish_batch(batch, now=now)
        if progress:
            progress(len(batch))
    return len(periods)


def _batches(periods: list[Period]) -> Iterator[list[Period]]:
    """Yield the periods in batches that never part a month from the weeks that wait for it.

    What is suppressed in one of those weeks is safe because of what the other weeks and the month do not tell.
    """
    batch: list[Period] = []
    for _month, together in itertools.groupby(periods, key=_published_with):
        batch += together
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _published_with(period: Period) -> Period:
    """Return the month after which a period can be published."""
    return period_of(period.end - timedelta(days=1), step=Frequency.MONTH)


def _waiting(*, now: datetime) -> list[Period]:
    """Return what is to be published: a month before the weeks that wait for it."""
    today = now.astimezone(UTC).date()
    rows = Gathering.objects.filter(published_at__isnull=True).values_list("step", "start").distinct()
    periods = (Period(step=Frequency(step), start=start) for step, start in rows)
    return sorted(
        (period for period in periods if period.start <= today),
        key=lambda period: (_published_with(period), period.step, period.start),
    )


def _publish_batch(batch: list[Period], *, now: datetime) -> None:
    today = now.astimezone(UTC).date()
    facts = {period: _facts(period) for period in batch}
    ledger = _read_ledger()
    # Of a period that is not over, only today's stocks can be published.
    counts = _keep_stocks_stable(
        {
            period: _counts(facts[period], of=_PEOPLE if may_publish(period, today=today) else _STOCKS)
            for period in batch
        },
        ledger,
        today=today,
    )
    published, suppressed_before = _of_everything(ledger, batch)
    suppressed = suppress_periods(
        counts,
        LINKS,
        kept={period: _kept_suppressed(period, counts[period], facts[period], ledger) for period in batch},
        published=published,
        suppressed_before=suppressed_before,
    )
    for period in batch:
        before = ledger.entries.get(period, {})
        made = _publish_open(period, facts[period], today=today)
        made |= _publish_people(period, counts[period], suppressed=suppressed[period], before=before, today=today)
        made |= _publish_quantiles(period, facts[period], people=made, before=before, today=today)
        _write(period, made, facts[period], ledger=ledger, now=now)
        if may_publish(period, today=today) or not _counts(facts[period], of=_PEOPLE - _SNAPSHOTS):
            Gathering.objects.filter(step=period.step.value, start=period.start, published_at__isnull=True).update(
                published_at=now
            )


def _facts(period: Period) -> Facts:
    rows = Fact.objects.filter(step=period.step.value, start=period.start).order_by("revision")
    return {(row.measure, row.code): row for row in rows}


def _counts(facts: Facts, *, of: Collection[str]) -> dict[Cell, int]:
    return {cell: fact.count for cell, fact in facts.items() if cell[0] in of}


def _keep_stocks_stable(
    counts: dict[Period, dict[Cell, int]], ledger: Ledger, *, today: date
) -> dict[Period, dict[Cell, int]]:
    """Return the counts, with stocks as they are published, so that no two days differ by a small number.

    A part is never more than its whole: one that is lowered for this is so near to its whole that it is suppressed.
    """
    known: dict[Cell, dict[Period, int]] = {}
    for period, entries in ledger.entries.items():
        for cell, entry in entries.items():
            if cell[0] in _STOCKS:
                known.setdefault(cell, {})[period] = entry.count

    def day(period: Period) -> tuple[date, Period]:
        return min(period.end, today), period

    for period in sorted(counts, key=day):
        own = counts[period]
        for cell in own:
            if cell[0] in _STOCKS:
                days = known.setdefault(cell, {})
                before = max((each for each in days if day(each) < day(period)), key=day, default=None)
                after = min((each for each in days if day(each) > day(period)), key=day, default=None)
                near = [days[each] for each in (period, before, after) if each in days]
                days[period] = own[cell] = keep_stable(own[cell], published=near)
        for part, whole in _SHARES:
            if part in _STOCKS and {(part, WHOLE), (whole, WHOLE)} <= own.keys():
                own[part, WHOLE] = min(own[part, WHOLE], own[whole, WHOLE])
    return counts


def _read_ledger() -> Ledger:
    ledger = Ledger()
    rows = TrueCount.objects.order_by("published__revision").values_list(
        *(f"published__{name}" for name in ("measure", "step", "start", "code", "value", "status", "revision")), "count"
    )
    for measure, step, start, code, value, status, revision, count in rows.iterator():
        period, cell = Period(step=Frequency(step), start=start), (measure, code)
        published = Published(value=value, status=Status(status))
        ledger.entries.setdefault(period, {})[cell] = LedgerEntry(count=count, published=published)
        ledger.revisions[period, cell] = revision
    return ledger


def _of_everything(
    ledger: Ledger, batch: Collection[Period]
) -> tuple[dict[Cell, dict[Span, int]], dict[Cell, set[Span]]]:
    """Return the counts of everything behind what was published, and what periods outside the batch suppressed."""
    published: dict[Cell, dict[Span, int]] = {}
    suppressed: dict[Cell, set[Span]] = {}
    for period, entries in ledger.entries.items():
        for cell, entry in entries.items():
            if cell[1] == WHOLE and entry.published.value is not None:
                published.setdefault(cell, {})[span_of(period)] = entry.count
            elif cell[1] == WHOLE and period not in batch:
                suppressed.setdefault(cell, set()).add(span_of(period))
    return published, suppressed


def _kept_suppressed(period: Period, counts: Mapping[Cell, int], facts: Facts, ledger: Ledger) -> set[Cell]:
    """Return what was suppressed and has not moved by the threshold since, and what has too few people behind it."""
    kept = {
        cell
        for cell, entry in ledger.entries.get(period, {}).items()
        if entry.published.value is None and cell in counts and abs(counts[cell] - entry.count) < THRESHOLD
    }
    for measure, needed in _NEEDS.items():
        people = facts.get((needed, WHOLE))
        if people is None or is_small(people.count):
            kept.add((measure, WHOLE))
    return kept


def _publish_people(
    period: Period, counts: Mapping[Cell, int], *, suppressed: Collection[Cell], before: Entries, today: date
) -> dict[Cell, LedgerEntry]:
    made = {}
    for cell, count in counts.items():
        entry = before.get(cell)
        published = SUPPRESSED
        if cell not in suppressed:
            rounded = Published(value=round_count(count), status=_status(cell[0], period, today=today))
            published = revise(count=count, published=rounded, before=entry)
        # What stays as it was still stands for the count on which that was decided.
        stays = entry and published.value == entry.published.value and abs(count - entry.count) < THRESHOLD
        made[cell] = LedgerEntry(count=entry.count if entry and stays else count, published=published)
    return made


def _publish_quantiles(
    period: Period, facts: Facts, *, people: Entries, before: Entries, today: date
) -> dict[Cell, LedgerEntry]:
    """Publish each quantile beside its number of observations, and another one only once that has moved enough."""
    made = {}
    for (measure, code), fact in facts.items():
        if measure not in QUANTILES or (QUANTILES[Measure(measure)][0].value, code) not in people:
            continue
        base, percent = QUANTILES[Measure(measure)]
        entry, count = before.get((measure, code)), fact.count
        published = Published(value=fact.hours, status=_status(measure, period, today=today))
        if (
            people[base.value, code].published.value is None
            or fact.hours is None
            or not may_publish_quantile(percent=percent, observations=count)
        ):
            published = SUPPRESSED
        elif entry and entry.published.value is not None and abs(entry.count - count) < THRESHOLD:
            published = Published(value=entry.published.value, status=published.status)
            count = entry.count
        made[measure, code] = LedgerEntry(count=count, published=published)
    return made


def _publish_open(period: Period, facts: Facts, *, today: date) -> dict[Cell, LedgerEntry]:
    """Publish counts of what is public by itself as they are."""
    status = Status.FINAL if period.end <= today else Status.ESTIMATE
    return {
        cell: LedgerEntry(count=count, published=Published(value=count, status=status))
        for cell, count in _counts(facts, of=_SNAPSHOTS - _PEOPLE).items()
    }


def _status(measure: str, period: Period, *, today: date) -> Status:
    is_final = period.end + timedelta(days=_FOLLOW_UP[measure]) <= today
    return Status.FINAL if is_final else Status.ESTIMATE


def _write(period: Period, made: Entries, facts: Facts, *, ledger: Ledger, now: datetime) -> None:
    before = ledger.entries.get(period, {})
    changed = {cell: entry for cell, entry in made.items() if before.get(cell) != entry}
    rows = [
        PublishedCount(
            measure=measure,
            step=period.step.value,
            start=period.start,
            code=code,
            label=facts[measure, code].label,
            revision=ledger.revisions.get((period, (measure, code)), 0) + 1,
            value=entry.published.value,
            status=entry.published.status.value,
            published_at=now,
        )
        for (measure, code), entry in changed.items()
    ]
    PublishedCount.objects.bulk_create(rows)
    TrueCount.objects.bulk_create(
        TrueCount(published=row, count=entry.count) for row, entry in zip(rows, changed.values(), strict=True)
    )
    Correction.objects.bulk_create(_corrections(period, before, {**before, **changed}, facts, now=now))


def _corrections(
    period: Period, before: Entries, after: Entries, facts: Facts, *, now: datetime
) -> Iterator[Correction]:
    """Yield one for each indicator whose number was final and is another now."""
    for recipe in RECIPES.values():
        for code in sorted({code for measure, code in before if measure == recipe.part}):
            cells = [(measure, code) for measure in recipe.measures]
            was_final = all(cell in before and before[cell].published.status is Status.FINAL for cell in cells)
            old, new = (
                str(value_of(recipe, code, {cell: entry.published for cell, entry in entries.items()}))
                for entries in (before, after)
            )
            if was_final and old != new:
                reasons = (facts[cell].reason for cell in cells if cell in facts)
                yield Correction(
                    indicator=recipe.indicator_id,
                    step=period.step.value,
                    start=period.start,
                    code=code,
                    before=old,
                    after=new,
                    reason=next((reason for reason in reasons if reason), UNEXPLAINED),
                    at=now,
                )
