"""Where a place of an order stands for the person shown: by the desk's request, and by what its company says.

A company may be served and answer at its own door before the desk has sent anything. So a request that still waits
tells what the order's target tells.
"""

from leeward.justice.courts.rules.terms import PlaceState, TargetState
from leeward.victim.removals.rules.states import BEFORE_SENT, RequestState

R, T, P = RequestState, TargetState, PlaceState
_ANSWERED = {R.DECIDED: P.ANSWERED, R.GONE: P.GONE, R.STILL_UP: P.STILL_UP, R.CLOSED: P.ENDED, R.WITHDRAWN: P.ENDED}
_SAID = {T.GIVEN_EFFECT: P.SAID_DONE, T.SEEN_DONE: P.GONE, T.PARTLY: P.PARTLY, T.CONTRADICTED: P.STILL_UP}
_SERVED = frozenset({T.SERVED, T.RECEIVED, T.STAYED, T.RETURNED})


def place_state(request: RequestState, target: TargetState | None) -> tuple[PlaceState, bool]:
    """Return where a place stands, and whether it is the order's target that says so (None: no company has one)."""
    if request in _ANSWERED:
        return _ANSWERED[request], False
    if target in _SAID:
        return _SAID[target], True
    if request in BEFORE_SENT:
        return (P.ASKED, True) if target in _SERVED else (P.PREPARED, False)
    return P.ASKED, False
