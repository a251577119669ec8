"""Numbers as the reader's language writes them, with their unit."""

import math
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from django.utils.translation import get_language, gettext, ngettext, pgettext

from leeward.foundation.protection.printed import UNFINISHED, Doubt, PrintedNumber
from leeward.foundation.protection.tables import Status
from leeward.foundation.web.charts.records import Unit
from leeward.foundation.web.words import word

type Length = Literal["long", "short"]

DAY, WEEK = 24, 7 * 24
# From here on, days and weeks say more than hours.
HOURS_MOST, DAYS_MOST = 2 * DAY, 28 * DAY


def say(value: float, unit: Unit) -> str:
    """Write a number in full: "14 hours", "91%", "1,250"."""
    return _say(value, unit, length="long")


def say_short(value: float, unit: Unit) -> str:
    """Write a number for an axis: "14 hr", "91%", "1,250"."""
    return _say(value, unit, length="short")


def say_amount(amount: PrintedNumber, unit: Unit) -> str:
    """Write a number in full with its range, or why there is none: "20% (18 to 22)", "20%, still changing"."""
    if amount.value is None:
        return why_none(amount.status)
    said = with_range(say(amount.value, unit), amount, unit)
    for doubt in Doubt:
        if doubt in UNFINISHED & amount.why:
            said = gettext("%(number)s, %(why)s") % {"number": said, "why": word(doubt)}
    return said


def with_range(said: str, amount: PrintedNumber, unit: Unit) -> str:
    """Add a number's range to the number in words; nothing of one that is exact, or finer than the words."""
    ends = say_range(amount, unit)
    return gettext("%(number)s (%(range)s)") % {"number": said, "range": ends} if ends else said


def say_share(number: PrintedNumber) -> str:
    """Write a share for a table with signs: "20% (18 to 22)", "20% [e]", "[c]"."""
    if number.value is None:
        return f"[{number.status.value}]"
    sign = f" [{number.status.value}]" if number.status.value else ""
    return with_range(say(number.value, Unit.PERCENT), number, Unit.PERCENT) + sign


def say_range(amount: PrintedNumber, unit: Unit) -> str:
    """Write the two ends of a number's range: "18 to 22", of counts "±2"; "" of hours, which are said coarser."""
    if unit is Unit.HOURS or amount.value is None or amount.low is None or amount.high is None or not amount.has_range:
        return ""
    if unit is Unit.COUNT and amount.value - amount.low == amount.high - amount.value:
        return f"±{format_decimal(amount.high - amount.value, locale=reader())}"
    low, high = (format_decimal(end, locale=reader()) for end in (amount.low, amount.high))
    return gettext("%(low)s to %(high)s") % {"low": low, "high": high}


def say_points(share: float) -> str:
    """Write a difference of two shares of one in points of a hundred, with its sign: "+1.2", "-0.4"."""
    return format_decimal(round(share * 100, 1), format="+0.0;-0.0", locale=reader())


def why_none(status: Status) -> str:
    """Say why there is no number, in words that fit a cell."""
    if status is Status.CONFIDENTIAL:
        return gettext("not shown, to protect people")
    if status is Status.LOW:
        return gettext("nearly none")
    if status is Status.NOT_APPLICABLE:
        return gettext("does not apply")
    return gettext("not measured yet")


def why_none_short(status: Status) -> str:
    """Say why there is no number, in a word or two."""
    if status is Status.CONFIDENTIAL:
        return pgettext("a number", "not shown")
    if status is Status.LOW:
        return gettext("nearly none")
    return pgettext("a number", "none yet")


def reader() -> Locale:
    """Return the locale of the current language; English if it is unknown."""
    try:
        return Locale.parse(get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _say(value: float, unit: Unit, *, length: Length) -> str:
    locale = reader()
    if unit is Unit.PERCENT:
        return format_percent(value / 100, format=None if value == int(value) else _one_place(locale), locale=locale)
    if unit is Unit.HOURS:
        return _duration(value, length=length, locale=locale)
    return format_decimal(value, locale=locale)


def _one_place(locale: Locale) -> str:
    """Return the language's own pattern for per cent, with one decimal place."""
    pattern: str = locale.percent_formats[None].pattern
    return pattern.replace("#,##0", "#,##0.#")


def _duration(hours: float, *, length: Length, locale: Locale) -> str:
    if hours <= HOURS_MOST:
        number, name = hours, "duration-hour"
    elif hours < DAYS_MOST:
        number, name = hours / DAY, "duration-day"
    else:
        number, name = hours / WEEK, "duration-week"
    rounded = round(number) if number >= 10 or name == "duration-hour" else round(number, 1)
    if length == "short":
        return str(format_unit(rounded, name, length=length, locale=locale))
    # Not by Babel: it has no long form of days in some languages, Arabic among them.
    shown, count = {"number": format_decimal(rounded, locale=locale)}, math.ceil(rounded)
    if name == "duration-hour":
        return ngettext("%(number)s hour", "%(number)s hours", count) % shown
    if name == "duration-day":
        return ngettext("%(number)s day", "%(number)s days", count) % shown
    return ngettext("%(number)s week", "%(number)s weeks", count) % shown
