"""Scales: from numbers to positions on a drawing, in round steps."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

DAY, WEEK = 24, 7 * 24
# Steps of time that people have words for.
DURATIONS = (1, 3, 6, 12, DAY, 2 * DAY, 4 * DAY, WEEK, 2 * WEEK, 4 * WEEK, 8 * WEEK, 16 * WEEK, 52 * WEEK)
ROUND_STEPS = (1, 2, 2.5, 5, 10)
HUNDRED = 100
NOTHING = 1e-6  # what is smaller is drawn as nothing


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A range of numbers with named ticks. `by_ratio`: equal distances are equal ratios, not differences."""

    low: float
    high: float
    ticks: tuple[float, ...]
    by_ratio: bool = False

    def part(self, value: float) -> float:
        """Return a number's position from 0 to 1, within the ends."""
        value = min(max(value, self.low), self.high)
        if self.by_ratio:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def from_nothing(values: Iterable[float], *, steps: int = 4) -> Scale:
    """Return a scale from zero to a round number that no value exceeds."""
    most = max(values, default=0)
    if most < NOTHING:
        most = 1
    rough = most / steps
    power = 10 ** math.floor(math.log10(rough))
    step = next(each * power for each in ROUND_STEPS if each * power >= rough * (1 - 1e-9))
    step = max(step, 1) if most >= steps else step
    count = math.ceil(most / step - 1e-9)
    ticks = tuple(round(step * index, 10) for index in range(count + 1))
    return Scale(low=0, high=max(ticks[-1], most), ticks=ticks)


def of_hundred() -> Scale:
    """Return the scale of shares, which always shows the whole."""
    return Scale(low=0, high=HUNDRED, ticks=(0, 25, 50, 75, HUNDRED))


def of_durations(hours: Iterable[float], *, steps: int = 5) -> Scale:
    """Return a scale from hours to weeks, by ratio, so that half a day and two weeks fit one drawing."""
    found = [max(value, DURATIONS[0]) for value in hours] or [DURATIONS[0], DAY]
    low = max((each for each in DURATIONS if each <= min(found)), default=DURATIONS[0])
    high = min((each for each in DURATIONS if each >= max(found) and each > low), default=max(*found, low * 2))
    inside = [each for each in DURATIONS if low <= each <= high]
    every = math.ceil(len(inside) / steps)
    ticks = tuple(each for index, each in enumerate(reversed(inside)) if index % every == 0)
    return Scale(low=low, high=high, ticks=tuple(reversed(ticks)), by_ratio=True)
