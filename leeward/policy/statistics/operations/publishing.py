"""Publishes: decides once what of the gathered counts anybody may read, and keeps it. All that goes out reads that.

Counts pass the protection here and nowhere else. They are published in steps (decision 0031): a month of everything
once when it is over, as one that still changes, and once when its follow-up is over; weeks and what is broken down by
code once, when nothing changes them any more. Each number is rounded from the count of its own step, at which a part
and its whole are counted together; between two steps nothing moves.

A published number is a row that is never changed. If it has to change, a further row follows, and if it was final, a
correction says why.
"""

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from leeward.foundation.protection.differencing import LedgerEntry, Span
from leeward.foundation.protection.linked import (
    REMAINDER,
    WHOLE,
    Cell,
    Counts,
    Links,
    span_of,
    suppress_linked,
    suppress_periods,
)
from leeward.foundation.protection.periods import Frequency, Period
from leeward.foundation.protection.tables import (
    SUPPRESSED,
    Published,
    Status,
    is_small,
    may_publish_quantile,
    round_count,
)
from leeward.policy.statistics.models import Correction, Fact, Gathering, PublishedCount, TrueCount
from leeward.policy.statistics.operations.gathering import newest_facts
from leeward.policy.statistics.operations.sources import SOURCES
from leeward.policy.statistics.rules.measures import (
    BY_CONTRIBUTOR,
    COINCIDING,
    FOLLOW_UP_DAYS,
    NESTED,
    QUANTILES,
    RECIPES,
    Measure,
)
from leeward.policy.statistics.rules.recipes import Protection, Shape
from leeward.policy.statistics.rules.schedule import final_day, first_day, publication_month
from leeward.policy.statistics.rules.values import value_of

# At least so many periods are decided on together, in one transaction.
BATCH = 40
# Longer than from the first day of any period to the end of the follow-up of the month it is published with.
FOLLOWED = timedelta(days=FOLLOW_UP_DAYS + 400)
UNEXPLAINED = "Counts of this period came in late."

_OF_PEOPLE = [recipe for recipe in RECIPES.values() if recipe.protection is Protection.PEOPLE]
_PEOPLE = {measure for recipe in _OF_PEOPLE for measure in recipe.measures} - QUANTILES.keys()
_SHARES = tuple(dict.fromkeys((each.part, each.whole) for each in _OF_PEOPLE if each.shape is Shape.SHARE))
_SNAPSHOTS = {measure for recipe in RECIPES.values() if recipe.is_snapshot for measure in recipe.measures}
_NOT_OF_PEOPLE = {measure for recipe in RECIPES.values() for measure in recipe.measures} - _PEOPLE - QUANTILES.keys()
# The state of things on a day, such as the withdrawals due by then: two of them tell what happened in between. The
# counts of one stock are published together or not at all.
_STOCKS = tuple(recipe.measures for recipe in _OF_PEOPLE if recipe.is_snapshot)
_OF_STOCKS = {measure for stock in _STOCKS for measure in stock}
LINKS = Links(
    shares=_SHARES,
    singles=tuple(sorted(_PEOPLE - {measure for share in _SHARES for measure in share})),
    nested=tuple((smaller.value, larger.value) for smaller, larger in NESTED),
    coinciding=frozenset((smaller.value, larger.value) for smaller, larger in COINCIDING),
    additive=frozenset(_PEOPLE - _SNAPSHOTS),
)
# The same of what is left of counts without the contributor who has most of them.
LEFT_LINKS = Links(
    shares=tuple(share for share in _SHARES if BY_CONTRIBUTOR.issuperset(share)),
    nested=tuple((smaller.value, larger.value) for smaller, larger in NESTED if smaller in BY_CONTRIBUTOR),
    additive=frozenset(BY_CONTRIBUTOR),
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
    _close_what_was_taken_in(now=now)
    periods = _waiting(now=now)
    for batch in _batches(periods):
        with transaction.atomic():
            _publish_batch(batch, now=now)
        if progress:
            progress(len(batch))
    return len(periods)


def _close_what_was_taken_in(*, now: datetime) -> None:
    """Let counts from elsewhere wait once more when their follow-up is over, as nobody asks for them again."""
    today = now.astimezone(UTC).date()
    for row in Gathering.objects.filter(is_final=False).exclude(source__in=SOURCES):
        if _period(row).end + timedelta(days=FOLLOW_UP_DAYS) <= today:
            row.is_final, row.published_at = True, None
            row.save()


def _batches(periods: list[Period]) -> Iterator[list[Period]]:
    """Yield the periods in batches that never part a month from the weeks that wait for it.

    What is suppressed in one of those weeks is safe because of what the other weeks and the month do not tell.
    """
    batch: list[Period] = []
    for _month, together in itertools.groupby(periods, key=publication_month):
        batch += together
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _waiting(*, now: datetime) -> list[Period]:
    """Return what is to be published: a month before the weeks that wait for it."""
    today = now.astimezone(UTC).date()
    periods = {
        period
        for row in _undecided(today)
        if (period := _period(row)).start <= today
        and (row.source not in SOURCES or _published_from(period, row.source) <= today)
    }
    return sorted(periods, key=lambda period: (publication_month(period), period.step, period.start))


def _undecided(today: date, **of: object) -> list[Gathering]:
    """Return what waits. What was taken in from elsewhere waits in part until its follow-up is over: it is decided on
    once a day, since nothing of it comes sooner.
    """
    again = ~Q(source__in=SOURCES) & Q(
        start__gt=today - FOLLOWED, published_at__lt=datetime.combine(today, time(), tzinfo=UTC)
    )
    return [
        row
        for row in Gathering.objects.filter(Q(published_at__isnull=True) | again, **of)
        if row.published_at is None or row.published_at.date() < _published_from(_period(row), row.source)
    ]


def _period(row: Gathering) -> Period:
    return Period(step=Frequency(row.step), start=row.start)


def _published_from(period: Period, source: str) -> date:
    """Return the first day on which all can be published that a source has gathered of a period so far.

    What was taken in from elsewhere can be of any source: it waits for the longest follow-up.
    """
    if source in SOURCES and SOURCES[source].is_snapshot:
        return period.start
    if period.step is Frequency.MONTH:
        return first_day(period)
    return final_day(period, follow_up_days=SOURCES[source].follow_up_days if source in SOURCES else FOLLOW_UP_DAYS)


def _publish_batch(batch: list[Period], *, now: datetime) -> None:
    today = now.astimezone(UTC).date()
    facts = {period: newest_facts(period) for period in batch}
    ledger = _read_ledger()
    statuses = {period: _due(period, facts[period], ledger.entries.get(period, {}), today=today) for period in batch}
    counts = {
        period: {cell: facts[period][cell].count for cell in due if cell[0] in _PEOPLE}
        for period, due in statuses.items()
    }
    kept = {period: _kept_suppressed(period, counts[period], facts[period], ledger) for period in batch}
    for period, cell in _moved_too_little(counts, ledger):
        kept[period].add(cell)
    left = {
        period: {cell: found for cell in cells if (found := facts[period][cell].left) is not None}
        for period, cells in counts.items()
    }
    suppressed = _suppressed(counts, left, kept=kept, ledger=ledger)
    for period in batch:
        made = _publish_open(period, facts[period], today=today)
        made |= _publish_people(counts[period], left[period], suppressed=suppressed[period], statuses=statuses[period])
        made |= _publish_quantiles(facts[period], people=made, statuses=statuses[period])
        _write(period, made, facts[period], ledger=ledger, now=now)
        waiting = _undecided(today, step=period.step.value, start=period.start)
        done = [row.pk for row in waiting if row.source not in SOURCES or _published_from(period, row.source) <= today]
        Gathering.objects.filter(pk__in=done).update(published_at=now)


def _suppressed(
    counts: Mapping[Period, Counts], left: Mapping[Period, Counts], *, kept: Mapping[Period, set[Cell]], ledger: Ledger
) -> dict[Period, frozenset[Cell]]:
    """Return what is hidden of each period, so that it is safe from everybody, and from each who contributes counts.

    `left`: what is left of counts without the contributor who has most of them.
    """
    published, before = _of_everything(ledger, counts, lambda entry: entry.count)
    published_left, before_left = _of_everything(ledger, counts, lambda entry: entry.left)
    forced = {period: set(cells) for period, cells in kept.items()}
    while True:
        found = suppress_periods(counts, LINKS, kept=forced, published=published, suppressed_before=before)
        of_left = suppress_periods(
            {period: cells for period, cells in left.items() if cells},
            LEFT_LINKS,
            kept={period: {cell for cell in cells if _is_contributed(cell)} for period, cells in found.items()},
            published=published_left,
            suppressed_before=before_left,
        )
        if all(cells <= found[period] for period, cells in of_left.items()):
            return found
        for period, cells in of_left.items():
            forced[period] |= cells


def _is_contributed(cell: Cell) -> bool:
    return cell[0].removeprefix(REMAINDER) in BY_CONTRIBUTOR


def _due(period: Period, facts: Facts, before: Entries, *, today: date) -> dict[Cell, Status]:
    """Return the counts of people and the quantiles whose step has come, and the status that they get."""
    gathered = Gathering.objects.filter(step=period.step.value, start=period.start, is_final=True)
    closed = set(gathered.values_list("source", flat=True))
    is_month = period.step is Frequency.MONTH
    found = {}
    for cell, fact in facts.items():
        measure, code = cell
        if measure not in _FOLLOW_UP or (measure in _OF_STOCKS and not is_month) or _is_by_another_step(fact):
            continue
        last_day = final_day(period, follow_up_days=_FOLLOW_UP[measure])
        if last_day <= today and (fact.source in closed or fact.source not in SOURCES):
            found[cell] = Status.FINAL
        elif is_month and code == WHOLE and period.end <= today and measure not in _OF_STOCKS and cell not in before:
            found[cell] = Status.ESTIMATE
    return found


def _is_by_another_step(fact: Fact) -> bool:
    """Whether a count is of a step by which its source was asked once, and is not any more."""
    return fact.source in SOURCES and Frequency(fact.step) not in SOURCES[fact.source].steps


def _moved_too_little(counts: Mapping[Period, Mapping[Cell, int]], ledger: Ledger) -> Iterator[tuple[Period, Cell]]:
    """Yield the stocks that differ by a small number from those published of the days before or after them.

    A stock that is suppressed for another reason is none that others are compared with.
    """
    for stock in _STOCKS:
        cells = [(measure, WHOLE) for measure in stock]
        shown = {
            period: [entries[cell].count for cell in cells]
            for period, entries in ledger.entries.items()
            if all(cell in entries and entries[cell].published.value is not None for cell in cells)
        }
        for period in sorted(counts, key=lambda period: period.end):
            own = {cell: counts[period][cell] for cell in cells if cell in counts[period]}
            if not own or shown.get(period) == list(own.values()):
                continue
            shown.pop(period, None)
            neighbours = (
                max((each for each in shown if each < period), default=None),
                min((each for each in shown if each > period), default=None),
            )
            changes = [
                abs(here - there)
                for each in neighbours
                if each is not None
                for here, there in zip(own.values(), shown[each], strict=True)
            ]
            if any(map(is_small, changes)) or suppress_linked(own, LINKS):
                yield from ((period, cell) for cell in own)
            else:
                shown[period] = list(own.values())


def _read_ledger() -> Ledger:
    ledger = Ledger()
    rows = TrueCount.objects.order_by("published__revision").values_list(
        *(f"published__{name}" for name in ("measure", "step", "start", "code", "value", "status", "revision")),
        "count",
        "left",
    )
    for measure, step, start, code, value, status, revision, count, left in rows.iterator():
        period, cell = Period(step=Frequency(step), start=start), (measure, code)
        published = Published(value=value, status=Status(status))
        ledger.entries.setdefault(period, {})[cell] = LedgerEntry(count=count, published=published, left=left)
        ledger.revisions[period, cell] = revision
    return ledger


def _of_everything(
    ledger: Ledger, batch: Collection[Period], count_of: Callable[[LedgerEntry], int | None]
) -> tuple[dict[Cell, dict[Span, int]], dict[Cell, set[Span]]]:
    """Return the counts of everything behind what was published, and what periods outside the batch suppressed.

    An entry of which `count_of` knows no count is passed over.
    """
    published: dict[Cell, dict[Span, int]] = {}
    suppressed: dict[Cell, set[Span]] = {}
    for period, entries in ledger.entries.items():
        for cell, entry in entries.items():
            count = count_of(entry)
            if cell[1] != WHOLE or count is None:
                continue
            if entry.published.value is not None:
                published.setdefault(cell, {})[span_of(period)] = count
            elif period not in batch:
                suppressed.setdefault(cell, set()).add(span_of(period))
    return published, suppressed


def _kept_suppressed(period: Period, counts: Mapping[Cell, int], facts: Facts, ledger: Ledger) -> set[Cell]:
    """Return what was suppressed and has not moved since, and what has too few people behind it."""
    kept = {
        cell
        for cell, entry in ledger.entries.get(period, {}).items()
        if entry.published.value is None and counts.get(cell) == entry.count
    }
    for measure, needed in _NEEDS.items():
        people = facts.get((needed, WHOLE))
        if (measure, WHOLE) in counts and (people is None or is_small(people.count)):
            kept.add((measure, WHOLE))
    return kept


def _publish_people(
    counts: Mapping[Cell, int],
    left: Mapping[Cell, int],
    *,
    suppressed: Collection[Cell],
    statuses: Mapping[Cell, Status],
) -> dict[Cell, LedgerEntry]:
    return {
        cell: LedgerEntry(
            count=count,
            published=SUPPRESSED if cell in suppressed else Published(value=round_count(count), status=statuses[cell]),
            left=left.get(cell),
        )
        for cell, count in counts.items()
    }


def _publish_quantiles(facts: Facts, *, people: Entries, statuses: Mapping[Cell, Status]) -> dict[Cell, LedgerEntry]:
    """Publish each quantile beside its number of observations."""
    made = {}
    for measure, code in statuses:
        fact = facts[measure, code]
        if measure not in QUANTILES or (QUANTILES[Measure(measure)][0].value, code) not in people:
            continue
        base, percent = QUANTILES[Measure(measure)]
        published = Published(value=fact.hours, status=statuses[measure, code])
        if (
            people[base.value, code].published.value is None
            or fact.hours is None
            or not may_publish_quantile(percent=percent, observations=fact.count)
        ):
            published = SUPPRESSED
        made[measure, code] = LedgerEntry(count=fact.count, published=published)
    return made


def _publish_open(period: Period, facts: Facts, *, today: date) -> dict[Cell, LedgerEntry]:
    """Publish counts of what is public by itself as they are, and what another room prints as that prints it."""
    status = Status.FINAL if period.end <= today else Status.ESTIMATE
    return {
        cell: LedgerEntry(
            count=fact.count,
            published=SUPPRESSED if fact.is_hidden else Published(value=fact.count, status=status),
        )
        for cell, fact in facts.items()
        if cell[0] in _NOT_OF_PEOPLE
    }


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
        TrueCount(published=row, count=entry.count, left=entry.left)
        for row, entry in zip(rows, changed.values(), strict=True)
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
