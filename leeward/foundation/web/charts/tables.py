"""Each chart's numbers as a table: exactly what the picture shows."""

from django.utils.translation import pgettext

from leeward.foundation.web.charts.numbers import say_amount
from leeward.foundation.web.charts.records import Bars, Chart, DataTable, Levels, Trend


def table_of(chart: Chart) -> DataTable:
    """Return a chart's numbers."""
    match chart:
        case Trend():
            return _of_trend(chart)
        case Bars():
            return _of_bars(chart)
        case Levels():
            return DataTable(
                head=(chart.of, *chart.all_names),
                rows=tuple((stack.name, *(str(count) for count in chart.all_counts(stack))) for stack in chart.stacks),
            )


def _of_bars(bars: Bars) -> DataTable:
    rows = tuple((bar.name, say_amount(bar.amount, bars.unit)) for bar in bars.bars)
    return DataTable(head=(bars.of, bars.measure), rows=rows)


def _of_trend(trend: Trend) -> DataTable:
    rows = tuple(
        (period.name, *(say_amount(line.amounts[index], trend.unit) for line in trend.lines))
        for index, period in enumerate(trend.periods)
    )
    return DataTable(head=(pgettext("time", "Period"), *(line.name for line in trend.lines)), rows=rows)
