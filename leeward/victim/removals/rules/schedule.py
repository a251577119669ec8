"""When the monitor looks at an address again: soon after something was said, then now and then; never all the time."""

from collections.abc import Mapping
from datetime import timedelta

from leeward.victim.removals.rules.states import RequestState

# However fast a demonstration's clock runs, one address is left alone for this long.
SHORTEST = timedelta(seconds=10)
# Before anybody has answered: what is there now is how it is known again later.
FIRST_LOOK = timedelta(minutes=2)
# Where nothing was seen at all, once; if that goes on, the address has to wait as all others.
RETRY = timedelta(hours=1)
AFTER_ANSWER = timedelta(minutes=30)
EVERY: Mapping[RequestState, timedelta] = {
    RequestState.SENT: timedelta(hours=12),
    RequestState.ACKNOWLEDGED: timedelta(hours=12),
    RequestState.DECIDED: timedelta(hours=12),
    RequestState.STILL_UP: timedelta(hours=12),
    RequestState.GONE: timedelta(days=7),
}
# Addresses of one site that wait for their turn are spread over this many turns at most.
MOST_TURNS = 360


def look_after(state: RequestState, *, watches: bool, was_seen: bool, pace: float) -> timedelta | None:
    """Return how long after a request came into `state` its address is looked at; None for never."""
    if state is RequestState.DECIDED:
        return _paced(AFTER_ANSWER, pace)
    if state is RequestState.SENT and not was_seen:
        return _paced(FIRST_LOOK, pace)
    return look_again(state, watches=watches, saw_nothing=False, pace=pace)


def look_again(state: RequestState, *, watches: bool, saw_nothing: bool, pace: float) -> timedelta | None:
    """Return the pause before the next look; `watches` says whether she wants removed items to be watched."""
    pause = EVERY.get(state)
    if pause is None or (state is RequestState.GONE and not watches):
        return None
    return _paced(min(RETRY, pause) if saw_nothing else pause, pace)


def wait_for_turn(*, interval: timedelta, waiting: int, draw: float) -> timedelta:
    """Return how long an address waits after its host was asked; `draw` (0 to 1) spreads those of one host."""
    return interval + interval * (draw * min(max(waiting, 0), MOST_TURNS))


def _paced(pause: timedelta, pace: float) -> timedelta:
    return max(pause / pace, SHORTEST)
