"""A measured value beside a peer's and its target, as a line for people and as an entry of a JSON list."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path


class Standing(StrEnum):
    """Where a value stands against its target; the gate is what even a noisy machine must show."""

    REACHED = "reached"
    GATE = "gate only"
    MISSED = "missed"
    WRONG = "WRONG"  # not slow but incorrect: this alone fails a run
    NONE = "-"


@dataclass(frozen=True, slots=True)
class Figure:
    """One entry of the report. `ratio` is how many times better than the peer; `ok` whether the target is reached."""

    name: str
    value: float
    unit: str
    peer: str | None = None
    ratio: float | None = None
    target: str | None = None
    ok: bool | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A figure and its standing."""

    figure: Figure
    standing: Standing = Standing.NONE


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A target from below: the more the better."""

    target: float
    gate: float | None = None

    def judge(self, value: float) -> Standing:
        """Where a value stands."""
        if value >= self.target:
            return Standing.REACHED
        return Standing.GATE if self.gate is not None and value >= self.gate else Standing.MISSED

    def describe(self, unit: str) -> str:
        """The target in words."""
        gate = "" if self.gate is None else f" (gate {say_number(self.gate)})"
        return f">= {say_number(self.target)} {unit}".rstrip() + gate


@dataclass(frozen=True, slots=True)
class AtMost:
    """A target from above: the less the better."""

    target: float
    gate: float | None = None

    def judge(self, value: float) -> Standing:
        """Where a value stands."""
        if value <= self.target:
            return Standing.REACHED
        return Standing.GATE if self.gate is not None and value <= self.gate else Standing.MISSED

    def describe(self, unit: str) -> str:
        """The target in words."""
        gate = "" if self.gate is None else f" (gate {say_number(self.gate)})"
        return f"<= {say_number(self.target)} {unit}".rstrip() + gate


type Goal = AtLeast | AtMost


def make_row(name: str, value: float, unit: str, *, goal: Goal | None = None) -> Row:
    """A figure that stands by itself, judged by its value."""
    if goal is None:
        return Row(Figure(name, value, unit))
    standing = goal.judge(value)
    figure = Figure(name, value, unit, target=goal.describe(unit), ok=standing is Standing.REACHED)
    return Row(figure, standing)


def compare_row(name: str, value: float, unit: str, *, peer: str, ratio: float, goal: AtLeast | None = None) -> Row:
    """A figure beside a peer's, judged by the ratio."""
    if goal is None:
        return Row(Figure(name, value, unit, peer, ratio))
    standing = goal.judge(ratio)
    figure = Figure(name, value, unit, peer, ratio, goal.describe("x"), ok=standing is Standing.REACHED)
    return Row(figure, standing)


def check_row(name: str, value: float, unit: str, *, wanted: Goal) -> Row:
    """A figure on which correctness hangs."""
    is_right = wanted.judge(value) is Standing.REACHED
    standing = Standing.REACHED if is_right else Standing.WRONG
    return Row(Figure(name, value, unit, target=wanted.describe(unit), ok=is_right), standing)


def say_number(value: float) -> str:
    """Three figures that count, with commas: 0.0123, 4.56, 789, 12,345."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    if value == int(value):
        return f"{value:.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3g}"


def say_ratio(ratio: float | None) -> str:
    """A ratio with its sign, or nothing."""
    return "" if ratio is None else f"{say_number(ratio)} x"


def append_figures(path: Path, figures: Sequence[Figure]) -> None:
    """Add figures to a report, a JSON list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    listed = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    path.write_text(json.dumps([*listed, *(asdict(one) for one in figures)], indent=1) + "\n", encoding="utf-8")


def print_rows(rows: Sequence[Row]) -> str:
    """The table for a terminal."""
    cells = [("what", "value", "peer", "ratio", "target", "")]
    for row in rows:
        figure = row.figure
        value = f"{say_number(figure.value)} {figure.unit}".rstrip()
        cells.append(
            (figure.name, value, figure.peer or "", say_ratio(figure.ratio), figure.target or "", row.standing.value)
        )
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join(lines)
