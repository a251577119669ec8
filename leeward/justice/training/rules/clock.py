"""The refresher clock: when somebody must next pass a course, from what they passed and what has changed since.

The order in which passes became known never matters; each function sorts by day. All days are days of the nation.

- First due: `first_days` after the later of the post's and the requirement's first day. A full pass from before that
  counts at once if it is less than `months` old.
- The first full pass sets the anniversary. A later one between `window_days` before the due day and that day keeps it;
  any other sets it anew, and never brings the next day nearer. The anchor's day is kept apart, so that 29 February
  gives 28, 28, 28 and 29 again.
- A material version on day v brings the due day to v + `refresh_days` for everybody who has passed only older ones. The
  delta of that version lifts this and leaves the anniversary alone; a full pass of that version or a later one does
  both. For who came under the requirement later than v, the days count from when they came.
- By the calendar: due on the last day of the next yearly window; a pass counts for the window in which it lies.
"""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from leeward.foundation.labels import Labelled, mark
from leeward.justice.training.rules.terms import DueState

DAY = timedelta(days=1)
YEAR_MONTHS = 12


class Mode(Labelled):
    """By what the next due day is found."""

    ANNIVERSARY = "anniversary", mark("A fixed time after each pass")
    CALENDAR = "calendar", mark("In the same weeks of each year")


@dataclass(frozen=True, kw_only=True)
class Window:
    """The weeks of each year in which everybody passes: from the first to the last day, as (month, day)."""

    opens: tuple[int, int]
    closes: tuple[int, int]

    def of_year(self, year: int) -> tuple[date, date]:
        """Return the window that opens in a year; it may close in the next one."""
        closing = year + (self.closes < self.opens)
        return clamped(year, *self.opens), clamped(closing, *self.closes)


@dataclass(frozen=True, kw_only=True)
class ClockTerms:
    """What a requirement says of its times. Spans in days, but `months`; `window` is for the calendar alone."""

    from_on: date
    first_days: int = 90
    months: int = YEAR_MONTHS
    window_days: int = 60
    grace_days: int = 30
    refresh_days: int = 60
    mode: Mode = Mode.ANNIVERSARY
    window: Window | None = None


@dataclass(frozen=True)
class Marks:
    """The first day on which somebody is due soon, the due day, and the last one on which they are not lapsed."""

    soon_on: date
    due_on: date
    lapses_on: date


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """The days on which somebody is under a requirement without a break, both included; `until_on` None: still."""

    start_on: date
    until_on: date | None = None


@dataclass(frozen=True, order=True)
class Pass:
    """A pass of one version: of the whole course, or of its delta alone."""

    on: date
    version: int
    is_delta: bool = False


@dataclass(frozen=True, order=True)
class Material:
    """A version that everybody must know, and the day on which it was published."""

    on: date
    version: int


@dataclass(frozen=True, kw_only=True)
class Anniversary:
    """A day from which whole months are counted, so that its day of the month is never lost."""

    anchor: date
    months: int

    @property
    def on(self) -> date:
        """The day that this makes."""
        return add_months(self.anchor, self.months)


@dataclass(frozen=True, kw_only=True)
class Reckoned:
    """When somebody is due, and why. `full_on`: their last full pass. `pending`: the version whose change they miss."""

    due_on: date
    full_on: date | None
    pending: int | None = None


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month; its last one where that month is shorter."""
    count = day.year * YEAR_MONTHS + day.month - 1 + months
    return clamped(count // YEAR_MONTHS, count % YEAR_MONTHS + 1, day.day)


def clamped(year: int, month: int, day: int) -> date:
    """Return that day, or the month's last one where it has none."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def join_posts(posts: Iterable[tuple[date, date | None]], terms: ClockTerms) -> tuple[Stretch, ...]:
    """Return the stretches in which posts, as first and last days, bring somebody under a requirement.

    Posts that follow each other without a day between them are one stretch.
    """
    found: list[Stretch] = []
    for first, last in sorted(posts, key=lambda each: (each[0], each[1] or date.max)):
        start = max(first, terms.from_on)
        if last is not None and last < start:
            continue
        before = found[-1] if found else None
        if before is None or (before.until_on is not None and start > before.until_on + DAY):
            found.append(Stretch(start_on=start, until_on=last))
        elif before.until_on is not None:
            ends = None if last is None else max(last, before.until_on)
            found[-1] = Stretch(start_on=before.start_on, until_on=ends)
    return tuple(found)


def gaps_between(posts: Iterable[tuple[date, date | None]]) -> tuple[tuple[date, date], ...]:
    """Return the days, as first and last, on which somebody had no post between two of them, the earliest first."""
    found: list[tuple[date, date]] = []
    until: date | None = None
    for first, last in sorted(posts, key=lambda each: (each[0], each[1] or date.max)):
        if until is not None and first > until + DAY:
            found.append((until + DAY, first - DAY))
        until = date.max - DAY if last is None else max(last, until or last)
    return tuple(found)


def reckon(terms: ClockTerms, stretch: Stretch, passes: Iterable[Pass], materials: Sequence[Material] = ()) -> Reckoned:
    """Return when somebody is due in a stretch, by what they had passed until its end."""
    known = [each for each in passes if stretch.until_on is None or each.on <= stretch.until_on]
    full = sorted({each.on for each in known if not each.is_delta})
    ahead = _after_passes(terms, stretch, full)
    full_on = full[-1] if full else None
    if ahead is None:
        return Reckoned(due_on=stretch.start_on + timedelta(days=terms.first_days), full_on=full_on)
    missed = [
        (max(each.on, stretch.start_on) + timedelta(days=terms.refresh_days), each.version)
        for each in materials
        if (stretch.until_on is None or each.on <= stretch.until_on) and not _knows(known, each.version)
    ]
    refresh_on, version = min(missed, default=(date.max, 0))
    if refresh_on <= ahead.on:
        return Reckoned(due_on=refresh_on, full_on=full_on, pending=version)
    return Reckoned(due_on=ahead.on, full_on=full_on, pending=version or None)


def marks_of(terms: ClockTerms, due_on: date) -> Marks:
    """Return the days between which a state changes."""
    return Marks(due_on - timedelta(days=terms.window_days), due_on, due_on + timedelta(days=terms.grace_days))


def state_on(day: date, marks: Marks, *, is_exempt: bool = False) -> DueState:
    """Return where somebody stands on a day."""
    if is_exempt:
        return DueState.EXEMPT
    if day < marks.soon_on:
        return DueState.UP_TO_DATE
    if day <= marks.due_on:
        return DueState.DUE_SOON
    return DueState.OVERDUE if day <= marks.lapses_on else DueState.LAPSED


def lately_since(day: date) -> date:
    """Return the day after which a pass lies within the twelve months before another, whatever a requirement says."""
    return add_months(day, -YEAR_MONTHS)


def _after_passes(terms: ClockTerms, stretch: Stretch, full: Sequence[date]) -> Anniversary | None:
    """Return what the full passes, in their order, make of the next day; None where none counts."""
    ahead: Anniversary | None = None
    earlier = [each for each in full if each < stretch.start_on]
    if earlier and add_months(earlier[-1], terms.months) > stretch.start_on:
        for each in earlier:
            ahead = _next(terms, ahead, each)
    for each in full[len(earlier) :]:
        ahead = _next(terms, ahead, each)
    return ahead


def _next(terms: ClockTerms, ahead: Anniversary | None, on: date) -> Anniversary:
    if terms.mode is Mode.CALENDAR and terms.window is not None:
        fresh = Anniversary(anchor=_window_after(terms.window, on), months=0)
    elif ahead and ahead.on - timedelta(days=terms.window_days) <= on <= ahead.on:
        fresh = Anniversary(anchor=ahead.anchor, months=ahead.months + terms.months)
    else:
        fresh = Anniversary(anchor=on, months=terms.months)
    return ahead if ahead and ahead.on > fresh.on else fresh


def _window_after(window: Window, on: date) -> date:
    """Return the last day of the window after a pass: not of the one in which it lies."""
    ahead = (window.of_year(year) for year in range(on.year - 1, on.year + 3))
    return next(closes for opens, closes in ahead if opens > on)


def _knows(passes: Iterable[Pass], version: int) -> bool:
    return any(each.version == version if each.is_delta else each.version >= version for each in passes)
