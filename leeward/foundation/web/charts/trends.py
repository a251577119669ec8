"""Lines over time: a thick main one, a thin outer one, and the band between them tinted."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from leeward.foundation.protection.tables import Status
from leeward.foundation.web.charts.canvas import LETTER, SMALL, Area, Canvas, Point, spread, width_of, wrap
from leeward.foundation.web.charts.describing import describe_trend
from leeward.foundation.web.charts.numbers import say_amount, say_short
from leeward.foundation.web.charts.records import Frame, Mark, Trend, TrendLine, Unit
from leeward.foundation.web.charts.scales import Scale, from_nothing, of_durations, of_hundred

TOP, FOOT, GUTTER = 14, 46, 8
LABELS_LEAST, LABELS_MOST = 56, 140
KEY_ROW, SAMPLE, BETWEEN_KEYS = 22, 20, 16
LINE_HEIGHT = 15
LETTERS_APART = 14
LATEST_DOT, LONE_DOT = 5, 3


@dataclass(frozen=True, kw_only=True)
class Label:
    """The label at the end of a line: its number, and its name on one line or several."""

    wanted: float
    number: str
    name: tuple[str, ...]
    outer: bool
    is_open: bool = False

    @property
    def height(self) -> float:
        """The height of the number and its name."""
        return LINE_HEIGHT * (1 + len(self.name)) + 6


class TrendDrawing:
    """One trend on one canvas."""

    def __init__(self, trend: Trend, frame: Frame) -> None:
        self.trend = trend
        self.scale = scale_for(trend)
        self.head = _key_height(trend, frame) if frame.is_narrow else 0
        height = 236 + self.head if frame.is_narrow else 290
        self.canvas = Canvas(
            frame=frame, height=height, key=trend.key, title=trend.title, description=describe_trend(trend)
        )
        gutter = max(width_of(say_short(tick, trend.unit), size=SMALL) for tick in self.scale.ticks) + GUTTER
        labels = _numbers_width(trend) if frame.is_narrow else _labels_width(trend)
        self.plot = Area(start=gutter, end=frame.width - labels, top=TOP + self.head, bottom=height - FOOT)
        self.step = (self.plot.width - LATEST_DOT * 2) / max(len(trend.periods) - 1, 1)

    def draw(self) -> Canvas:
        """Draw everything, from the back to the front."""
        self._draw_grid()
        self._draw_gaps()
        self._draw_band()
        self._draw_ground()
        self._draw_ranges()
        for mark in self.trend.marks:
            self._draw_mark(mark)
        for line in self.trend.lines:
            self._draw_line(line)
        for mark in self.trend.marks:
            self._name_mark(mark)
        self._draw_labels()
        self._draw_key()
        self._draw_periods()
        self._draw_told()
        return self.canvas

    def at(self, index: int, value: float) -> Point:
        """Return the position of a period's number."""
        return self._along(index), self._down(value)

    def _along(self, index: float) -> float:
        return self.plot.start + LATEST_DOT + index * self.step

    def _down(self, value: float) -> float:
        return self.plot.bottom - self.scale.part(value) * self.plot.height

    def _draw_grid(self) -> None:
        for tick in self.scale.ticks:
            down = self._down(tick)
            kind = "chart-base" if tick == self.scale.low else "chart-grid"
            self.canvas.line((self.plot.start, down), (self.plot.end, down), kind)
            words = say_short(tick, self.trend.unit)
            self.canvas.text((self.plot.start - GUTTER, down + 4), words, "chart-text--axis", anchor="end")

    def _draw_gaps(self) -> None:
        main = self.trend.lines[0]
        for first, last in _hidden_runs(main):
            self.canvas.fill(
                Area(
                    start=max(self._along(first - 0.5), self.plot.start),
                    end=min(self._along(last + 0.5), self.plot.end),
                    top=self.plot.top,
                    bottom=self.plot.bottom,
                ),
                "gap",
                "chart-gap",
            )

    def _draw_band(self) -> None:
        outer = next((line for line in self.trend.lines if line.outer), None)
        main = next((line for line in self.trend.lines if not line.outer), None)
        if outer is None or main is None:
            return
        both = [
            None if low.value is None or high.value is None else (low.value, high.value)
            for low, high in zip(main.amounts, outer.amounts, strict=True)
        ]
        for run in runs(both):
            upper = [self.at(index, high) for index, (_low, high) in run]
            lower = [self.at(index, low) for index, (low, _high) in reversed(run)]
            self.canvas.path(upper + lower, "chart-band", closed=True)

    def _draw_ranges(self) -> None:
        """Tint the range along each line, wherever both of its ends are known."""
        for line in self.trend.lines if self.trend.unit is not Unit.HOURS else ():
            ends = [
                (amount.low, amount.high) if amount.low is not None and amount.high is not None else None
                for amount in line.amounts
            ]
            for run in runs(ends):
                upper = [self.at(index, high) for index, (_low, high) in run]
                lower = [self.at(index, low) for index, (low, _high) in reversed(run)]
                self.canvas.path(upper + lower, "chart-range", closed=True)

    def _draw_ground(self) -> None:
        """Fill the area under a single line that counts from zero."""
        if len(self.trend.lines) != 1 or self.scale.by_ratio:
            return
        for run in runs([amount.value for amount in self.trend.lines[0].amounts]):
            if len(run) > 1:
                first, last = self.at(run[0][0], self.scale.low), self.at(run[-1][0], self.scale.low)
                self.canvas.path([first, *(self.at(*point) for point in run), last], "chart-under", closed=True)

    def _draw_mark(self, mark: Mark) -> None:
        down = self._down(mark.value)
        self.canvas.line((self.plot.start, down), (self.plot.end, down), "chart-mark")

    def _name_mark(self, mark: Mark) -> None:
        """Name a level above or below it, at its start or end: wherever the lines leave most room."""
        down = self._down(mark.value)
        wide = width_of(mark.name, size=SMALL)
        places = [
            (along, at, anchor)
            for at in (down - 6, down + LINE_HEIGHT)
            for along, anchor in ((self.plot.start + 6, "start"), (self.plot.end - 6, "end"))
            if self.plot.top < at - SMALL / 2 < self.plot.bottom - 4
        ]

        def room(place: tuple[float, float, str]) -> float:
            along, at, anchor = place
            return self._room(along - wide if anchor == "end" else along, wide, at - SMALL / 2)

        along, at, anchor = max(places, key=room)
        self.canvas.text((along, at), mark.name, "chart-text--mark", anchor=anchor)

    def _room(self, along: float, wide: float, middle: float) -> float:
        """Return the vertical distance of words from the nearest line."""
        beside = [
            abs(self._down(amount.value) - middle)
            for line in self.trend.lines
            for index, amount in enumerate(line.amounts)
            if amount.value is not None and along - self.step <= self._along(index) <= along + wide + self.step
        ]
        return min(beside, default=self.plot.height)

    def _draw_line(self, line: TrendLine) -> None:
        kind = "chart-line--outer" if line.outer else "chart-line--main"
        dot = "chart-dot--outer" if line.outer else "chart-dot--main"
        for run in runs([amount.value for amount in line.amounts]):
            if len(run) == 1:
                self.canvas.dot(self.at(*run[0]), dot, radius=LONE_DOT)
            open_from = next((place for place, (index, _value) in enumerate(run) if self._is_open(line, index)), None)
            firm = run if open_from is None else run[:open_from]
            if len(firm) > 1:
                self.canvas.path([self.at(*point) for point in firm], f"chart-line {kind}")
            if open_from is not None and len(run) > 1:
                still_open = run[max(open_from - 1, 0) :]
                self.canvas.path([self.at(*point) for point in still_open], f"chart-line {kind} chart-line--open")
        latest, told = _latest(line), _told(line)
        if latest is not None and self._is_open(line, latest[0]):
            self.canvas.dot(self.at(*latest), f"{dot} chart-dot--open", radius=LONE_DOT)
        if told is not None and not self._is_open(line, told[0]):
            self.canvas.dot(self.at(*told), dot, radius=LATEST_DOT)

    def _is_open(self, line: TrendLine, index: int) -> bool:
        return line.amounts[index].status is Status.ESTIMATE

    def _draw_labels(self) -> None:
        start = self.plot.end + 8
        room = self.canvas.frame.width - start
        labels = [
            Label(
                wanted=self._down(told[1]) - LINE_HEIGHT / 2,
                number=say_short(told[1], self.trend.unit),
                name=(*self._when(line, told[0]), *self._names(line, room=room)),
                outer=line.outer,
                is_open=self._is_open(line, told[0]),
            )
            for line in self.trend.lines
            if (told := _told(line)) is not None
        ]
        if not labels:
            middle = (self.plot.start + self.plot.end) / 2, (self.plot.top + self.plot.bottom) / 2
            self.canvas.text(middle, gettext("No numbers yet"), "chart-text--axis", anchor="middle")
            return
        highest = max(label.height for label in labels)
        tops = spread(
            [label.wanted for label in labels], apart=highest, top=self.head, bottom=self.plot.bottom + 10 - highest
        )
        for label, top in zip(labels, tops, strict=True):
            kind = "chart-text--outer" if label.outer else "chart-text--main"
            weight = "chart-text--open" if label.is_open else "chart-text--number"
            self.canvas.text((start, top + 12), label.number, f"{weight} {kind}")
            for row, words in enumerate(label.name, start=1):
                self.canvas.text((start, top + 12 + row * LINE_HEIGHT), words, f"chart-text--small {kind}")

    def _when(self, line: TrendLine, index: int) -> tuple[str, ...]:
        """Return the period of a label's number where its line goes on behind it."""
        latest = _latest(line)
        return (self.trend.periods[index].short,) if latest and latest[0] != index else ()

    def _names(self, line: TrendLine, *, room: float) -> tuple[str, ...]:
        return () if self.canvas.frame.is_narrow else wrap(line.name, width=room, size=SMALL)

    def _draw_key(self) -> None:
        """Draw a key above a narrow drawing, which has no room for names at the ends of lines."""
        if not self.canvas.frame.is_narrow:
            return
        for line, (along, down) in zip(self.trend.lines, _key_places(self.trend, self.canvas.frame), strict=True):
            kind, middle = "outer" if line.outer else "main", down + KEY_ROW / 2 - 2
            self.canvas.line((along, middle), (along + SAMPLE, middle), f"chart-line chart-line--{kind}")
            self.canvas.dot((along + SAMPLE / 2, middle), f"chart-dot--{kind}", radius=4)
            words = wrap(line.name, width=self.canvas.frame.width - along - SAMPLE - 6, size=SMALL, most=1)[0]
            self.canvas.text((along + SAMPLE + 6, middle + 4), words, f"chart-text--small chart-text--{kind}")

    def _draw_periods(self) -> None:
        periods = self.trend.periods
        longest = max((width_of(period.short, size=SMALL) for period in periods), default=LETTER)
        every = max(1, -(-int(longest + LETTERS_APART) // max(int(self.step), 1)))
        every = next((step for step in (1, 2, 3, 6, 12) if step >= every), every)
        shown = sorted(range(len(periods) - 1, -1, -every))
        year = ""
        for index in shown:
            along = self._along(index)
            self.canvas.line((along, self.plot.bottom), (along, self.plot.bottom + 5), "chart-tick")
            self.canvas.text((along, self.plot.bottom + 19), periods[index].short, "chart-text--axis", anchor="middle")
            if periods[index].year != year:
                year = periods[index].year
                self.canvas.text((along, self.plot.bottom + 35), year, "chart-text--axis", anchor="middle")

    def _draw_told(self) -> None:
        if self.canvas.frame.is_narrow:  # a finger does not rest on anything
            return
        for index, period in enumerate(self.trend.periods):
            told = "; ".join(
                f"{line.name}: {say_amount(line.amounts[index], self.trend.unit)}" for line in self.trend.lines
            )
            area = Area(
                start=self._along(index - 0.5),
                end=self._along(index + 0.5),
                top=self.plot.top,
                bottom=self.plot.bottom,
            )
            self.canvas.rect(area, "chart-told", told=f"{period.name}. {told}")


def draw_trend(trend: Trend, frame: Frame) -> Canvas:
    """Draw a trend."""
    return TrendDrawing(trend, frame).draw()


def scale_for(trend: Trend) -> Scale:
    """Return the scale: shares of the whole, durations by ratio, everything else from zero."""
    amounts = [amount for line in trend.lines for amount in line.amounts]
    values = [end for each in amounts for end in (each.value, each.high) if end is not None]
    levels = [mark.value for mark in trend.marks]
    if trend.unit is Unit.PERCENT:
        return of_hundred()
    if trend.unit is Unit.HOURS:
        return of_durations([*values, *levels] if values else values)
    return from_nothing([*values, *levels])


def runs[T](values: Sequence[T | None]) -> Iterator[list[tuple[int, T]]]:
    """Yield each unbroken run of values, with their indexes."""
    numbered = [(index, value) for index, value in enumerate(values)]
    for known, group in itertools.groupby(numbered, key=lambda pair: pair[1] is not None):
        if known:
            yield [(index, value) for index, value in group if value is not None]


def _labels_width(trend: Trend) -> float:
    """Return the room that names need beside the plot, up to a limit."""
    longest = max((width_of(line.name, size=SMALL) for line in trend.lines), default=0)
    return min(max(longest, LABELS_LEAST) + 10, LABELS_MOST)


def _numbers_width(trend: Trend) -> float:
    """Return the room that the newest numbers need beside the plot."""
    told = [found for line in trend.lines if (found := _told(line)) is not None]
    said = [each for index, value in told for each in (say_short(value, trend.unit), trend.periods[index].short)]
    return max((width_of(each) for each in said), default=0) + LATEST_DOT + 8


def _key_places(trend: Trend, frame: Frame) -> list[Point]:
    """Return the positions of names above a narrow drawing: side by side as far as they fit."""
    places, along, down = [], 0.0, 0.0
    for line in trend.lines:
        wide = SAMPLE + 6 + width_of(line.name, size=SMALL)
        if along and along + wide > frame.width:
            along, down = 0.0, down + KEY_ROW
        places.append((along, down))
        along += wide + BETWEEN_KEYS
    return places


def _key_height(trend: Trend, frame: Frame) -> float:
    places = _key_places(trend, frame)
    return places[-1][1] + KEY_ROW if places else 0.0


def _hidden_runs(line: TrendLine) -> Iterator[tuple[int, int]]:
    for run in runs([True if amount.is_hidden else None for amount in line.amounts]):
        yield run[0][0], run[-1][0]


def _latest(line: TrendLine) -> tuple[int, float] | None:
    known = _known(line)
    return known[-1] if known else None


def _told(line: TrendLine) -> tuple[int, float] | None:
    """Return the number that stands at the end of a line: the newest final one, or the newest where none is final."""
    known = _known(line)
    firm = [point for point in known if line.amounts[point[0]].status is not Status.ESTIMATE]
    return (firm or known)[-1] if known else None


def _known(line: TrendLine) -> list[tuple[int, float]]:
    return [(index, amount.value) for index, amount in enumerate(line.amounts) if amount.value is not None]
