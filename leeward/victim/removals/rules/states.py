"""Where a request can stand, which step leads where, and what each step does to the law's clock.

A request never jumps: an event is the write, the state is what the events make of it, and `advance` is the only road.
"""

from collections.abc import Iterable, Mapping

from leeward.foundation.labels import Labelled, mark
from leeward.industry.duties.rules import ClockEventKind
from leeward.victim.removals.errors import StepImpossible


class RequestState(Labelled):
    """Where one request stands."""

    PREPARED = "prepared", mark("Not sent yet"), "yellow"  # noted, nothing sent yet
    SENDING = "sending", mark("Written, not arrived yet"), "blue"
    SENT = "sent", mark("Sent"), "blue"  # the notice reached the platform
    ACKNOWLEDGED = "acknowledged", mark("In progress"), "blue"
    # the platform named a missing element; its clock stands still
    INCOMPLETE = "incomplete", mark("Information missing"), "orange"
    DECIDED = "decided", mark("Answered"), "teal"
    GONE = "gone", mark("Gone, checked by us"), "green"  # we looked, and it is not there any more
    STILL_UP = "still_up", mark("Still online, against their answer"), "red"  # they say removed, we see it
    APPEALED = "appealed", mark("Under review"), "purple"
    CLOSED = "closed", mark("Closed"), "grey"  # nothing more will be done
    WITHDRAWN = "withdrawn", mark("Withdrawn by the person"), "grey"


class Step(Labelled):
    """One thing that can happen to a request."""

    QUEUED = "queued", mark("Notice made")  # a notice was handed to the outbox
    UNSENT = "unsent", mark("Notice could not be delivered")
    RECALLED = "recalled", mark("Notice withdrawn before sending")
    SENT = "sent", mark("Notice sent")  # it was delivered; the law's clock starts here where receipt is what counts
    ACKNOWLEDGED = "acknowledged", mark("They have begun")
    FOUND_INCOMPLETE = "found_incomplete", mark("Missing information named")
    COMPLETED = "completed", mark("Missing information supplied")
    DECIDED_REMOVED = "decided_removed", mark("They say it is removed")
    # refused, not found, or an action that leaves it up or part of it
    DECIDED_KEPT = "decided_kept", mark("They answered, and do not say that it is removed")
    SEEN_GONE = "seen_gone", mark("Checked: gone")
    SEEN_UP = "seen_up", mark("Checked: still online")
    SEEN_UNSURE = "seen_unsure", mark("Checked: not sure")
    # it was gone and is up again: this one ends, and a child asks anew
    CAME_BACK = "came_back", mark("Checked: online again, new request made")
    APPEALED = "appealed", mark("Review requested")
    APPEAL_UPHELD = "appeal_upheld", mark("Answer upheld")
    # the answer is turned round: it is removed after all
    APPEAL_REVERSED = "appeal_reversed", mark("Answer reversed")
    # an uploader's counter-notice was right: it is up again, lawfully
    RESTORED = "restored", mark("Lawful: the item may be restored")
    ESCALATED = "escalated", mark("Next step taken")
    CORRECTED = "corrected", mark("Earlier entry corrected")
    CLOSED = "closed", mark("Closed")
    REOPENED = "reopened", mark("Reopened")
    WITHDRAWN = "withdrawn", mark("Withdrawn by the person")


S, T = RequestState, Step
WAITING = frozenset({S.SENT, S.ACKNOWLEDGED, S.INCOMPLETE, S.STILL_UP})
OPEN_STATES = frozenset(
    {S.PREPARED, S.SENDING, S.SENT, S.ACKNOWLEDGED, S.INCOMPLETE, S.DECIDED, S.STILL_UP, S.APPEALED}
)
# What a platform sees and may answer: also what is on its way, for a mail or a webhook may outrun our own note of it.
AT_PLATFORM = frozenset({S.SENDING, S.SENT, S.ACKNOWLEDGED, S.INCOMPLETE, S.STILL_UP, S.APPEALED})
ENDED = frozenset({S.CLOSED, S.WITHDRAWN})
# In these a request waits to be sent at all; in others it can be sent again on another rung.
TO_SEND = frozenset({S.PREPARED, S.STILL_UP})
# The desk's own promise runs in these, until the first notice has arrived.
BEFORE_SENT = frozenset({S.PREPARED, S.SENDING})
# Nobody works on these just now.
AT_REST = ENDED | {S.DECIDED, S.GONE}

# None: the state stays as it is.
_MOVES: Mapping[Step, tuple[frozenset[RequestState], RequestState | None]] = {
    T.QUEUED: (frozenset({S.PREPARED, S.STILL_UP, S.DECIDED, S.SENT, S.ACKNOWLEDGED, S.INCOMPLETE}), S.SENDING),
    T.UNSENT: (frozenset({S.SENDING}), S.PREPARED),
    T.RECALLED: (frozenset({S.SENDING}), S.PREPARED),
    T.SENT: (frozenset({S.SENDING, S.PREPARED}), S.SENT),
    T.ACKNOWLEDGED: (frozenset({S.SENT, S.ACKNOWLEDGED}), S.ACKNOWLEDGED),
    T.FOUND_INCOMPLETE: (frozenset({S.SENT, S.ACKNOWLEDGED, S.STILL_UP}), S.INCOMPLETE),
    T.COMPLETED: (frozenset({S.SENDING}), S.SENT),  # by a corrected notice, once it has arrived
    T.DECIDED_REMOVED: (WAITING | {S.DECIDED, S.APPEALED, S.SENDING}, S.DECIDED),
    T.DECIDED_KEPT: (WAITING | {S.SENDING}, S.DECIDED),
    T.SEEN_GONE: (OPEN_STATES | {S.GONE}, S.GONE),
    T.SEEN_UP: (OPEN_STATES, None),
    T.SEEN_UNSURE: (OPEN_STATES | {S.GONE}, None),
    T.CAME_BACK: (frozenset({S.GONE}), S.CLOSED),
    T.APPEALED: (frozenset({S.DECIDED, S.STILL_UP, S.GONE}), S.APPEALED),
    T.APPEAL_UPHELD: (frozenset({S.APPEALED}), S.DECIDED),
    T.APPEAL_REVERSED: (frozenset({S.APPEALED}), S.DECIDED),
    T.RESTORED: (frozenset({S.APPEALED, S.DECIDED, S.GONE}), S.CLOSED),
    T.ESCALATED: (OPEN_STATES, None),
    T.CORRECTED: (frozenset(S), None),
    T.CLOSED: (OPEN_STATES | {S.GONE}, S.CLOSED),
    T.REOPENED: (frozenset({S.CLOSED, S.GONE, S.DECIDED}), S.PREPARED),
    T.WITHDRAWN: (OPEN_STATES | {S.GONE}, S.WITHDRAWN),
}

_CLOCK: Mapping[Step, ClockEventKind] = {
    T.SENT: ClockEventKind.SENT,
    T.FOUND_INCOMPLETE: ClockEventKind.PAUSED,
    T.COMPLETED: ClockEventKind.RESUMED,
    T.DECIDED_REMOVED: ClockEventKind.STOPPED,
    T.DECIDED_KEPT: ClockEventKind.STOPPED,
    T.SEEN_GONE: ClockEventKind.STOPPED,
    T.APPEAL_REVERSED: ClockEventKind.STOPPED,
    T.WITHDRAWN: ClockEventKind.STOPPED,
    T.CLOSED: ClockEventKind.STOPPED,
}


def advance(state: RequestState, step: Step, *, was_removed: bool = False) -> RequestState:
    """Return the state to which `step` leads from `state`. Raises StepImpossible.

    `was_removed`: the platform's last answer was that it is removed. Seen up after such an answer is a contradiction.
    """
    allowed, target = _MOVES[step]
    if state not in allowed:
        raise StepImpossible(state=state, step=step)
    if step is Step.SEEN_UP and state is RequestState.DECIDED and was_removed:
        return RequestState.STILL_UP
    return state if target is None else target


def may_advance(state: RequestState, step: Step) -> bool:
    """Whether `step` can be taken from `state`."""
    return state in _MOVES[step][0]


def steps_from(state: RequestState) -> frozenset[Step]:
    """Return every step that can be taken from `state`."""
    return frozenset(step for step, (allowed, _target) in _MOVES.items() if state in allowed)


def clock_effects(step: Step, *, before: RequestState, after: RequestState) -> tuple[ClockEventKind, ...]:
    """Return what a step does to the law's clock. We send only complete notices, so a received one is valid at once."""
    if step is Step.SENT:
        return (ClockEventKind.SENT, ClockEventKind.RECEIVED, ClockEventKind.MADE_VALID)
    if after is RequestState.STILL_UP and before is not RequestState.STILL_UP:
        return (ClockEventKind.REOPENED,)
    effect = _CLOCK.get(step)
    return () if effect is None else (effect,)


def worst(states: Iterable[RequestState]) -> RequestState | None:
    """Return the state that needs attention first; None where there are none."""
    order = list(RequestState)
    urgent = [S.STILL_UP, S.INCOMPLETE, S.PREPARED, S.SENDING, S.SENT, S.ACKNOWLEDGED, S.APPEALED, S.DECIDED]
    ranked = [*urgent, *(state for state in order if state not in urgent)]
    return min(states, key=ranked.index, default=None)


# What somebody else did that she may want to read. What she did herself is no news to her.
NEWS = frozenset(
    {
        Step.DECIDED_REMOVED,
        Step.DECIDED_KEPT,
        Step.SEEN_GONE,
        Step.CAME_BACK,
        Step.APPEAL_UPHELD,
        Step.APPEAL_REVERSED,
        Step.RESTORED,
    }
)
