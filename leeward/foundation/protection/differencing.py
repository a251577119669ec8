"""Protection against differencing: no small count may follow from several publications together.

The published periods of one count join days: a month's count is the difference between the cumulative counts at its
end and at its start. So the count between any two days that published periods join can be worked out, however these
overlap. `suppress_differences` publishes a period only if everything that then follows is no small count. For the same
reason a week waits until the month in which it ends is published.

The count between other days cannot be worked out, but it has bounds, as no count is negative: a month has at least the
count of the weeks within it. `Intruder` computes these bounds.

If a count is part of another, the remainder can be worked out in the same way over any two days that published periods
of both join, even if these are different periods. `suppress_pair_differences` sees to that.
"""

import bisect
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from leeward.foundation.protection.tables import Published, is_small

SHORTEST_MONTH, LONGEST_MONTH = timedelta(days=28), timedelta(days=31)

type Interval = tuple[float, float]  # the least and the most that a count can be
type Heights = dict[date, int]  # the cumulative count at the start of each day, from any origin


@dataclass(frozen=True, kw_only=True, order=True)
class Span:
    """The days from `start` to the one before `end`."""

    start: date
    end: date


@dataclass(frozen=True, kw_only=True)
class LedgerEntry:
    """What was published of a cell in a period, and the true count behind it."""

    count: int
    published: Published


def suppress_differences(spans: Mapping[Span, int], *, published: Mapping[Span, int]) -> frozenset[Span]:
    """Return which of these spans must not be published beside the published ones.

    They are let in by what they tell people: see `_first_to_tell`.
    """
    graph = _Joined(published)
    suppressed = set()
    for span in sorted(spans, key=_first_to_tell):
        if graph.would_disclose(span, spans[span]):
            suppressed.add(span)
        else:
            graph.join(span, spans[span])
    return frozenset(suppressed)


def suppress_pair_differences(
    part: Mapping[Span, int],
    whole: Mapping[Span, int],
    *,
    published_part: Mapping[Span, int],
    published_whole: Mapping[Span, int],
    may_be_nothing: bool = False,
) -> tuple[frozenset[Span], frozenset[Span]]:
    """Return which spans of a part and of its whole must not be published, because a remainder would be small.

    They are let in by what they tell people, and the whole before the part of the same span. `may_be_nothing`: that a
    remainder is zero gives nothing away.
    """
    parts, wholes = _Joined(published_part), _Joined(published_whole)
    suppressed: dict[bool, set[Span]] = {True: set(), False: set()}
    waiting = [(span, is_part) for is_part, spans in ((False, whole), (True, part)) for span in spans]
    for span, is_part in sorted(waiting, key=lambda each: (*_first_to_tell(each[0]), each[1])):
        own, other = (parts, wholes) if is_part else (wholes, parts)
        count = (part if is_part else whole)[span]
        if own.would_disclose_remainder(span, count, of=other, may_be_nothing=may_be_nothing):
            suppressed[is_part].add(span)
        else:
            own.join(span, count)
    return frozenset(suppressed[True]), frozenset(suppressed[False])


def _first_to_tell(span: Span) -> tuple[int, timedelta, date]:
    """Order spans by what they tell people: months, then quarters, then weeks; of these the longest, the earliest."""
    days = span.end - span.start
    rank = 2 if days < SHORTEST_MONTH else 1 if days > LONGEST_MONTH else 0
    return rank, -days, span.start


class _Joined:
    """Days joined by published spans, with the cumulative count at each; grows span by span."""

    def __init__(self, spans: Mapping[Span, int]) -> None:
        self.heights_at: dict[date, Heights] = {}  # days that are joined share one dictionary
        for span, count in spans.items():
            self.join(span, count)

    def join(self, span: Span, count: int) -> None:
        """Add a published span."""
        merged = self._merge(span, count)
        for day in merged:
            self.heights_at[day] = merged

    def would_disclose(self, span: Span, count: int) -> bool:
        """Whether publishing the span would let a small count follow that did not follow before."""
        merged = self._merge(span, count)
        return any(is_small(merged[end] - merged[start]) for start, end in self._new_steps(sorted(merged)))

    def would_disclose_remainder(self, span: Span, count: int, *, of: "_Joined", may_be_nothing: bool) -> bool:
        """Whether publishing the span would let a small difference to the other count follow that did not before."""
        merged = self._merge(span, count)
        shared: dict[int, list[date]] = {}
        for day in sorted(merged.keys() & of.heights_at.keys()):
            shared.setdefault(id(of.heights_at[day]), []).append(day)
        for days in shared.values():
            other = of.heights_at[days[0]]
            for start, end in self._new_steps(days):
                remainder = abs(merged[end] - merged[start] - other[end] + other[start])
                if is_small(remainder) and not (may_be_nothing and remainder == 0):
                    return True
        return False

    def _new_steps(self, days: Sequence[date]) -> Iterator[tuple[date, date]]:
        for start, end in itertools.pairwise(days):
            if start not in self.heights_at or self.heights_at[start] is not self.heights_at.get(end):
                yield start, end

    def _merge(self, span: Span, count: int) -> Heights:
        """Return the days that the span joins; none if it joined them already and says nothing new."""
        before = self.heights_at.get(span.start, {span.start: 0})
        after = self.heights_at.get(span.end, {span.end: 0})
        if before is after:
            return {}
        shift = before[span.start] + count - after[span.end]
        return {**before, **{day: height + shift for day, height in after.items()}}


class Intruder:
    """Somebody who knows everything published of one count, and that no day has a negative one.

    Published spans join days into groups within which every difference is known. Between groups the cumulative count
    only ever grows, which gives upper limits for differences; the least of them follow from one another like shortest
    paths (Bellman and Ford). Where older numbers contradict newer ones, nothing follows.
    """

    def __init__(self, published: Mapping[Span, int]) -> None:
        # Each day's group, and the cumulative count there.
        self._place = {
            day: (group, height)
            for group, heights in enumerate(joined_days(published))
            for day, height in heights.items()
        }
        self._days = sorted(self._place)
        # By how much the origin of one group can lie above that of another at most.
        self._limits: dict[int, dict[int, int]] = {}
        for early, late in itertools.pairwise(self._days):
            (group, height), (other, above) = self._place[early], self._place[late]
            if group != other:
                limits = self._limits.setdefault(group, {})
                limits[other] = min(limits.get(other, above - height), above - height)

    def interval(self, span: Span) -> Interval:
        """Return the feasibility interval of a span's count; its upper end is infinite if nothing limits it."""
        before, after = self._day_before(span.start), self._day_after(span.end)
        most = math.inf if before is None or after is None else self._most_between(before, after)
        first, last = self._day_after(span.start), self._day_before(span.end)
        least = 0.0
        if first is not None and last is not None and first < last:
            least = max(0.0, -self._most_between(last, first))
        return (least, most) if least <= most else (0.0, math.inf)

    def _day_before(self, day: date) -> date | None:
        index = bisect.bisect_right(self._days, day)
        return self._days[index - 1] if index else None

    def _day_after(self, day: date) -> date | None:
        index = bisect.bisect_left(self._days, day)
        return self._days[index] if index < len(self._days) else None

    def _most_between(self, one: date, other: date) -> float:
        """Return by how much the cumulative count can grow from one day to the other at most."""
        (from_group, from_height), (to_group, to_height) = self._place[one], self._place[other]
        found: dict[int, float] = {to_group: 0}
        changed = {to_group}
        for _round in range(len(self._limits) + 1):
            nearer = set()
            for group in changed:
                for neighbour, limit in self._limits.get(group, {}).items():
                    if found[group] + limit < found.get(neighbour, math.inf):
                        found[neighbour] = found[group] + limit
                        nearer.add(neighbour)
            changed = nearer
        return math.inf if changed else to_height - from_height + found.get(from_group, math.inf)


def joined_days(spans: Mapping[Span, int]) -> Iterator[Heights]:
    """Yield each set of days that spans join, with the cumulative count at each."""
    steps: dict[date, list[tuple[date, int]]] = {}
    for span, count in spans.items():
        steps.setdefault(span.start, []).append((span.end, count))
        steps.setdefault(span.end, []).append((span.start, -count))
    seen: set[date] = set()
    for first in steps:
        if first not in seen:
            heights, waiting = {first: 0}, [first]
            while waiting:
                day = waiting.pop()
                for other, change in steps[day]:
                    if other not in heights:
                        heights[other] = heights[day] + change
                        waiting.append(other)
            seen.update(heights)
            yield heights
