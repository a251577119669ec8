"""Each chart's numbers as a table: what the picture shows, and nothing that it does not."""

from django.utils.translation import gettext, pgettext

from leeward.policy.statistics.charts.numbers import say_amount
from leeward.policy.statistics.charts.records import Bars, Chart, DataTable, Levels, Multiples, Trend


def table_of(chart: Chart) -> DataTable:
    """A chart's numbers."""
    match chart:
        case Trend():
            return _of_trend(chart)
        case Bars():
            return DataTable(
                head=(chart.of, chart.measure),
                rows=tuple((bar.name, say_amount(bar.amount, chart.unit)) for bar in chart.bars),
            )
        case Levels():
            return DataTable(
                head=(chart.of, *chart.all_names),
                rows=tuple((stack.name, *(str(count) for count in chart.all_counts(stack))) for stack in chart.stacks),
            )
        case Multiples():
            return _of_multiples(chart)


def _of_trend(trend: Trend) -> DataTable:
    rows = tuple(
        (period.name, *(say_amount(line.amounts[index], trend.unit) for line in trend.lines))
        for index, period in enumerate(trend.periods)
    )
    return DataTable(head=(pgettext("time", "Period"), *(line.name for line in trend.lines)), rows=rows)


def _of_multiples(multiples: Multiples) -> DataTable:
    rows = tuple(
        (panel.name, period.name, say_amount(amount, multiples.unit))
        for panel in multiples.panels
        for period, amount in zip(multiples.periods, panel.amounts, strict=True)
    )
    return DataTable(head=(multiples.of, pgettext("time", "Period"), gettext("Number")), rows=rows)
