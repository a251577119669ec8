"""Prints: decides once what of the gathered counts anybody may read, and keeps it. Everything that goes out reads that.

Counts pass the protection and the ledger here and nowhere else. A printed number is a row that is never changed; where
it has to be another, a further row follows, and if it had been final, a correction says why.
"""

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from leeward.policy.statistics.models import Behind, Correction, Fact, Printing, Sheet
from leeward.policy.statistics.rules.ledger import Span, Told, may_print, print_again, stand_still
from leeward.policy.statistics.rules.measures import NESTED, QUANTILES, RECIPES, Measure
from leeward.policy.statistics.rules.periods import Period, Step, period_of
from leeward.policy.statistics.rules.protection import (
    THRESHOLD,
    Printed,
    Status,
    is_small,
    may_print_quantile,
    round_count,
)
from leeward.policy.statistics.rules.publication import WHOLE, Cell, Links, decide, span_of
from leeward.policy.statistics.rules.recipes import Protection, Shape
from leeward.policy.statistics.rules.values import value_of, words_of

# So many periods at least are decided on together, in one transaction.
AT_ONCE = 40
UNEXPLAINED = "Counts of this period came in late."

_PEOPLE = {
    measure
    for recipe in RECIPES.values()
    if recipe.protection is Protection.PEOPLE
    for measure in (recipe.part, recipe.whole)
    if measure and measure not in set(QUANTILES)
}
_SHARES = tuple(
    dict.fromkeys(
        (recipe.part, recipe.whole)
        for recipe in RECIPES.values()
        if recipe.protection is Protection.PEOPLE and recipe.shape is Shape.SHARE
    )
)
_SNAPSHOTS = {
    measure for recipe in RECIPES.values() if recipe.is_snapshot for measure in (recipe.part, recipe.whole) if measure
}
# States of things on a day, such as withdrawals due by then: from two of them follows what happened between.
_STOCKS = _PEOPLE & _SNAPSHOTS
LINKS = Links(
    shares=_SHARES,
    singles=tuple(sorted(_PEOPLE - {measure for share in _SHARES for measure in share})),
    nested=tuple((smaller.value, larger.value) for smaller, larger in NESTED),
    additive=frozenset(_PEOPLE - _SNAPSHOTS),
)
_FOLLOW_UP: Mapping[str, int] = {
    measure: max(recipe.follow_up_days for recipe in RECIPES.values() if measure in (recipe.part, recipe.whole))
    for measure in {*_PEOPLE, *QUANTILES}
}
# Not printed itself: without ten members of staff, nothing of what they see is told.
_NEEDS: Mapping[str, str] = {Measure.VIEWS: Measure.STAFF_VIEWING, Measure.VIEW_DAYS: Measure.STAFF_VIEWING}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One gathered count that is to be printed."""

    count: int
    hours: int | None
    label: str
    reason: str


@dataclass(kw_only=True)
class Ledger:
    """What has been printed so far: the newest number of each cell of each period, with the count behind it."""

    told: dict[Period, dict[Cell, Told]] = field(default_factory=dict)
    revisions: dict[tuple[Period, Cell], int] = field(default_factory=dict)


def print_figures(*, now: datetime, progress: Callable[[int], None] | None = None) -> int:
    """Print what has been gathered since; returns of how many periods. What may be stopped in between loses nothing."""
    periods = _waiting(now=now)
    for batch in _batches(periods):
        with transaction.atomic():
            _print_batch(batch, now=now)
        if progress:
            progress(len(batch))
    return len(periods)


def _batches(periods: list[Period]) -> Iterator[list[Period]]:
    """The same, some at a time: a month and the weeks that wait for it are never parted.

    What is hidden in one of those weeks is safe by what the others and the month do not tell, which is decided at once.
    """
    batch: list[Period] = []
    for _month, together in itertools.groupby(periods, key=_printed_with):
        batch += together
        if len(batch) >= AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _printed_with(period: Period) -> Period:
    """The month after which a period can be printed."""
    return period_of(period.end - timedelta(days=1), step=Step.MONTH)


def _waiting(*, now: datetime) -> list[Period]:
    """What is to be printed: a month before the weeks that wait for it."""
    today = now.astimezone(UTC).date()
    rows = Sheet.objects.filter(printed_at__isnull=True).values_list("step", "start").distinct()
    periods = (Period(step=Step(step), start=start) for step, start in rows)
    return sorted(
        (period for period in periods if period.start <= today),
        key=lambda period: (_printed_with(period), period.step, period.start),
    )


def _print_batch(batch: list[Period], *, now: datetime) -> None:
    today = now.astimezone(UTC).date()
    facts = {period: _facts(period) for period in batch}
    ledger = _read_ledger()
    # Of a period that is not over, only the state of things today can be told.
    counted = {
        period: _people(lines, among=_PEOPLE if may_print(period, today=today) else _STOCKS)
        for period, lines in facts.items()
    }
    counted = _settle(counted, ledger, today=today)
    hidden = decide(
        counted,
        LINKS,
        kept_hidden={period: _kept_hidden(period, counted[period], facts[period], ledger) for period in counted},
        known=_known(ledger),
        hidden_before=_hidden_before(ledger, batch),
    )
    for period in batch:
        told = ledger.told.get(period, {})
        printed = _print_open(period, facts[period], today=today)
        printed |= _print_people(period, counted[period], hidden=hidden[period], told=told, today=today)
        printed |= _print_quantiles(period, facts[period], people=printed, told=told, today=today)
        _write(period, printed, facts[period], ledger=ledger, now=now)
        if may_print(period, today=today) or _people(facts[period], among=_PEOPLE - _SNAPSHOTS) == {}:
            Sheet.objects.filter(step=period.step.value, start=period.start, printed_at__isnull=True).update(
                printed_at=now
            )


def _facts(period: Period) -> dict[Cell, Line]:
    rows = Fact.objects.filter(step=period.step.value, start=period.start).order_by("revision")
    return {
        (row.measure, row.code): Line(count=row.count, hours=row.hours, label=row.label, reason=row.reason)
        for row in rows
    }


def _people(lines: Mapping[Cell, Line], *, among: Collection[str]) -> dict[Cell, int]:
    return {cell: line.count for cell, line in lines.items() if cell[0] in among}


def _settle(
    counted: Mapping[Period, Mapping[Cell, int]], ledger: Ledger, *, today: date
) -> dict[Period, dict[Cell, int]]:
    """The counts; states of things as they are told, so that no day differs by a little from another.

    A part is never more than its whole: what has to be less for that is so near to it that it is hidden.
    """
    made = {period: dict(counts) for period, counts in counted.items()}
    told: dict[Cell, dict[Period, int]] = {}
    for period, cells in ledger.told.items():
        for cell, each in cells.items():
            if cell[0] in _STOCKS:
                told.setdefault(cell, {})[period] = each.count

    def day(period: Period) -> tuple[date, Period]:
        return min(period.end, today), period

    for period in sorted(made, key=day):
        for cell in made[period]:
            if cell[0] in _STOCKS:
                days = told.setdefault(cell, {})
                before = max((each for each in days if day(each) < day(period)), key=day, default=None)
                after = min((each for each in days if day(each) > day(period)), key=day, default=None)
                near = [days[each] for each in (period, before, after) if each in days]
                days[period] = made[period][cell] = stand_still(made[period][cell], told=near)
        for part, whole in _SHARES:
            if part in _STOCKS and {(part, WHOLE), (whole, WHOLE)} <= made[period].keys():
                made[period][part, WHOLE] = min(made[period][part, WHOLE], made[period][whole, WHOLE])
    return made


def _read_ledger() -> Ledger:
    ledger = Ledger()
    rows = Behind.objects.order_by("printing__revision").values_list(
        "printing__measure",
        "printing__step",
        "printing__start",
        "printing__code",
        "printing__value",
        "printing__status",
        "printing__revision",
        "count",
    )
    for measure, step, start, code, value, status, revision, count in rows.iterator():
        period, cell = Period(step=Step(step), start=start), (measure, code)
        printed = Printed(value=value, status=Status(status))
        ledger.told.setdefault(period, {})[cell] = Told(count=count, printed=printed)
        ledger.revisions[period, cell] = revision
    return ledger


def _known(ledger: Ledger) -> dict[Cell, dict[Span, int]]:
    """Of everything: what each period has printed, with the counts behind it."""
    known: dict[Cell, dict[Span, int]] = {}
    for period, told in ledger.told.items():
        for cell, each in told.items():
            if cell[1] == WHOLE and each.printed.value is not None:
                known.setdefault(cell, {})[span_of(period)] = each.count
    return known


def _hidden_before(ledger: Ledger, batch: Collection[Period]) -> dict[Cell, set[Span]]:
    """Of everything: in which other periods it is hidden."""
    found: dict[Cell, set[Span]] = {}
    for period, told in ledger.told.items():
        for cell, each in told.items():
            if cell[1] == WHOLE and each.printed.value is None and period not in batch:
                found.setdefault(cell, set()).add(span_of(period))
    return found


def _kept_hidden(period: Period, counts: Mapping[Cell, int], lines: Mapping[Cell, Line], ledger: Ledger) -> set[Cell]:
    """What was hidden before and has not moved by the threshold since; and what has too few people behind it."""
    kept = {
        cell
        for cell, told in ledger.told.get(period, {}).items()
        if told.printed.value is None and cell in counts and abs(counts[cell] - told.count) < THRESHOLD
    }
    for measure, needed in _NEEDS.items():
        behind = lines.get((needed, WHOLE))
        if behind is None or is_small(behind.count):
            kept.add((measure, WHOLE))
    return kept


def _print_people(
    period: Period,
    counts: Mapping[Cell, int],
    *,
    hidden: Collection[Cell],
    told: Mapping[Cell, Told],
    today: date,
) -> dict[Cell, Told]:
    made = {}
    for cell, count in counts.items():
        before = told.get(cell)
        if cell in hidden:
            printed = Printed(value=None, status=Status.CONFIDENTIAL)
        else:
            fresh = Printed(value=round_count(count), status=_status(cell[0], period, today=today))
            printed = print_again(count=count, printed=fresh, before=before)
        # What is printed or hidden as before still stands for the count that this was decided on.
        is_as_before = before and printed.value == before.printed.value and abs(count - before.count) < THRESHOLD
        made[cell] = Told(count=before.count if before and is_as_before else count, printed=printed)
    return made


def _print_quantiles(
    period: Period,
    lines: Mapping[Cell, Line],
    *,
    people: Mapping[Cell, Told],
    told: Mapping[Cell, Told],
    today: date,
) -> dict[Cell, Told]:
    """A quantile is printed beside its number of observations, and another one only once that has moved enough."""
    made = {}
    for (measure, code), line in lines.items():
        if measure not in set(QUANTILES) or (QUANTILES[Measure(measure)][0].value, code) not in people:
            continue
        base, percent = QUANTILES[Measure(measure)]
        shown = people[base.value, code]
        before = told.get((measure, code))
        status = _status(measure, period, today=today)
        if shown.printed.value is None or not _may_tell(percent, line):
            printed, count = Printed(value=None, status=Status.CONFIDENTIAL), line.count
        elif before and before.printed.value is not None and abs(before.count - line.count) < THRESHOLD:
            printed, count = Printed(value=before.printed.value, status=status), before.count
        else:
            printed, count = Printed(value=line.hours, status=status), line.count
        made[measure, code] = Told(count=count, printed=printed)
    return made


def _may_tell(percent: int, line: Line) -> bool:
    return line.hours is not None and may_print_quantile(percent=percent, observations=line.count)


def _print_open(period: Period, lines: Mapping[Cell, Line], *, today: date) -> dict[Cell, Told]:
    """Counts of what is public by itself: printed as they are."""
    status = Status.FINAL if period.end <= today else Status.ESTIMATE
    return {
        cell: Told(count=line.count, printed=Printed(value=line.count, status=status))
        for cell, line in lines.items()
        if cell[0] in _SNAPSHOTS - _PEOPLE
    }


def _status(measure: str, period: Period, *, today: date) -> Status:
    rests_on = period.end + timedelta(days=_FOLLOW_UP[measure])
    return Status.FINAL if rests_on <= today else Status.ESTIMATE


def _write(
    period: Period, printed: Mapping[Cell, Told], lines: Mapping[Cell, Line], *, ledger: Ledger, now: datetime
) -> None:
    before = ledger.told.get(period, {})
    changed = {cell: told for cell, told in printed.items() if cell not in before or before[cell] != told}
    rows = [
        Printing(
            measure=measure,
            step=period.step.value,
            start=period.start,
            code=code,
            label=lines[measure, code].label,
            revision=ledger.revisions.get((period, (measure, code)), 0) + 1,
            value=told.printed.value,
            status=told.printed.status.value,
            printed_at=now,
        )
        for (measure, code), told in changed.items()
    ]
    Printing.objects.bulk_create(rows)
    Behind.objects.bulk_create(
        Behind(printing=row, count=told.count) for row, told in zip(rows, changed.values(), strict=True)
    )
    Correction.objects.bulk_create(_corrections(period, {**before, **changed}, before, lines, now=now))


def _corrections(
    period: Period,
    after: Mapping[Cell, Told],
    before: Mapping[Cell, Told],
    lines: Mapping[Cell, Line],
    *,
    now: datetime,
) -> list[Correction]:
    """For each indicator whose number was final and is another now."""
    made = []
    for recipe in RECIPES.values():
        for code in sorted({code for measure, code in before if measure == recipe.part}):
            cells = [(measure, code) for measure in (recipe.part, recipe.whole) if measure]
            was_final = all(cell in before and before[cell].printed.status is Status.FINAL for cell in cells)
            was, now_is = (
                words_of(value_of(recipe, code, {cell: told.printed for cell, told in tells.items()}))
                for tells in (before, after)
            )
            if was_final and was != now_is:
                reasons = (lines[cell].reason for cell in cells if cell in lines)
                made.append(
                    Correction(
                        indicator=recipe.indicator_id,
                        step=period.step.value,
                        start=period.start,
                        code=code,
                        before=was,
                        after=now_is,
                        reason=next((reason for reason in reasons if reason), UNEXPLAINED),
                        at=now,
                    )
                )
    return made


__all__ = ["LINKS", "print_figures"]
