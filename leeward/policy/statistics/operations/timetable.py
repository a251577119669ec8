"""The timetable of the figures between releases: when the publisher is due, and when it has published."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Min, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext

from leeward.foundation.editions.records import CalendarDay
from leeward.foundation.protection.periods import Frequency, Period, period_of, periods_between
from leeward.foundation.protection.tables import Status
from leeward.policy.statistics.models import Gathering, PublishedCount
from leeward.policy.statistics.operations.sources import SOURCES, FigureSource, first_counted_day
from leeward.policy.statistics.rules.measures import FOLLOW_UP_DAYS, RECIPES
from leeward.policy.statistics.rules.schedule import final_day, first_day

# So far before and after today the calendar reaches.
AROUND = timedelta(days=190)
_FLOWS = {measure for recipe in RECIPES.values() if not recipe.is_snapshot for measure in recipe.measures}
_FOLLOW_UP = {
    measure: max(recipe.follow_up_days for recipe in RECIPES.values() if measure in recipe.measures)
    for measure in _FLOWS
}


def publication_days(today: date) -> Iterator[CalendarDay]:
    """Yield each first and final publication that is due around a day, with when it happened."""
    counted = first_counted_day()
    for step in (Frequency.MONTH, Frequency.QUARTER):
        follow_ups = sorted({source.follow_up_days for source in _flow_sources(step)} - {0})
        earliest = today - AROUND - timedelta(days=FOLLOW_UP_DAYS)
        for period in periods_between(period_of(earliest, step=step), period_of(today + AROUND, step=step)):
            gathered = list(Gathering.objects.filter(step=step.value, start=period.start))
            found = [_first(period, gathered)] if step is Frequency.MONTH else []
            if gathered or (counted and period.end > counted):
                found += [day for days in follow_ups if (day := _final(period, days, gathered)) is not None]
            yield from (each for each in found if abs(each.on - today) <= AROUND)


def _flow_sources(step: Frequency) -> list[FigureSource]:
    return [source for source in SOURCES.values() if not source.is_snapshot and step in source.steps]


def _first(month: Period, gathered: Sequence[Gathering]) -> CalendarDay:
    """Return the first publication of a month: of how things stood at its end, and of what happened in it."""
    due = first_day(month)
    out = _earliest(PublishedCount.objects.filter(step=month.step.value, start=month.start), since=due)
    title = gettext("Figures of %(month)s, still changing") % {"month": _said(month)}
    return _day(f"{month.name}-first", title, due=due, out=out, gathered=gathered)


def _final(period: Period, days: int, gathered: Sequence[Gathering]) -> CalendarDay | None:
    """Return the final publication of what is followed for so many days.

    What was taken in from elsewhere is closed at once, after the longest follow-up.
    """
    foreign = [row for row in gathered if row.source not in SOURCES]
    if foreign and days != FOLLOW_UP_DAYS:
        return None
    names = {source.name for source in _flow_sources(period.step) if source.follow_up_days == days}
    rows = foreign or [row for row in gathered if row.source in names]
    due, out = final_day(period, follow_up_days=days), None
    if rows and (foreign or names == {row.source for row in rows}) and all(row.is_final for row in rows):
        measures = [measure for measure, followed in _FOLLOW_UP.items() if foreign or followed == days]
        counts = PublishedCount.objects.filter(measure__in=measures, step=period.step.value, start=period.start)
        told = [_earliest(counts.exclude(status=Status.ESTIMATE.value), since=due)]
        if all(row.published_at for row in rows):
            told.append(max(_utc_day(row.published_at) for row in rows if row.published_at))
        out = min(filter(None, told), default=None)
    said = {"period": _said(period), "days": days}
    title = (
        gettext("Final figures of %(period)s and its weeks, followed for %(days)d days")
        if period.step is Frequency.MONTH
        else gettext("Final figures of %(period)s by platform and group, followed for %(days)d days")
    )
    return _day(f"{period.name}-final-{days}", title % said, due=due, out=out, gathered=gathered)


def _day(code: str, title: str, *, due: date, out: date | None, gathered: Sequence[Gathering]) -> CalendarDay:
    """Return a day of the calendar. What was taken in later than its day was never due on it."""
    is_foreign = any(row.source not in SOURCES for row in gathered)
    was_due = not (is_foreign and out and out > due)
    return CalendarDay(code=code, title=title, due_on=due if was_due else None, out_on=out)


def _earliest(counts: QuerySet[PublishedCount], *, since: date) -> date | None:
    """Return the first day from `since` on, on which one of these was published."""
    begin = datetime.combine(since, time(), UTC)
    found: datetime | None = counts.filter(published_at__gte=begin).aggregate(first=Min("published_at"))["first"]
    return _utc_day(found) if found else None


def _utc_day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _said(period: Period) -> str:
    """Name a month, or the months of a quarter, in words."""
    if period.step is Frequency.MONTH:
        return date_format(period.start, "F Y")
    last = date_format(period.end - timedelta(days=1), "F Y")
    return gettext("%(first)s to %(last)s") % {"first": date_format(period.start, "F"), "last": last}
