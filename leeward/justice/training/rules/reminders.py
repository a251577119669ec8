"""When somebody is reminded: 60, 30 and 7 days before they are due, then each week; one series for everything."""

from datetime import date, timedelta

BEFORE_DAYS = (60, 30, 7)
WEEK = timedelta(days=7)


def remind_on(due_on: date, *, last_on: date | None) -> date:
    """Return the next day on which somebody is reminded of a due day; `last_on`: when they were reminded last.

    Nobody is written to twice within a week, also where a new version brings the due day nearer.
    """
    days = [due_on - timedelta(days=each) for each in BEFORE_DAYS]
    if last_on is None:
        return days[0]
    ahead = next((each for each in days if each > last_on), None)
    if ahead is None:
        weeks = max(0, (last_on - due_on) // WEEK + 1)
        ahead = due_on + weeks * WEEK
    return max(ahead, last_on + WEEK)
