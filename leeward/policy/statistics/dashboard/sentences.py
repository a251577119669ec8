"""The sentences of the statistics: each number with its range, and a comparison only where two ranges lie apart."""

from django.utils.translation import gettext, pgettext

from leeward.foundation.protection.printed import Direction, direction
from leeward.foundation.web.charts.numbers import say, with_range
from leeward.policy.statistics.dashboard.charting import Comparison, period_of, said_of
from leeward.policy.statistics.records import Better, Frequency, Indicator, Point, Series


def sentence_for(series: Series | None) -> str:
    """Say what a series shows, or that it has no number yet."""
    said = said_of(series)
    if series is None or said is None:
        return gettext("There is no number that can be shown yet.")
    told = [_now(series.indicator, said.newest, step=series.step)]
    if said.before is not None and said.before.value is not None:
        told.append(_before(series, said.newest, said.before, step=series.step))
    if said.is_open:
        told.append(gettext("This still changes."))
    return " ".join(told)


def newest_of(series: Series | None) -> str:
    """Say what a series shows for its newest period; "" if it has no number."""
    said = said_of(series)
    return "" if series is None or said is None else _now(series.indicator, said.newest, step=series.step)


def change_since_before(series: Series) -> str:
    """Say how far a number surely rose or fell since the period before; "" if these numbers show no change."""
    said = said_of(series)
    if said is None or said.before is None:
        return ""
    words = {
        Direction.MORE: gettext("rose from %(before)s to %(now)s, %(period)s"),
        Direction.LESS: gettext("fell from %(before)s to %(now)s, %(period)s"),
    }.get(direction(said.before.printed, said.newest.printed), "")
    told = {"before": _say(said.before, series.indicator), "now": _say(said.newest, series.indicator)}
    return words % {**told, "period": period_of(said.newest, step=series.step).name}


def change_over_a_year(series: Series, said: Comparison) -> str:
    """Compare a number with the one a year before; "" if either is unknown."""
    if said.year_before is None or said.newest.value is None or said.year_before.value is None:
        return ""
    found = direction(said.year_before.printed, said.newest.printed)
    before = {"before": _say(said.year_before, series.indicator)}
    return _year_words(found, series.indicator.better) % before


def _now(indicator: Indicator, point: Point, *, step: Frequency) -> str:
    named = {"period": period_of(point, step=step).name, "now": _say(point, indicator)}
    if indicator.sentence:
        return str(indicator.sentence) % named
    return pgettext("title, period and number", "%(title)s, %(period)s: %(now)s.") % {"title": indicator.title, **named}


def _before(series: Series, newest: Point, point: Point, *, step: Frequency) -> str:
    """Say the number of the period before, and whether the newest is more or less."""
    words = {
        Frequency.MONTH: gettext("The month before it was %(value)s."),
        Frequency.QUARTER: gettext("The quarter before it was %(value)s."),
        Frequency.WEEK: gettext("The week before it was %(value)s."),
    }[step]
    told = words % {"value": _say(point, series.indicator)}
    change = {
        Direction.MORE: gettext("It rose."),
        Direction.LESS: gettext("It fell."),
        Direction.SAME: gettext("It stayed the same."),
        Direction.UNSEEN: gettext("That is no change that these numbers can show."),
    }[direction(point.printed, newest.printed)]
    return f"{told} {change}"


def _say(point: Point, indicator: Indicator) -> str:
    assert point.value is not None  # noqa: S101  # `said_of` speaks of numbers alone
    return with_range(say(point.value, indicator.unit), point.printed, indicator.unit)


def _year_words(found: Direction, better: Better) -> str:
    if found is Direction.SAME:
        return gettext("The same as a year before.")
    if found is Direction.UNSEEN:
        return gettext("A year before: %(before)s. That is no change that these numbers can show.")
    if better is Better.NEITHER:
        rose, fell = gettext("More than a year before: %(before)s."), gettext("Less than a year before: %(before)s.")
        return rose if found is Direction.MORE else fell
    if (found is Direction.MORE) is (better is Better.MORE):
        return gettext("Better than a year before: %(before)s.")
    return gettext("Worse than a year before: %(before)s.")
