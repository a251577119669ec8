"""Horizontal bars, so that their names can be read; every bar begins at zero."""

from collections.abc import Sequence
from itertools import accumulate

from leeward.foundation.protection.printed import PrintedNumber
from leeward.foundation.protection.tables import Status
from leeward.foundation.web.charts.canvas import LETTER, Area, Canvas, width_of, wrap
from leeward.foundation.web.charts.describing import describe_bars
from leeward.foundation.web.charts.numbers import say_amount, say_short, why_none_short
from leeward.foundation.web.charts.records import Bar, Bars, Frame, Unit
from leeward.foundation.web.charts.scales import HUNDRED, Scale, from_nothing

ROW_NARROW, ROW_WIDE = 48, 38
THICK_NARROW, THICK_WIDE = 16, 22
NAMES_MOST = 0.36
LINE, LINES_MOST = 16, 5
CORNER = 3
GAP = 8


def draw_bars(bars: Bars, frame: Frame) -> Canvas:
    """Draw bars, with names above them on a phone, beside them elsewhere; a long name takes more lines."""
    row = ROW_NARROW if frame.is_narrow else ROW_WIDE
    names = 0.0 if frame.is_narrow else _names_width(bars, frame)
    room = frame.width if frame.is_narrow else names - GAP * 1.5
    lines = [wrap(bar.name, width=room, most=LINES_MOST) for bar in bars.bars]
    more = [LINE * max(len(each) - (1 if frame.is_narrow else 2), 0) for each in lines]
    tops = [index * row + above for index, above in enumerate(accumulate(more, initial=0))]
    canvas = Canvas(
        frame=frame,
        height=max(tops[-1], row) + 2,
        key=bars.key,
        title=bars.title,
        description=describe_bars(bars),
    )
    scale = scale_for(bars)
    numbers = max((width_of(_number(bar.amount, bars.unit)) for bar in bars.bars), default=0) + GAP
    thick = THICK_NARROW if frame.is_narrow else THICK_WIDE
    for bar, words, top, added in zip(bars.bars, lines, tops, more, strict=False):
        above = 22 + added if frame.is_narrow else (row + added - thick) / 2
        place = Area(start=names, end=frame.width - numbers, top=top + above, bottom=top + above + thick)
        _draw_name(canvas, words, top=top, row=row + added, names=names)
        _draw_bar(canvas, bar, bars=bars, place=place, scale=scale)
    if not frame.is_narrow:
        canvas.line((names, 0), (names, canvas.height), "chart-base")
    return canvas


def scale_for(bars: Bars) -> Scale:
    """Return the scale of bars: shares against the whole, anything else against the longest bar."""
    if bars.unit is Unit.PERCENT:
        return Scale(low=0, high=HUNDRED, ticks=(0, HUNDRED))
    ends = [bar.amount.high for bar in bars.bars if bar.amount.high is not None]
    return from_nothing([*ends, *(bar.amount.value for bar in bars.bars if bar.amount.value is not None)])


def _draw_name(canvas: Canvas, lines: Sequence[str], *, top: float, row: float, names: float) -> None:
    if canvas.frame.is_narrow:
        first, at, anchor = top + 15, 0.0, "start"
    else:
        first, at, anchor = top + row / 2 + 5 - (len(lines) - 1) * LINE / 2, names - GAP * 1.5, "end"
    for index, words in enumerate(lines):
        canvas.text((at, first + index * LINE), words, anchor=anchor)


def _draw_bar(canvas: Canvas, bar: Bar, *, bars: Bars, place: Area, scale: Scale) -> None:
    told = f"{bar.name}: {say_amount(bar.amount, bars.unit)}"
    middle = (place.top + place.bottom) / 2 + 5
    if bars.unit is Unit.PERCENT:
        canvas.rect(place, "chart-track", corner=CORNER)
    if bar.amount.value is None:
        if bar.amount.is_hidden:
            canvas.fill(place, "gap", "chart-gap", corner=CORNER, told=told)
        canvas.text((place.end + GAP, middle), why_none_short(bar.amount.status), "chart-text--small")
        return
    kind = "chart-bar chart-bar--measured" if bar.amount.has_range else "chart-bar"
    end = place.start + scale.part(bar.amount.value) * place.width
    canvas.rect(Area(start=place.start, end=end, top=place.top, bottom=place.bottom), kind, corner=CORNER, told=told)
    if bar.amount.low is not None and bar.amount.high is not None and bar.amount.has_range:
        _draw_range(canvas, (bar.amount.low, bar.amount.high), place=place, scale=scale)
    weight = "chart-text--open" if bar.amount.status is Status.ESTIMATE else "chart-text--number"
    beside = place.end if bars.unit is Unit.PERCENT or bars.has_ranges else end
    canvas.text((beside + GAP, middle), say_short(bar.amount.value, bars.unit), weight)


def _draw_range(canvas: Canvas, ends: tuple[float, float], *, place: Area, scale: Scale) -> None:
    """Draw from where to where the true value lies: a line through the bar's end, with a stop at each of its own."""
    low, high = (place.start + scale.part(each) * place.width for each in ends)
    middle, half = (place.top + place.bottom) / 2, place.height / 4
    canvas.line((low, middle), (high, middle), "chart-whisker")
    for end in (low, high):
        canvas.line((end, middle - half), (end, middle + half), "chart-whisker")


def _names_width(bars: Bars, frame: Frame) -> float:
    longest = max((width_of(bar.name, size=LETTER) for bar in bars.bars), default=0)
    return min(longest, frame.width * NAMES_MOST) + GAP * 1.5


def _number(amount: PrintedNumber, unit: Unit) -> str:
    return why_none_short(amount.status) if amount.value is None else say_short(amount.value, unit)
