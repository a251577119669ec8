"""What two publications say together: no number may follow from them that would not be printed by itself.

Printed periods of one count are steps between days: a month's count is the difference between all that had happened by
its end and all that had happened by its beginning. So whatever lies between two days that printed periods join, however
they overlap, can be worked out. `withheld` lets a period in only where everything that then follows is no small count.

A number that is printed again for the same period, changed by less than the threshold, is printed as before: its change
would be a small count.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

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


def withheld(spans: Mapping[Span, int], *, known: Mapping[Span, int]) -> frozenset[Span]:
    """Which of these spans must not be printed beside the known ones, which are; the earliest and shortest go first."""
    let_in: dict[Span, int] = dict(known)
    kept_back = set()
    for span in sorted(spans, key=lambda span: (span.end - span.start, span.start)):
        tried = {**let_in, span: spans[span]}
        if small_differences(tried):
            kept_back.add(span)
        else:
            let_in = tried
    return frozenset(kept_back)


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
