"""One sentence for each number: what happened in the newest month that is over, and in the one before."""

from django.utils.translation import gettext, pgettext

from leeward.foundation.web.charts.numbers import say
from leeward.policy.statistics.dashboard.charting import Comparison, period_of, said_of
from leeward.policy.statistics.records import Better, Frequency, Indicator, Point, Series


def sentence_for(series: Series | None) -> str:
    """Say what a series shows, or that it has no number yet."""
    said = said_of(series)
    if series is None or said is None:
        return gettext("There is no number that can be shown yet.")
    told = [_now(series.indicator, said.newest, step=series.step)]
    if said.before is not None and said.before.value is not None:
        told.append(_before(series, said.before, step=series.step))
    if said.is_open:
        told.append(gettext("This still changes."))
    return " ".join(told)


def newest_of(series: Series | None) -> str:
    """Say what a series shows for its newest period; "" if it has no number."""
    said = said_of(series)
    return "" if series is None or said is None else _now(series.indicator, said.newest, step=series.step)


def _now(indicator: Indicator, point: Point, *, step: Frequency) -> str:
    assert point.value is not None  # noqa: S101  # `said_of` speaks of numbers alone
    named = {"period": period_of(point, step=step).name, "now": say(point.value, indicator.unit)}
    if indicator.sentence:
        return str(indicator.sentence) % named
    return pgettext("title, period and number", "%(title)s, %(period)s: %(now)s.") % {"title": indicator.title, **named}


def _before(series: Series, point: Point, *, step: Frequency) -> str:
    assert point.value is not None  # noqa: S101  # the caller has looked
    value = say(point.value, series.indicator.unit)
    if step is Frequency.MONTH:
        return gettext("The month before it was %(value)s.") % {"value": value}
    if step is Frequency.QUARTER:
        return gettext("The quarter before it was %(value)s.") % {"value": value}
    return gettext("The week before it was %(value)s.") % {"value": value}


def change_over_a_year(series: Series, said: Comparison) -> str:
    """Compare a number with the one a year before; "" if either is unknown."""
    now, then = said.newest.value, said.year_before.value if said.year_before else None
    if now is None or then is None:
        return ""
    named = {"before": say(then, series.indicator.unit)}
    if now == then:
        return gettext("The same as a year before.")
    better = series.indicator.better
    if better is Better.NEITHER:
        return gettext("A year before: %(before)s.") % named
    if (now > then) is (better is Better.MORE):
        return gettext("Better than a year before: %(before)s.") % named
    return gettext("Worse than a year before: %(before)s.") % named
