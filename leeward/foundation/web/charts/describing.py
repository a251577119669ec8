"""Descriptions of pictures for people who do not see them; every number is in the table beside the picture."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext, ngettext

from leeward.foundation.protection.printed import Direction, PrintedNumber, direction
from leeward.foundation.web.charts.numbers import say, say_amount
from leeward.foundation.web.charts.records import Bars, Levels, PeriodName, Spark, Trend, Unit


def describe_trend(trend: Trend) -> str:
    """Describe each line's ends and extremes."""
    if not trend.periods:
        return gettext("There are no numbers yet.")
    told = [
        gettext("A line for each of %(lines)s, from %(first)s to %(last)s.")
        % {"lines": _listed(line.name for line in trend.lines), **_ends(trend.periods)}
    ]
    if len(trend.lines) == 1:
        told = [gettext("A line from %(first)s to %(last)s.") % _ends(trend.periods)]
    told += [_course(line.name, line.amounts, trend.periods, trend.unit) for line in trend.lines]
    hidden = sum(amount.is_hidden for amount in trend.lines[0].amounts)
    told += [
        gettext("A level across the chart: %(name)s, %(value)s.")
        % {"name": mark.name, "value": say(mark.value, trend.unit)}
        for mark in trend.marks
    ]
    if hidden:
        told.append(_not_shown(hidden))
    return " ".join(told)


def describe_bars(bars: Bars) -> str:
    """Say what the bars compare, and each bar's number."""
    known = [bar for bar in bars.bars if bar.amount.value is not None]
    if not known:
        return gettext("There are no numbers yet.")
    told = [
        ngettext("%(number)d bar: %(measure)s.", "%(number)d bars: %(measure)s.", len(bars.bars))
        % {"number": len(bars.bars), "measure": bars.measure}
    ]
    told += [f"{bar.name}: {say_amount(bar.amount, bars.unit)}." for bar in bars.bars]
    return " ".join(told)


def describe_levels(levels: Levels) -> str:
    """Describe each group's levels."""
    told = []
    for stack in levels.stacks:
        counts = _listed(
            f"{name} {count}" for name, count in zip(levels.all_names, levels.all_counts(stack), strict=True) if count
        ) or gettext("nothing yet")
        told.append(f"{stack.name}: {counts}.")
    return " ".join(told)


def describe_spark(spark: Spark) -> str:
    """Describe a line's ends and extremes."""
    if not spark.periods:
        return gettext("There are no numbers yet.")
    return _course(spark.title, spark.amounts, spark.periods, spark.unit)


def _course(name: str, amounts: Sequence[PrintedNumber], periods: Sequence[PeriodName], unit: Unit) -> str:
    known = [(amount, period) for amount, period in zip(amounts, periods, strict=True) if amount.value is not None]
    if not known:
        return gettext("%(name)s: no number can be shown.") % {"name": name}
    lowest, highest = (pick(known, key=lambda pair: pair[0].value or 0) for pick in (min, max))
    named = {
        "name": name,
        "newest": say(known[-1][0].value or 0, unit),
        "newest_period": known[-1][1].name,
        "lowest": say(lowest[0].value or 0, unit),
        "lowest_period": lowest[1].name,
        "highest": say(highest[0].value or 0, unit),
        "highest_period": highest[1].name,
    }
    numbers = [amount for amount, _period in known]
    if _stands_apart(lowest[0], numbers, Direction.LESS) and _stands_apart(highest[0], numbers, Direction.MORE):
        return (
            gettext(
                "%(name)s: %(newest)s in %(newest_period)s; lowest %(lowest)s in %(lowest_period)s, highest "
                "%(highest)s in %(highest_period)s."
            )
            % named
        )
    return gettext("%(name)s: %(newest)s in %(newest_period)s; from %(lowest)s to %(highest)s over the time.") % named


def _stands_apart(one: PrintedNumber, numbers: Sequence[PrintedNumber], way: Direction) -> bool:
    """Return whether the range of a number lies apart from those of all others, on that side."""
    return all(direction(other, one) is way for other in numbers if other is not one)


def _not_shown(hidden: int) -> str:
    return ngettext(
        "%(number)d month is not shown, to protect people.",
        "%(number)d months are not shown, to protect people.",
        hidden,
    ) % {"number": hidden}


def _ends(periods: Sequence[PeriodName]) -> dict[str, str]:
    return {"first": periods[0].name, "last": periods[-1].name}


def _listed(names: Iterable[str]) -> str:
    """Join names as the language separates them."""
    return gettext(", ").join(names)
