"""The days on which the figures of a period are published: the publisher keeps to them, the calendar shows them."""

from datetime import date, timedelta

from leeward.foundation.protection.periods import Frequency, Period, period_of


def publication_month(period: Period) -> Period:
    """Return the month after which a period can be published: the one in which it ends."""
    return period_of(period.end - timedelta(days=1), step=Frequency.MONTH)


def first_day(month: Period) -> date:
    """Return the day on which a month is published first, as one that still changes."""
    return month.end


def final_day(period: Period, *, follow_up_days: int) -> date:
    """Return the day on which a period is published as final: when its follow-up is over."""
    return publication_month(period).end + timedelta(days=follow_up_days)
