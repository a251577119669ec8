"""Levels of the things in each group: one square for each, with its level in it, the highest first."""

from leeward.foundation.web.charts.canvas import SMALL, Area, Canvas, width_of, wrap
from leeward.foundation.web.charts.describing import describe_levels
from leeward.foundation.web.charts.records import Frame, Levels, Stack

ROW_NARROW, ROW_WIDE = 66, 50
SQUARE_MOST, BETWEEN = 34, 5
KEY_ROW, SWATCH = 26, 20
NAMES_MOST = 0.34
CORNER = 4
# How a level is filled, beside its colour; the last one of however many levels there are is always full.
FILLS = ("", "dots", "slants", "grid", "grid", "")


def draw_levels(levels: Levels, frame: Frame) -> Canvas:
    """Draw levels, with their names above."""
    head = _key_height(levels, frame)
    row = ROW_NARROW if frame.is_narrow else ROW_WIDE
    canvas = Canvas(
        frame=frame,
        height=head + row * len(levels.stacks),
        key=levels.key,
        title=levels.title,
        description=describe_levels(levels),
    )
    _draw_key(canvas, levels)
    names = 0.0 if frame.is_narrow else _names_width(levels, frame)
    most = max((sum(levels.all_counts(stack)) for stack in levels.stacks), default=1) or 1
    square = min((frame.width - names) / most - BETWEEN, SQUARE_MOST)
    for index, stack in enumerate(levels.stacks):
        top = head + index * row
        _draw_name(canvas, stack, top=top, row=row, names=names)
        _draw_squares(canvas, levels, stack, start=names, square=square, top=top + (24 if frame.is_narrow else 8))
    return canvas


def fill_of(level: int, *, levels: int) -> tuple[str, str]:
    """Return a level's pattern, "" for a plain ground, and its class."""
    if level == 0:
        return "", "chart-level chart-level--none"
    if level >= levels:  # at no level
        return "gap", "chart-level chart-level--aside"
    if level == levels - 1:
        return "", "chart-level chart-level--full"
    return FILLS[level], "chart-level"


def _draw_squares(canvas: Canvas, levels: Levels, stack: Stack, *, start: float, square: float, top: float) -> None:
    counts = levels.all_counts(stack)
    order = [*reversed(range(len(levels.names))), *range(len(levels.names), len(counts))]
    every = [level for level in order for _each in range(counts[level])]
    for place, level in enumerate(every):
        along = start + place * (square + BETWEEN)
        _draw_square(canvas, levels, level, start=along, square=square, top=top)


def _draw_square(canvas: Canvas, levels: Levels, level: int, *, start: float, square: float, top: float) -> None:
    area = Area(start=start + 1, end=start + square, top=top + 1, bottom=top + min(square, SQUARE_MOST))
    pattern, kind = fill_of(level, levels=len(levels.names))
    if pattern:
        canvas.fill(area, pattern, kind, corner=CORNER, told=levels.all_names[level])
    else:
        canvas.rect(area, kind, corner=CORNER, told=levels.all_names[level])
    if square >= SMALL + 4:
        inside = "chart-text--on-full" if kind.endswith("full") else "chart-text--on-level"
        middle = (area.start + area.end) / 2, (area.top + area.bottom) / 2 + 5
        sign = str(level) if level < len(levels.names) else levels.aside[level - len(levels.names)].sign
        canvas.text(middle, sign, f"chart-text--number {inside}", anchor="middle")


def _draw_key(canvas: Canvas, levels: Levels) -> None:
    for level, (along, down) in enumerate(_key_places(levels, canvas.frame)):
        _draw_square(canvas, levels, level, start=along, square=SWATCH, top=down)
        canvas.text((along + SWATCH + 6, down + 15), levels.all_names[level], "chart-text--small")


def _key_places(levels: Levels, frame: Frame) -> list[tuple[float, float]]:
    places, along, down = [], 0.0, 0.0
    for name in levels.all_names:
        wide = SWATCH + 6 + width_of(name, size=SMALL) + 18
        if along and along + wide - 18 > frame.width:
            along, down = 0.0, down + KEY_ROW
        places.append((along, down))
        along += wide
    return places


def _key_height(levels: Levels, frame: Frame) -> float:
    places = _key_places(levels, frame)
    return (places[-1][1] if places else 0) + KEY_ROW + 12


def _names_width(levels: Levels, frame: Frame) -> float:
    longest = max((width_of(stack.name) for stack in levels.stacks), default=0)
    return min(longest, frame.width * NAMES_MOST) + 14


def _draw_name(canvas: Canvas, stack: Stack, *, top: float, row: float, names: float) -> None:
    if canvas.frame.is_narrow:
        canvas.text((0, top + 16), wrap(stack.name, width=canvas.frame.width, most=1)[0])
        return
    lines = wrap(stack.name, width=names - 14, most=2)
    first = top + row / 2 + 5 - (len(lines) - 1) * 8
    for index, words in enumerate(lines):
        canvas.text((0, first + index * 16), words)
