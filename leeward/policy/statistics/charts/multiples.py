"""Small charts beside each other, all to one scale, so that shapes can be compared; and the smallest one."""

from collections.abc import Callable, Sequence

from leeward.policy.statistics.charts.canvas import Area, Canvas, Point, wrap
from leeward.policy.statistics.charts.describing import describe_multiples, describe_spark
from leeward.policy.statistics.charts.numbers import say_amount, say_short, why_none_short
from leeward.policy.statistics.charts.records import NOTHING, Amount, Frame, Multiples, Panel, Spark
from leeward.policy.statistics.charts.scales import Scale, from_nothing, of_durations, of_hundred
from leeward.policy.statistics.charts.trends import runs
from leeward.policy.statistics.rules.recipes import Unit

PLOT, HEAD, FOOT, BETWEEN = 58, 44, 26, 22
COLUMNS = ((440, 2), (700, 3))
MOST_COLUMNS = 4
SPARK = Frame(name="spark", width=132)
SPARK_HEIGHT = 38


def draw_multiples(multiples: Multiples, frame: Frame) -> Canvas:
    """The picture of all panels; two beside each other on a phone."""
    columns = next((count for width, count in COLUMNS if frame.width < width), MOST_COLUMNS)
    columns = max(1, min(columns, len(multiples.panels)))
    rows = max(1, -(-len(multiples.panels) // columns))
    high = HEAD + PLOT + FOOT
    canvas = Canvas(
        frame=frame,
        height=rows * high,
        key=multiples.key,
        title=multiples.title,
        description=describe_multiples(multiples),
    )
    width = (frame.width - BETWEEN * (columns - 1)) / columns
    scale = scale_of(multiples.unit, [amount for panel in multiples.panels for amount in panel.amounts])
    for index, panel in enumerate(multiples.panels):
        start = (index % columns) * (width + BETWEEN)
        top = (index // columns) * high
        place = Area(start=start, end=start + width, top=top, bottom=top + high)
        _draw_panel(canvas, multiples, panel, place=place, scale=scale)
    return canvas


def draw_spark(spark: Spark) -> Canvas:
    """A line without axes, its newest point marked."""
    canvas = Canvas(
        frame=SPARK, height=SPARK_HEIGHT, key=spark.key, title=spark.title, description=describe_spark(spark)
    )
    plot = Area(start=0, end=SPARK.width, top=4, bottom=SPARK_HEIGHT - 4)
    draw_course(canvas, spark.amounts, plot=plot, scale=scale_of(spark.unit, spark.amounts))
    return canvas


def scale_of(unit: Unit, amounts: Sequence[Amount]) -> Scale:
    """The scale that all of these share."""
    values = [amount.value for amount in amounts if amount.value is not None]
    if unit is Unit.PERCENT:
        return of_hundred()
    return of_durations(values) if unit is Unit.HOURS else from_nothing(values)


def draw_course(canvas: Canvas, amounts: Sequence[Amount], *, plot: Area, scale: Scale) -> None:
    """A line with its gaps and its newest point."""
    at = _places(len(amounts), plot=plot, scale=scale)
    half = (plot.width - 8) / max(len(amounts) - 1, 1) / 2
    for hidden in runs([True if amount.is_hidden else None for amount in amounts]):
        first, last = at(hidden[0][0], scale.low)[0], at(hidden[-1][0], scale.low)[0]
        start, end = max(first - half, plot.start), min(last + half, plot.end)
        canvas.fill(Area(start=start, end=end, top=plot.top, bottom=plot.bottom), "gap", "chart-gap")
    newest = None
    for run in runs([amount.value for amount in amounts]):
        points = [at(*point) for point in run]
        newest = points[-1]
        if len(points) > 1:
            canvas.path(points, "chart-line chart-line--main chart-line--thin")
        else:
            canvas.dot(newest, "chart-dot--main", radius=2)
    if newest is not None:
        canvas.dot(newest, "chart-dot--main", radius=4)


def _places(number: int, *, plot: Area, scale: Scale) -> Callable[[int, float], Point]:
    step = (plot.width - 8) / max(number - 1, 1)

    def at(index: int, value: float) -> Point:
        return plot.start + 4 + index * step, plot.bottom - scale.part(value) * plot.height

    return at


def _draw_panel(canvas: Canvas, multiples: Multiples, panel: Panel, *, place: Area, scale: Scale) -> None:
    newest = panel.amounts[-1] if panel.amounts else NOTHING
    number = why_none_short(newest.status) if newest.value is None else say_short(newest.value, multiples.unit)
    canvas.text((place.start, place.top + 15), wrap(panel.name, width=place.width, most=1)[0], "chart-text--name")
    canvas.text((place.start, place.top + 33), number, "chart-text--number chart-text--main")
    plot = Area(start=place.start, end=place.end, top=place.top + HEAD, bottom=place.top + HEAD + PLOT)
    canvas.line((plot.start, plot.top), (plot.end, plot.top), "chart-grid")
    canvas.line((plot.start, plot.bottom), (plot.end, plot.bottom), "chart-base")
    draw_course(canvas, panel.amounts, plot=plot, scale=scale)
    step = (plot.width - 8) / max(len(panel.amounts) - 1, 1)
    for index, amount in enumerate(panel.amounts):
        along = plot.start + 4 + (index - 0.5) * step
        told = f"{panel.name}, {multiples.periods[index].name}: {say_amount(amount, multiples.unit)}"
        canvas.rect(Area(start=along, end=along + step, top=plot.top, bottom=plot.bottom), "chart-told", told=told)
