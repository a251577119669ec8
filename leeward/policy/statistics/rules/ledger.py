"""What two publications say together: no number may follow from them that would not be printed by itself.

Printed periods of one count are steps between days: a month's count is the difference between all that had happened by
its end and all that had happened by its beginning. So whatever lies between two days that printed periods join, however
they overlap, can be worked out. `withheld` lets a period in only where everything that then follows is no small count.
For the same reason a week waits until the months in which it lies are printed: see `may_print`.

What lies between other days cannot be worked out, but bounded, for no count is below nothing: a month is as much as the
weeks within it at least. `Reader` knows how closely.

Where a count is part of another, what is left of it is worked out in the same way: over any two days that printed
periods of both join, though not the same periods. `withheld_of_pair` sees to that.

A number that is printed again for the same period, changed by less than the threshold, is printed as before: its change
would be a small count. So is the state of things on one day beside that on another: see `stand_still`.
"""

import bisect
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from leeward.policy.statistics.rules.periods import Period, Step, period_of
from leeward.policy.statistics.rules.protection import THRESHOLD, Printed, is_small


@dataclass(frozen=True, kw_only=True, order=True)
class Span:
    """The days from `start` up to, but without, `end`."""

    start: date
    end: date


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was printed of a span, and the count that stood behind it."""

    count: int
    printed: Printed


def print_again(*, count: int, printed: Printed, before: Told | None) -> Printed:
    """What is printed of a span that was printed before: the same number, until it has moved by the threshold."""
    if before is None or before.printed.value is None or count == before.count:
        return printed
    if abs(count - before.count) < THRESHOLD:
        return Printed(value=before.printed.value, status=printed.status)
    return printed


def stand_still(count: int, *, told: Iterable[int]) -> int:
    """The count for which a state of things is printed: one that is told of another day, while it is as good as that.

    How many withdrawals are due by one day and by the next differ by those that fell due between: a small count. `told`
    are the counts printed of the same period before and of the days next to it, the first that does is taken.
    """
    return next((other for other in told if abs(count - other) < THRESHOLD), count)


def may_print(period: Period, *, today: date) -> bool:
    """Whether a period is over; of a week also whether the month in which it ends is."""
    last_day = period.end - timedelta(days=1)
    return period_of(last_day, step=Step.MONTH).end <= today if period.step is Step.WEEK else period.end <= today


def withheld(spans: Mapping[Span, int], *, known: Mapping[Span, int]) -> frozenset[Span]:
    """Which of these spans must not be printed beside the known ones, which are; the longest and earliest go first.

    A month tells people more than a week: where both together would say too much, the week goes.
    """
    runs = _Runs()
    for span, count in known.items():
        runs.join(span, count)
    kept_back = set()
    for span in sorted(spans, key=lambda span: (span.start - span.end, span.start)):
        if runs.would_tell_small(span, spans[span]):
            kept_back.add(span)
        else:
            runs.join(span, spans[span])
    return frozenset(kept_back)


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """Spans of a part and of the whole that it is of, which must not be printed."""

    part: frozenset[Span]
    whole: frozenset[Span]


def withheld_of_pair(
    part: Mapping[Span, int],
    whole: Mapping[Span, int],
    *,
    known_part: Mapping[Span, int],
    known_whole: Mapping[Span, int],
) -> Withheld:
    """Which spans of both must not be printed beside the known ones, because what is left of the whole would be small.

    The longest and earliest go first, and of one span the whole: where they say too much together, the part goes, and
    where a month and a week do, the week.
    """
    parts, wholes = _Runs(), _Runs()
    for runs, known in ((wholes, known_whole), (parts, known_part)):
        for span, count in known.items():
            runs.join(span, count)
    kept: dict[bool, set[Span]] = {True: set(), False: set()}
    waiting = [(span, is_part) for is_part, spans in ((False, whole), (True, part)) for span in spans]
    for span, is_part in sorted(waiting, key=lambda each: (each[0].start - each[0].end, each[0].start, each[1])):
        own, other = (parts, wholes) if is_part else (wholes, parts)
        count = (part if is_part else whole)[span]
        if own.would_tell_small_rest(span, count, beside=other):
            kept[is_part].add(span)
        else:
            own.join(span, count)
    return Withheld(part=frozenset(kept[True]), whole=frozenset(kept[False]))


class _Runs:
    """Days that printed spans join, with how much had happened by each; grown span by span."""

    def __init__(self) -> None:
        self.run_of: dict[date, dict[date, int]] = {}

    def join(self, span: Span, count: int) -> None:
        """Let a span in."""
        merged = self._merged(span, count)
        for day in merged or ():
            self.run_of[day] = merged

    def would_tell_small(self, span: Span, count: int) -> bool:
        """Whether a small count would follow that did not follow before, were the span let in."""
        merged = self._merged(span, count)
        return any(is_small(merged[end] - merged[start]) for start, end in self._new_steps(sorted(merged)))

    def would_tell_small_rest(self, span: Span, count: int, *, beside: "_Runs") -> bool:
        """Whether a small difference to the other count would follow that did not before, were the span let in."""
        merged = self._merged(span, count)
        met: dict[int, list[date]] = {}
        for day in sorted(merged.keys() & beside.run_of.keys()):
            met.setdefault(id(beside.run_of[day]), []).append(day)
        for days in met.values():
            there = beside.run_of[days[0]]
            for start, end in self._new_steps(days):
                if is_small(abs(merged[end] - merged[start] - there[end] + there[start])):
                    return True
        return False

    def _new_steps(self, days: Sequence[date]) -> Iterable[tuple[date, date]]:
        for start, end in itertools.pairwise(days):
            if start not in self.run_of or self.run_of[start] is not self.run_of.get(end):
                yield start, end

    def _merged(self, span: Span, count: int) -> dict[date, int]:
        """The run that the span makes; empty where both its days are joined already, and it says nothing new."""
        before = self.run_of.get(span.start, {span.start: 0})
        after = self.run_of.get(span.end, {span.end: 0})
        if before is after:
            return {}
        moved = before[span.start] + count - after[span.end]
        return {**before, **{day: height + moved for day, height in after.items()}}


class Reader:
    """Whoever knows all that is printed of one count, and that no day has less than nothing: the closest she can come.

    By each day so much had happened; printed spans join days into runs, within which the differences are known. How two
    runs lie to each other is known as far as no day may have more behind it than the next one: differences with upper
    limits, the least of which follow from one another like shortest ways (as Bellman and Ford find them). Where older
    numbers stand beside newer ones that they do not fit, nothing follows.
    """

    def __init__(self, printed: Mapping[Span, int]) -> None:
        self._place: dict[date, tuple[int, int]] = {}  # the day's run, and how much has happened in that by then
        for run, heights in enumerate(_joined(printed)):
            self._place.update({day: (run, height) for day, height in heights.items()})
        self._days = sorted(self._place)
        self._limits: dict[
            int, dict[int, int]
        ] = {}  # by how much the first run's origin lies above the second's at most
        for early, late in itertools.pairwise(self._days):
            (run, height), (other, above) = self._place[early], self._place[late]
            if run != other:
                limits = self._limits.setdefault(run, {})
                limits[other] = min(limits.get(other, above - height), above - height)

    def range(self, span: Span) -> tuple[float, float]:
        """The least and the most that can have happened in a span; the most is infinite where nothing limits it."""
        before, after = self._day_before(span.start), self._day_after(span.end)
        most = math.inf if before is None or after is None else self._difference(before, after)
        first, last = self._day_after(span.start), self._day_before(span.end)
        least = 0.0
        if first is not None and last is not None and first < last:
            least = max(0.0, -self._difference(last, first))
        return (least, most) if least <= most else (0.0, math.inf)

    def _day_before(self, day: date) -> date | None:
        place = bisect.bisect_right(self._days, day)
        return self._days[place - 1] if place else None

    def _day_after(self, day: date) -> date | None:
        place = bisect.bisect_left(self._days, day)
        return self._days[place] if place < len(self._days) else None

    def _difference(self, one: date, other: date) -> float:
        """By how much at most more has happened by the other day than by the one."""
        (from_run, from_height), (to_run, to_height) = self._place[one], self._place[other]
        found: dict[int, float] = {to_run: 0}
        nearer = {to_run}
        for _step in range(len(self._limits) + 1):
            again = set()
            for run in nearer:
                for nearby, limit in self._limits.get(run, {}).items():
                    if found[run] + limit < found.get(nearby, math.inf):
                        found[nearby] = found[run] + limit
                        again.add(nearby)
            nearer = again
        return math.inf if nearer else to_height - from_height + found.get(from_run, math.inf)


def small_differences(spans: Mapping[Span, int]) -> tuple[Span, ...]:
    """Every span between two days next to each other, among those that printed spans join, with a small count."""
    found = []
    for heights in _joined(spans):
        days = sorted(heights)
        for start, end in itertools.pairwise(days):
            if is_small(heights[end] - heights[start]):
                found.append(Span(start=start, end=end))
    return tuple(found)


def _joined(spans: Mapping[Span, int]) -> Iterable[dict[date, int]]:
    """For each set of days that spans join: how much had happened by each, from the first one that was met."""
    steps: dict[date, list[tuple[date, int]]] = {}
    for span, count in spans.items():
        steps.setdefault(span.start, []).append((span.end, count))
        steps.setdefault(span.end, []).append((span.start, -count))
    seen: set[date] = set()
    for first in steps:
        if first not in seen:
            heights = _heights(first, steps)
            seen.update(heights)
            yield heights


def _heights(first: date, steps: Mapping[date, Sequence[tuple[date, int]]]) -> dict[date, int]:
    heights, waiting = {first: 0}, [first]
    while waiting:
        day = waiting.pop()
        for other, change in steps[day]:
            if other not in heights:
                heights[other] = heights[day] + change
                waiting.append(other)
    return heights
