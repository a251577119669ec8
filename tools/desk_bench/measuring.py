"""Times one page after another, and looks whether its answer is right."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What was found in an answer: its rows, and what is wrong with it ("" for nothing)."""

    rows: int
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """Something to measure. `check` is given the first answer; it takes no part in the time."""

    name: str
    call: Callable[[], Any]
    check: Callable[[Any], Checked]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """How long a page took, in milliseconds."""

    name: str
    median: float
    p95: float
    checked: Checked


def time_page(page: Page, *, repeats: int) -> list[float]:
    """Milliseconds of some openings."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        page.call()
        times.append((time.perf_counter() - started) * 1_000)
    return times


def compare_rows(found: Sequence[Any], expected: Sequence[Any]) -> Checked:
    """Whether a page shows the rows that it must show, in their order."""
    if list(found) == list(expected):
        return Checked(rows=len(found))
    lost, strange = len(set(expected) - set(found)), len(set(found) - set(expected))
    return Checked(rows=len(found), trouble=f"{lost} rows are missing, {strange} do not belong, or the order is wrong")
