"""Calls that she asked for: good times, at most three attempts, and when they end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from leeward.foundation.kept import Kept
from leeward.foundation.labels import Labelled, mark
from leeward.society.directory.rules.open_time import OpenSpell
from leeward.victim.file.rules.news import STEP, SafeHours
from leeward.victim.helpline.rules.cases import CallOutcome

MOST_ATTEMPTS = 3
BETWEEN_ATTEMPTS = timedelta(hours=4)
SHORTEST = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# How far ahead a call can be agreed.
AHEAD = timedelta(days=14)
# So long after its end somebody may still be noting what came of a call.
NOTING = timedelta(hours=2)
KEPT = timedelta(days=30)
QUARTER = 6  # hours


class CallState(Labelled):
    """How it stands with a call that she asked for."""

    ASKED = "asked", mark("Agreed")
    MISSED = "missed", mark("Waits for another time")
    DONE = "done", mark("Done")
    TRIED_OUT = "tried_out", mark("Tried three times")
    SOMEBODY_ELSE = "somebody_else", mark("Somebody else answered")
    DROPPED = "dropped", mark("Not wanted any more")


class Readiness(Labelled):
    """Whether a call may be made now; `hint` says why not."""

    NOW = "now", mark("Now"), "green"
    EARLY = "early", mark("Not yet"), "yellow", mark("Their time has not begun. Do not call before it.")
    SOON_AGAIN = (
        "soon_again",
        mark("Too soon"),
        "yellow",
        mark("Somebody called less than four hours ago. Wait until four hours are over."),
    )
    OVER = (
        "over",
        mark("Too late"),
        "red",
        mark("Their time is over. Do not call now: somebody may be with them. Ask them for another time."),
    )
    MISSED = "missed", mark("No time agreed"), "grey", mark("They have not named another time yet. Write to them.")
    TRIED_OUT = (
        "tried_out",
        mark("No more calls"),
        "red",
        mark("Three calls reached nobody. We told them that we stop calling. Write to them."),
    )
    SOMEBODY_ELSE = (
        "somebody_else",
        mark("No more calls"),
        "red",
        mark("Somebody else answered. Do not call until they name a time again."),
    )


class Refusal(Labelled):
    """Why a time is no good one."""

    PAST = "past", mark("That time is over, or too close to its end.")
    SHUT = "shut", mark("The helpline is not open all of that time.")
    NOT_HERS = "not_hers", mark("You told us that we can reach you at other hours.")
    ODD = "odd", mark("A time for a call lasts from half an hour to twelve hours, within the next two weeks.")


@dataclass(frozen=True, kw_only=True)
class Window(Kept):
    """From when until when she may be called: aware times."""

    begin: datetime
    end: datetime


def good_times(spells: Iterable[OpenSpell], *, hours: SafeHours | None, now: datetime) -> Iterator[Window]:
    """Yield every stretch in which a call may be agreed: the helpline is open, and she may be reached.

    `spells`: when the helpline is open, sorted and apart. `hours`: in which she may be reached; None where she has not
    said. Stretches begin and end at quarters of an hour, and last at least half an hour.
    """
    last = now + AHEAD
    for spell in spells:
        moment, close = _next_quarter(max(spell.opens_at, now)), min(spell.closes_at, last)
        begin = moment
        while moment < close:
            following = min(moment + STEP, close)
            if hours is not None and not hours.allow(moment):
                yield from _stretch(begin, moment)
                begin = following
            moment = following
        yield from _stretch(begin, moment)


def judge(wanted: Window, good: Iterable[Window], *, spells: Iterable[OpenSpell], now: datetime) -> Refusal | None:
    """Return why a call cannot be agreed for this time; None where it can."""
    if wanted.begin < now:
        return Refusal.PAST
    if not SHORTEST <= wanted.end - wanted.begin <= LONGEST or wanted.end > now + AHEAD:
        return Refusal.ODD
    if any(each.begin <= wanted.begin and wanted.end <= each.end for each in good):
        return None
    is_open = any(each.opens_at <= wanted.begin and wanted.end <= each.closes_at for each in spells)
    return Refusal.NOT_HERS if is_open else Refusal.SHUT


def nearest(wanted: Window, good: Iterable[Window]) -> Window | None:
    """Return a good time that shares most with a wanted one, else the nearest; None where there is none.

    It is as long as the wanted one, or as long as fits there.
    """
    length = min(max(wanted.end - wanted.begin, SHORTEST), LONGEST)

    def distance(each: Window) -> tuple[timedelta, timedelta]:
        shared = min(each.end, wanted.end) - max(each.begin, wanted.begin)
        return -max(shared, timedelta()), abs(each.begin - wanted.begin)

    return min((_fit(wanted, each, length) for each in good), key=distance, default=None)


def quarter_of(at: datetime, *, zone: ZoneInfo) -> datetime:
    """Return where the quarter of a day begins in which a moment lies, by the clock of `zone`."""
    there = at.astimezone(zone)
    return there.replace(hour=there.hour - there.hour % QUARTER, minute=0, second=0, microsecond=0)


def readiness(
    state: CallState, *, window: Window | None, attempts: int, tried_at: datetime | None, now: datetime
) -> Readiness:
    """Return whether a call may be made now, or noted that was made just before. `window`: the time she named."""
    if state in (CallState.DONE, CallState.DROPPED):
        return Readiness.NOW
    if state is CallState.TRIED_OUT or attempts >= MOST_ATTEMPTS:
        return Readiness.TRIED_OUT
    if state is CallState.SOMEBODY_ELSE:
        return Readiness.SOMEBODY_ELSE
    if state is CallState.MISSED or window is None:
        return Readiness.MISSED
    if tried_at is not None and now < tried_at + BETWEEN_ATTEMPTS:
        return Readiness.SOON_AGAIN
    if now < window.begin:
        return Readiness.EARLY
    return Readiness.NOW if now < window.end else Readiness.OVER


def after_call(outcome: CallOutcome, *, window: Window, attempts: int, now: datetime) -> CallState:
    """Return how it stands after a call; `attempts` counts it. Nobody is called again outside the time they named."""
    if outcome is CallOutcome.SPOKE:
        return CallState.DONE
    if outcome is CallOutcome.SOMEBODY_ELSE:
        return CallState.SOMEBODY_ELSE
    if attempts >= MOST_ATTEMPTS:
        return CallState.TRIED_OUT
    return CallState.ASKED if now + BETWEEN_ATTEMPTS < window.end else CallState.MISSED


def _next_quarter(at: datetime) -> datetime:
    past = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at - past + STEP if past else at


def _stretch(begin: datetime, end: datetime) -> Iterator[Window]:
    if end - begin >= SHORTEST:
        yield Window(begin=begin, end=end)


def _fit(wanted: Window, good: Window, length: timedelta) -> Window:
    length = min(length, good.end - good.begin)
    begin = min(max(wanted.begin, good.begin), good.end - length)
    return Window(begin=begin, end=begin + length)
