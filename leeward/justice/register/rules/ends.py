"""When an entry ends, by the rule of its legal basis; months are counted as the law counts them."""

from calendar import monthrange
from datetime import date

from leeward.justice.register.rules.terms import AGE, EndRule

MONTHS_MOST = 1_200


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def ends_on(*, rule: EndRule, months: int, starts_on: date, duty_ends_on: date | None) -> date:
    """The last day of an entry that starts on this day: by the rule, and never later than the months allow."""
    latest = add_months(starts_on, months)
    if rule is EndRule.WITH_DUTY and duty_ends_on is not None:
        return min(latest, duty_ends_on)
    return latest


def was_child(*, born: date, on: date) -> bool:
    """Whether somebody was under 18 on this day. Who is born on 29 February comes of age on 28 February."""
    return on < add_months(born, AGE * 12)
