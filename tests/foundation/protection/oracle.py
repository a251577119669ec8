"""An attacker who knows nothing of our code: linear and whole-number programmes over what is printed (SciPy)."""

import itertools
from collections.abc import Mapping

import numpy as np
from scipy.optimize import LinearConstraint, milp  # type: ignore[import-untyped]

from leeward.foundation.protection.differencing import Span, joined_days
from leeward.foundation.protection.tables import is_small

TOTAL = "_T"
UNKNOWN_MOST = 100_000


def ranges(
    axes: tuple[tuple[str, ...], ...],
    printed: Mapping[tuple[str, ...], int | None],
    *,
    targets: list[tuple[str, ...]],
    slack: int,
    whole_numbers: bool,
) -> dict[tuple[str, ...], tuple[float, float]]:
    """The least and the most that each target can be, given every printed number to within `slack`.

    A cell that is not in `printed` cannot occur; one with None is hidden.
    """
    inner = [key for key in itertools.product(*axes) if key in printed]
    place = {key: number for number, key in enumerate(inner)}
    rows, low, high = [], [], []
    for key in itertools.product(*((*axis, TOTAL) for axis in axes)):
        value = printed.get(key)
        if key not in printed:
            continue
        rows.append(_row(key, inner, place))
        low.append(0 if value is None else max(0, value - slack))
        high.append(UNKNOWN_MOST if value is None else value + slack)
    constraint = LinearConstraint(np.array(rows), low, high)
    found = {}
    for target in targets:
        row = _row(target, inner, place)
        bounds = []
        for direction in (1, -1):
            answer = milp(
                direction * row, constraints=constraint, integrality=np.full(len(inner), 1 if whole_numbers else 0)
            )
            assert answer.status == 0, answer.message
            bounds.append(direction * answer.fun)
        found[target] = (bounds[0], bounds[1])
    return found


def _row(key: tuple[str, ...], inner: list[tuple[str, ...]], place: Mapping[tuple[str, ...], int]) -> np.ndarray:
    row = np.zeros(len(inner))
    for cell in inner:
        if all(here in (TOTAL, there) for here, there in zip(key, cell, strict=True)):
            row[place[cell]] = 1
    return row


def small_differences(spans: Mapping[Span, int]) -> tuple[Span, ...]:
    """Every span between two neighbouring days that printed spans join, however indirectly, with a small count."""
    found = []
    for heights in joined_days(spans):
        for start, end in itertools.pairwise(sorted(heights)):
            if is_small(heights[end] - heights[start]):
                found.append(Span(start=start, end=end))
    return tuple(found)
