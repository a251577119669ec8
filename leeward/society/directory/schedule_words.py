"""Opening times in words: a rule as people say it, and the next days on which it opens."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leeward.foundation.days import nation_zone, write_day, write_weekday
from leeward.society.directory.rules.records import Frequency, HolidayHours, Schedule, Weekday
from leeward.society.directory.rules.schedules import Spell, spells_between
from leeward.society.directory.words import DAYS, list_words

NEXT_DAYS = 5
RUN_LEAST = 3
LOOKED_AHEAD = timedelta(days=400)
BYDAY = re.compile(r"(?P<number>[+-]?\d{1,2})?(?P<day>MO|TU|WE|TH|FR|SA|SU)")
ORDINALS: dict[int, str | Promise] = {
    1: gettext_lazy("first"),
    2: gettext_lazy("second"),
    3: gettext_lazy("third"),
    4: gettext_lazy("fourth"),
    5: gettext_lazy("fifth"),
    -1: gettext_lazy("last"),
    -2: gettext_lazy("last but one"),
}


def describe_schedule(schedule: Schedule) -> str:
    """A row in one sentence, such as "Every month on the first Monday, 18:00 to 20:00, from 4 January 2027"."""
    parts = [_days(schedule), _times(schedule), *_span(schedule), *_rest(schedule)]
    said = list_words(tuple(part for part in parts if part))
    words = schedule.description or schedule.notes
    if not said:
        return words
    return f"{said} ({words})" if words else said


def next_spells(schedule: Schedule, *, now: datetime) -> tuple[Spell, ...]:
    """The next spells by this row alone, at most five, as if no day were a holiday."""
    found = spells_between(
        (schedule,),
        zone=nation_zone(),
        holidays=frozenset(),
        holiday_hours=HolidayHours.AS_USUAL,
        start=now,
        end=now + LOOKED_AHEAD,
    )
    return tuple(found[:NEXT_DAYS])


def describe_spell(spell: Spell) -> str:
    """A spell with its day: "Monday 4 January 2027, 18:00 to 20:00"."""
    opens, closes = spell.opens_at.astimezone(nation_zone()), spell.closes_at.astimezone(nation_zone())
    words = {"day": write_weekday(opens), "opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
    return _("%(day)s, %(opens)s to %(closes)s") % words


def read_byday(text: str) -> list[tuple[int | None, Weekday]]:
    """The days of a rule with their number within the month; [] for what cannot be read."""
    found = [BYDAY.fullmatch(part.strip()) for part in text.split(",")] if text else []
    if not all(found):
        return []
    return [(int(each["number"]) if each["number"] else None, Weekday(each["day"])) for each in found if each]


def _days(schedule: Schedule) -> str:
    if schedule.freq is None:
        return "" if schedule.valid_from is None else _special(schedule)
    days = _month_days(schedule.bymonthday) if schedule.bymonthday else _weekdays(schedule.byday)
    step = schedule.interval or 1
    if schedule.freq is Frequency.MONTHLY:
        return ngettext("Every month on %(days)s", "Every %(step)d months on %(days)s", step) % {
            "days": days,
            "step": step,
        }
    return days if step == 1 else _("Every %(step)d weeks on %(days)s") % {"days": days, "step": step}


def _weekdays(text: str) -> str:
    """Days in words; three or more in a row as "Monday to Friday"."""
    pairs = read_byday(text)
    if any(number is not None for number, _weekday in pairs):
        return list_words(tuple(_day(number, weekday) for number, weekday in pairs))
    chosen = {weekday for _number, weekday in pairs}
    runs: list[list[Weekday]] = []
    for weekday in Weekday:
        if weekday in chosen and runs and list(Weekday).index(weekday) - list(Weekday).index(runs[-1][-1]) == 1:
            runs[-1].append(weekday)
        elif weekday in chosen:
            runs.append([weekday])
    return list_words(tuple(part for run in runs for part in _run(run))) or text


def _run(run: list[Weekday]) -> tuple[str, ...]:
    if len(run) < RUN_LEAST:
        return tuple(str(DAYS[weekday]) for weekday in run)
    return (_("%(first)s to %(last)s") % {"first": DAYS[run[0]], "last": DAYS[run[-1]]},)


def _day(number: int | None, day: Weekday) -> str:
    if number is None:
        return str(DAYS[day])
    return _("the %(number)s %(day)s") % {"number": ORDINALS.get(number, str(number)), "day": DAYS[day]}


def _month_days(text: str) -> str:
    words = []
    for part in text.split(","):
        number = int(part) if part.strip().lstrip("+-").isdigit() else 0
        if number == -1:
            words.append(_("the last day"))
        elif number < 0:
            words.append(_("day %(number)d before the end") % {"number": -number})
        else:
            words.append(_("day %(number)d") % {"number": number})
    return list_words(tuple(words))


def _special(schedule: Schedule) -> str:
    if schedule.opens_at is None:
        return _("Closed on %(days)s") % {"days": _range(schedule.valid_from, schedule.valid_to)}
    return _("Open besides on %(days)s") % {"days": _range(schedule.valid_from, schedule.valid_to)}


def _range(first: date | None, last: date | None) -> str:
    if first and last and first != last:
        return _("%(first)s to %(last)s") % {"first": write_day(first), "last": write_day(last)}
    if first and last is None:
        return _("every day from %(first)s") % {"first": write_day(first)}
    return write_day(first) if first else ""


def _times(schedule: Schedule) -> str:
    opens, closes = schedule.opens_at, schedule.closes_at
    if opens is None or closes is None:
        return ""
    if opens == time(0) and closes in (time(23, 59), time(0)):
        return _("all day")
    words = {"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
    if closes <= opens:
        return _("%(opens)s to %(closes)s on the next day") % words
    return _("%(opens)s to %(closes)s") % words


def _span(schedule: Schedule) -> Iterator[str]:
    if schedule.freq is None:
        return
    first, last = schedule.dtstart or schedule.valid_from, schedule.until or schedule.valid_to
    if first:
        yield _("from %(day)s") % {"day": write_day(first)}
    if last:
        yield _("until %(day)s") % {"day": write_day(last)}


def _rest(schedule: Schedule) -> Iterator[str]:
    """What few rules have; said as the standard writes it, so that nothing is left unsaid."""
    if schedule.count:
        yield ngettext("once", "%(count)d times", schedule.count) % {"count": schedule.count}
    if schedule.byweekno:
        yield _("in the weeks %(weeks)s of the year") % {"weeks": schedule.byweekno}
    if schedule.byyearday:
        yield _("on the days %(days)s of the year") % {"days": schedule.byyearday}
