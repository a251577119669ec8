"""Protection against differencing: no small count may follow from several publications together.

The published periods of one count join days: a month's count is the difference between the cumulative counts at its
end and at its start. So the count between any two days that published periods join can be worked out, however these
overlap. `suppress_differences` publishes a period only if everything that then follows is no small count. For the same
reason a week waits until the month in which it ends is published.

The count between other days cannot be worked out, but it has bounds, as no count is negative: a month has at least the
count of the weeks within it. `Intruder` computes these bounds; `bound_together` carries them from a whole to its parts
and back, over all days around. They bound differences between two days and sums of two counts. A linear programme over
all counts at once could come closer where several such sums must be combined; the tests look for such cases with one.

If a count is part of another, the remainder can be worked out in the same way over any two days that published periods
of both join, even if these are different periods. `suppress_pair_differences` sees to that.
"""

import bisect
import itertools
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from leeward.foundation.protection.tables import Published, is_small

SHORTEST_MONTH, LONGEST_MONTH = timedelta(days=28), timedelta(days=31)

type Growth = np.ndarray  # by how much a cumulative count can grow at most, from each day (row) to each other (column)
type Heights = dict[date, int]  # the cumulative count at the start of each day, from any origin


@dataclass(frozen=True, kw_only=True, order=True)
class Span:
    """The days from `start` to the one before `end`."""

    start: date
    end: date


@dataclass(frozen=True, kw_only=True)
class LedgerEntry:
    """What was published of a cell in a period, and the true count behind it.

    `left`: what is left of it without who has most of it; None where contributors are not told apart.
    """

    count: int
    published: Published
    left: int | None = None


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
    paths (Floyd and Warshall). Where older numbers contradict newer ones, nothing follows.
    """

    def __init__(self, published: Mapping[Span, int]) -> None:
        self.published = published
        self._most: dict[tuple[date, ...], Growth] = {}
        # The last group, without days, stands for whatever lies before the first day or after the last.
        groups = [*joined_days(published), {}]
        places = sorted((day, group, height) for group, days in enumerate(groups) for day, height in days.items())
        self.days = [day for day, _group, _height in places]
        self._group = np.array([*(group for _day, group, _height in places), -1])
        self._height = np.array([*(height for _day, _group, height in places), 0.0])
        # By how much the origin of one group can lie above that of another at most.
        self._limits = np.full((len(groups), len(groups)), math.inf)
        early, late = slice(None, -2), slice(1, -1)
        grown = self._height[late] - self._height[early]
        np.minimum.at(self._limits, (self._group[early], self._group[late]), grown)
        np.fill_diagonal(self._limits[:-1, :-1], 0)
        if _shortened(self._limits).diagonal().min() < 0:
            self._limits[:] = math.inf

    def most(self, days: Sequence[date]) -> Growth:
        """Return by how much the cumulative count can grow between each two of these days at most."""
        if (known := self._most.get(tuple(days))) is not None:
            return known
        before = np.array([bisect.bisect_right(self.days, day) - 1 for day in days])
        after = np.array([bisect.bisect_left(self.days, day) for day in days])
        limits = self._limits[np.ix_(self._group[after], self._group[before])].T
        grown: Growth = limits + self._height[after] - self._height[before][:, None]
        self._most[tuple(days)] = grown
        return grown


def bound_together(counts: Growth, sums: Collection[tuple[int, int, int]]) -> Growth:
    """Return the bounds of several counts (count, from day, to day) as they follow from one another.

    `sums`: the places of a whole and of the two counts that add up to it, on every day. What bounds one of them from
    any day to any other bounds the others, and from there follow bounds to further days; this goes on until no bound
    moves. Numbers that stand for older counts may contradict each other; then it ends before they do.
    """
    never_less = np.where(np.tri(counts.shape[-1], dtype=bool), 0.0, math.inf)  # no day has a negative count
    found: Growth = np.minimum(counts, never_less)
    for _round in range(counts.shape[-1]):
        before, found = found, found.copy()
        for whole, one, other in sums:
            np.minimum(found[whole], found[one] + found[other], out=found[whole])
            np.minimum(found[one], found[whole] + found[other].T, out=found[one])
            np.minimum(found[other], found[whole] + found[one].T, out=found[other])
        moved = (found != before).any(axis=(1, 2))
        if not moved.any():
            break
        found[moved] = _shortened(found[moved])
        if found.diagonal(axis1=1, axis2=2).min() < 0:
            return before
    return found


def _shortened(most: Growth) -> Growth:
    """Make each upper limit the least that follows from those by way of others, in place."""
    for way in range(most.shape[-1]):
        np.minimum(most, most[..., :, way, None] + most[..., None, way, :], out=most)
    return most


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
