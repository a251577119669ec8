"""From published series to charts: points become amounts, periods get names in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext

from leeward.foundation.days import write_day
from leeward.foundation.protection.printed import PrintedNumber
from leeward.foundation.web.charts import NOTHING, Mark, PeriodName, Spark, Trend, TrendLine
from leeward.policy.statistics.records import Frequency, Point, Series, Status

# Two years and a little: what a chart shows at most.
MOST_MONTHS, MOST_WEEKS = 26, 53


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The numbers that a sentence compares: the newest final one, the one before it and the one a year before.

    `is_open`: no number is final yet, so the newest is one that still changes.
    """

    newest: Point
    before: Point | None
    year_before: Point | None
    is_open: bool


def amount_of(point: Point | None) -> PrintedNumber:
    """Return a point as a number of a chart."""
    return NOTHING if point is None else point.printed


def period_of(point: Point, *, step: Frequency) -> PeriodName:
    """Return the name of a point's period: the month, the months of a quarter, or the Monday of a week."""
    if step is Frequency.MONTH:
        return PeriodName(name=month_name(point.start), short=date_format(point.start, "M"), year=f"{point.start:%Y}")
    if step is Frequency.QUARTER:
        last = point.end - timedelta(days=1)
        months = {"first": date_format(point.start, "F"), "last": month_name(last)}
        name = gettext("%(first)s to %(last)s") % months
        return PeriodName(name=name, short=date_format(last, "M"), year=f"{point.start:%Y}")
    name = gettext("week from %(day)s") % {"day": write_day(point.start)}
    return PeriodName(name=name, short=date_format(point.start, "j M"), year=f"{point.start:%Y}")


def month_name(day: date) -> str:
    """Return a month and its year: "October 2026"."""
    return date_format(day, "F Y")


def cut(series: Series) -> Series:
    """Return the newest part of a series that a chart can show, without empty periods at its ends."""
    most = MOST_WEEKS if series.step is Frequency.WEEK else MOST_MONTHS
    points = list(series.points)
    while points and points[-1].value is None and points[-1].status is Status.NOT_AVAILABLE:
        points.pop()
    points = points[-most:]
    while points and points[0].value is None and points[0].status is Status.NOT_AVAILABLE:
        points.pop(0)
    return replace(series, points=tuple(points))


def said_of(series: Series | None) -> Comparison | None:
    """Return the numbers to compare; None if the series has none."""
    newest = series.told if series else None
    if series is None or newest is None:
        return None
    known = [point for point in series.points if point.value is not None]
    before = next((point for point in known if point.end == newest.start), None)
    year_ago = newest.start.replace(year=newest.start.year - 1, day=min(newest.start.day, 28))
    year_before = next((point for point in known if point.start == year_ago), None)
    return Comparison(newest=newest, before=before, year_before=year_before, is_open=newest.status is Status.ESTIMATE)


def trend(
    *,
    key: str,
    title: str,
    sentence: str,
    lines: Sequence[tuple[str, Series | None]],
    outer: str = "",
    marks: tuple[Mark, ...] = (),
) -> Trend | None:
    """Return a chart of one or more series over all their periods; None if no series has a number.

    `outer` names the line that bounds the first one's band, if both have numbers.
    """
    found = [(name, cut(series)) for name, series in lines if series is not None]
    found = [(name, series) for name, series in found if series.latest is not None]
    if not found:
        return None
    points = _all_points(series for _name, series in found)
    step = found[0][1].step
    return Trend(
        key=key,
        title=title,
        sentence=sentence,
        periods=tuple(period_of(point, step=step) for point in points.values()),
        lines=tuple(
            TrendLine(name=name, amounts=_along(points, series), outer=len(found) > 1 and name == outer)
            for name, series in found
        ),
        unit=found[0][1].indicator.unit,
        marks=marks,
    )


def spark(*, key: str, title: str, series: Series) -> Spark:
    """Return a series as a line the size of a word."""
    shown = cut(series)
    return Spark(
        key=key,
        title=title,
        periods=tuple(period_of(point, step=shown.step) for point in shown.points),
        amounts=tuple(amount_of(point) for point in shown.points),
        unit=shown.indicator.unit,
    )


def is_hidden(series: Series | None) -> bool:
    """Whether a series has no number to show because all of it is suppressed."""
    statuses = {point.status for point in series.points} if series and series.latest is None else set()
    return Status.CONFIDENTIAL in statuses


def _all_points(found: Iterable[Series]) -> Mapping[date, Point]:
    points = {point.start: point for series in found for point in series.points}
    return {start: points[start] for start in sorted(points)}


def _along(points: Mapping[date, Point], series: Series) -> tuple[PrintedNumber, ...]:
    own = {point.start: point for point in series.points}
    return tuple(amount_of(own.get(start)) for start in points)
