"""The numbers behind a chart as a table for programs: the printed ones, and no others."""

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.opendata import csvw, metadata, table
from leeward.foundation.web.access import public
from leeward.foundation.web.charts.tables import table_of
from leeward.policy.statistics.dashboard.board import FACTS
from leeward.policy.statistics.dashboard.tiles import Tile, find_tile, is_by_week
from leeward.policy.statistics.queries.origin import is_made_up
from leeward.policy.statistics.queries.series import series
from leeward.policy.statistics.queries.tables import OBSERVATIONS
from leeward.policy.statistics.records import Breakdown, Frequency, Series
from leeward.policy.statistics.rules.measures import BREAKDOWN_STEP
from leeward.policy.statistics.rules.method import METHOD_VERSION
from leeward.policy.statistics.views.asking import check_asked, of_platform, open_file

COLUMNS = {each.name: (each.datatype, each.description) for each in OBSERVATIONS if each.name != "scope"}
HEAD = tuple(COLUMNS)
KEY = ("indicator", "step", "period", "breakdown", "code")


@public
@require_safe
@open_file
def chart_csv(request: HttpRequest, key: str) -> HttpResponse:
    """One chart's series by month, or by week for ?by=week; a chart of other things as its table."""
    check_asked(request, by=(Frequency.WEEK, Frequency.MONTH) if is_by_week(key) else (Frequency.MONTH,))
    step = Frequency(request.GET.get("by", Frequency.MONTH))
    tile = find_tile(key, step=step, now=timezone.now())
    return _as_file(_rows_of(tile, step=step), name=key)


@public
@require_safe
@open_file
def platforms_csv(request: HttpRequest) -> HttpResponse:
    """What the board of platforms tells, by quarter; of one platform for ?platform= with its code."""
    found = of_platform(request, [each for code in FACTS for each in series(code, BREAKDOWN_STEP, Breakdown.PLATFORM)])
    return _as_file([HEAD, *_lines(found)], name="platforms")


@public
@require_safe
@open_file
def chart_metadata(request: HttpRequest, key: str) -> HttpResponse:
    """What the columns of a chart's file mean, as CSV on the Web. Raises EntryUnknown for a chart of other things."""
    tile = find_tile(key, step=Frequency.MONTH, now=timezone.now())
    if not tile.indicators:
        raise EntryUnknown(key)
    return _described(request, reverse("statistics:chart-csv", args=[key]), title=str(tile.chart.title))


@public
@require_safe
@open_file
def platforms_metadata(request: HttpRequest) -> HttpResponse:
    """What the columns of the platforms' file mean, as CSV on the Web."""
    return _described(request, reverse("statistics:platforms-csv"), title="How platforms answer")


def _described(request: HttpRequest, address: str, *, title: str) -> HttpResponse:
    check_asked(request)
    about = "Printed numbers, protected and rounded, each with its range."
    return metadata(csvw(COLUMNS, address=request.build_absolute_uri(address), title=title, about=about, key=KEY))


def _rows_of(tile: Tile, *, step: Frequency) -> list[Sequence[object]]:
    if not tile.indicators:
        table = table_of(tile.chart)
        return [table.head, *table.rows]
    found = [
        each
        for indicator in tile.indicators
        for each in series(indicator.id, indicator.apart_step if tile.breakdown else step, tile.breakdown)
    ]
    return [HEAD, *_lines(found)]


def _lines(found: Iterable[Series]) -> Iterable[Sequence[object]]:
    for each in found:
        for point in each.points:
            yield (
                each.indicator.id,
                each.step.value,
                point.period,
                point.start.isoformat(),
                point.end.isoformat(),
                each.breakdown.value if each.breakdown else "",
                each.code,
                each.label,
                "" if point.value is None else point.value,
                *("" if end is None else end for end in point.printed.ends),
                each.indicator.unit.value,
                point.status.value,
                "" if point.numerator is None else point.numerator,
                "" if point.denominator is None else point.denominator,
                METHOD_VERSION,
            )


def _as_file(rows: Iterable[Sequence[object]], *, name: str) -> HttpResponse:
    return table(rows, name=f"made-up-{name}.csv" if is_made_up() else f"{name}.csv")
