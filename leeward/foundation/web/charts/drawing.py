"""A chart as it goes onto a page: a drawing for phones, one for wider windows, its table, sentence and notes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext
from markupsafe import Markup

from leeward.foundation.protection.printed import Doubt, PrintedNumber
from leeward.foundation.protection.tables import Status
from leeward.foundation.web.charts.bars import draw_bars
from leeward.foundation.web.charts.canvas import Canvas
from leeward.foundation.web.charts.levels import draw_levels
from leeward.foundation.web.charts.records import (
    COLUMN,
    PHONE,
    Bars,
    Chart,
    DataTable,
    Frame,
    Levels,
    Spark,
    Trend,
    Unit,
)
from leeward.foundation.web.charts.sparks import draw_spark
from leeward.foundation.web.charts.tables import table_of
from leeward.foundation.web.charts.trends import draw_trend


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A chart in all its forms. The narrow and the wide picture are never shown together."""

    key: str
    title: str
    sentence: str
    narrow: Markup
    wide: Markup
    table: DataTable
    notes: tuple[str, ...]


def draw(chart: Chart, *, wide: Frame = COLUMN, narrow: Frame = PHONE) -> Drawn:
    """Draw a chart for a phone and for the frame that it has elsewhere."""
    return Drawn(
        key=chart.key,
        title=chart.title,
        sentence=chart.sentence,
        narrow=draw_in(chart, narrow).markup(),
        wide=draw_in(chart, wide).markup(),
        table=table_of(chart),
        notes=notes_on(chart),
    )


def draw_in(chart: Chart, frame: Frame) -> Canvas:
    """A chart's picture in one frame."""
    match chart:
        case Trend():
            return draw_trend(chart, frame)
        case Bars():
            return draw_bars(chart, frame)
        case Levels():
            return draw_levels(chart, frame)


def draw_small(spark: Spark) -> Markup:
    """A line the size of a word."""
    return draw_spark(spark).markup()


def notes_on(chart: Chart) -> tuple[str, ...]:
    """Return the notes that a reader needs for this picture."""
    notes = []
    amounts = _amounts(chart)
    if isinstance(chart, Trend) and chart.unit is Unit.HOURS and amounts:
        notes.append(
            gettext("The scale runs from hours to weeks: each line across is a longer time than the one below.")
        )
    if any(amount.is_hidden for amount in amounts):
        notes.append(gettext("Hatched: not shown, because so few could be told apart."))
    if any(amount.has_range for amount in amounts) and _shows_ranges(chart):
        notes.append(_note_on_ranges(chart, amounts))
    if any(amount.status is Status.ESTIMATE and amount.value is not None for amount in amounts):
        notes.append(
            gettext("Dashed: still changing, because some of it is not over yet.")
            if isinstance(chart, Trend)
            else gettext("Some of it still changes, because it is not over yet; the table says which.")
        )
    return tuple(notes)


def _shows_ranges(chart: Chart) -> bool:
    """Return whether ranges are drawn: those of durations are finer than the drawing."""
    return not isinstance(chart, Levels) and chart.unit is not Unit.HOURS


def _note_on_ranges(chart: Chart, amounts: Sequence[PrintedNumber]) -> str:
    if any(Doubt.SAMPLED in amount.why for amount in amounts):
        return gettext(
            "The line through the end of a bar is its range: in 95 of 100 such counts it holds the true share."
        )
    if isinstance(chart, Trend):
        return gettext("The tint along a line is its range: the true number lies inside, because counts are rounded.")
    return gettext("The line through the end of a bar is its range: the true number lies inside.")


def _amounts(chart: Chart) -> tuple[PrintedNumber, ...]:
    match chart:
        case Trend():
            return tuple(amount for line in chart.lines for amount in line.amounts)
        case Bars():
            return tuple(bar.amount for bar in chart.bars)
        case Levels():
            return ()
