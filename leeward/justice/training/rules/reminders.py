"""When somebody is reminded: 60, 30 and 7 days before they are due, then each week; one series for everything.

Their manager may remind them between two of the series, at most once a day.
"""

from datetime import date, timedelta

from leeward.foundation.labels import Labelled, mark

BEFORE_DAYS = (60, 30, 7)
WEEK = timedelta(days=7)


class NotReminded(Labelled):
    """Why a manager cannot have somebody reminded now."""

    NO_ADDRESS = "no_address", mark("The roster has no work address for this person. Load a roster that has one.")
    NOTHING_DUE = "nothing_due", mark("Nothing is due soon or late for this person, so nobody writes to them.")
    TODAY = "today", mark("This person was reminded today already. You can remind them again tomorrow.")
    ON_ITS_WAY = "on_its_way", mark("A reminder to this person is on its way already.")


def remind_on(due_on: date, *, last_on: date | None) -> date:
    """Return the next day on which somebody is reminded of a due day; `last_on`: when they were reminded last.

    The series writes to nobody twice within a week, also where a new version brings the due day nearer.
    """
    days = [due_on - timedelta(days=each) for each in BEFORE_DAYS]
    if last_on is None:
        return days[0]
    ahead = next((each for each in days if each > last_on), None)
    if ahead is None:
        weeks = max(0, (last_on - due_on) // WEEK + 1)
        ahead = due_on + weeks * WEEK
    return max(ahead, last_on + WEEK)


def why_not_now(
    *, today: date, has_mailbox: bool, soon_on: date | None, last_on: date | None, is_on_its_way: bool
) -> NotReminded | None:
    """Return why somebody cannot be reminded now, None where they can.

    `soon_on`: from when what they take first counts as due soon, None where nothing is asked of them. `last_on`: the
    day of the last reminder that did not fail.
    """
    if not has_mailbox:
        return NotReminded.NO_ADDRESS
    if soon_on is None or soon_on > today:
        return NotReminded.NOTHING_DUE
    if is_on_its_way:
        return NotReminded.ON_ITS_WAY
    return NotReminded.TODAY if last_on is not None and last_on >= today else None
