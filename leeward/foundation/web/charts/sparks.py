"""Lines the size of a word, each to its own scale."""

from collections.abc import Callable, Sequence

from leeward.foundation.protection.printed import PrintedNumber
from leeward.foundation.web.charts.canvas import Area, Canvas, Point
from leeward.foundation.web.charts.describing import describe_spark
from leeward.foundation.web.charts.records import Frame, Spark, Unit
from leeward.foundation.web.charts.scales import Scale, from_nothing, of_durations, of_hundred
from leeward.foundation.web.charts.trends import runs

SPARK = Frame(name="spark", width=132)
SPARK_HEIGHT = 38


def draw_spark(spark: Spark) -> Canvas:
    """Draw a line without axes, its newest point marked."""
    canvas = Canvas(
        frame=SPARK, height=SPARK_HEIGHT, key=spark.key, title=spark.title, description=describe_spark(spark)
    )
    plot = Area(start=0, end=SPARK.width, top=4, bottom=SPARK_HEIGHT - 4)
    _draw_course(canvas, spark.amounts, plot=plot, scale=_scale_of(spark.unit, spark.amounts))
    return canvas


def _scale_of(unit: Unit, amounts: Sequence[PrintedNumber]) -> Scale:
    values = [amount.value for amount in amounts if amount.value is not None]
    if unit is Unit.PERCENT:
        return of_hundred()
    return of_durations(values) if unit is Unit.HOURS else from_nothing(values)


def _draw_course(canvas: Canvas, amounts: Sequence[PrintedNumber], *, plot: Area, scale: Scale) -> None:
    """Draw a line with its gaps and its newest point."""
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
