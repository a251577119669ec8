"""Where a case stands: events are written, and state, turn and clock are what they make of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from leeward.foundation.labels import Labelled, mark
from leeward.victim.helpline.errors import StepImpossible

CASE_LIFETIME = timedelta(days=730)  # after its last closing; while it is open it is renewed with each event


class CaseState(Labelled):
    """Where a case stands."""

    NEW = "new", mark("New"), "yellow"
    ACTIVE = "active", mark("In work"), "blue"
    WATCHING = "watching", mark("Wait and watch"), "purple"  # nothing to do now; a day to look again is set
    CLOSED = "closed", mark("Closed"), "grey"


class Turn(Labelled):
    """Whose turn it is."""

    US = "us", mark("Ours")
    HER = "her", mark("The person’s")
    NOBODY = "nobody", mark("Nobody’s")


class CaseSource(Labelled):
    """By which door a case came."""

    WEB = "web", mark("Web")
    PHONE = "phone", mark("Phone")
    LETTER = "letter", mark("Letter or mail")
    DESK = "desk", mark("Removal desk")


class EventKind(Labelled):
    """One thing that can happen to a case."""

    OPENED = "opened", mark("They came")
    WROTE = "wrote", mark("They wrote")
    CHANGED = "changed", mark("They changed what they told")
    ANSWERED = "answered", mark("We answered")
    CALLED = "called", mark("We called")
    BAND_SET = "band_set", mark("Urgency set")
    HELP_ASKED = "help_asked", mark("They asked for help")
    HELP_OFFERED = "help_offered", mark("We offered help")
    HELP_ENDED = "help_ended", mark("Help ended")
    CALL_ASKED = "call_asked", mark("They asked for a call")
    CALL_DROPPED = "call_dropped", mark("They do not want the call any more")
    CALL_MISSED = "call_missed", mark("The time for the call has passed")
    SCREENED = "screened", mark("Danger was asked about")
    PLAN_KEPT = "plan_kept", mark("They changed their plan")
    PLAN_SUGGESTED = "plan_suggested", mark("We suggested a change to their plan")
    PLAN_LEFT = "plan_left", mark("They left the suggestion")
    PLAN_SEEN = "plan_seen", mark("The plan was looked at with them")
    MET = "met", mark("They said whether it helped")
    WATCHED = "watched", mark("Set to wait and watch")
    CLOSED = "closed", mark("Closed")
    REOPENED = "reopened", mark("Reopened")
    STOPPED = "stopped", mark("They stopped it")


class Reopening(Labelled):
    """Why a closed case is taken up again."""

    WROTE = "wrote", mark("They wrote")
    CAME_BACK = "came_back", mark("It is online again")
    THREAT = "threat", mark("The threat is there again")
    COURT = "court", mark("Police or court")
    MISTAKE = "mistake", mark("It was closed by mistake")


class CallOutcome(Labelled):
    """What came of a call."""

    SPOKE = "spoke", mark("We spoke")
    NOBODY = "nobody", mark("Nobody answered")
    SOMEBODY_ELSE = "somebody_else", mark("Somebody else answered")


# A word of hers, through whichever door: it starts the clock for the next answer, and opens what was closed.
HERS = frozenset({EventKind.OPENED, EventKind.WROTE, EventKind.CHANGED, EventKind.HELP_ASKED, EventKind.CALL_ASKED})
ENDS = frozenset({EventKind.CLOSED, EventKind.STOPPED})
OF_OPEN_CASES = frozenset(
    {
        EventKind.CALLED,
        EventKind.CALL_MISSED,
        EventKind.HELP_OFFERED,
        EventKind.BAND_SET,
        EventKind.SCREENED,
        EventKind.PLAN_SUGGESTED,
        EventKind.PLAN_SEEN,
    }
)


@dataclass(frozen=True, kw_only=True)
class CaseEvent:
    """One event: what, when, and a word from a fixed list that belongs to it."""

    kind: EventKind
    at: datetime
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What all events of a case make of it.

    `waiting_since`: when she said the first thing that nobody has answered; None where nothing waits.
    `answered_at`: when a human first answered her, `said_at`: when one did so last. `closed_at`: when it was closed;
    None where it is open. `turn_since`: since when it is the turn of whose turn it is.
    """

    state: CaseState
    turn: Turn
    waiting_since: datetime | None
    answered_at: datetime | None
    said_at: datetime | None
    turn_since: datetime | None
    closed_at: datetime | None


def stand(events: Iterable[CaseEvent]) -> Standing:
    """Return where a case stands after these events, the earliest first. Raises StepImpossible.

    An answer ends her waiting; a call does so only when we spoke. After she has stopped it, a word of hers alone opens
    it again: nobody takes it up for her.
    """
    state, turn = CaseState.NEW, Turn.NOBODY
    waiting: datetime | None = None
    answered: datetime | None = None
    said: datetime | None = None
    turn_since: datetime | None = None
    closed: datetime | None = None
    is_stopped = False
    for event in events:
        kind, before = event.kind, turn
        if kind is EventKind.CHANGED and state is CaseState.CLOSED:
            continue
        if kind in HERS:
            waiting, turn, closed, is_stopped = waiting or event.at, Turn.US, None, False
            state = state if state is CaseState.NEW else CaseState.ACTIVE
        elif kind is EventKind.ANSWERED or (kind is EventKind.CALLED and event.code == CallOutcome.SPOKE):
            _must(state is not CaseState.CLOSED)
            waiting, turn, state, answered = None, Turn.HER, CaseState.ACTIVE, answered or event.at
            said = event.at
        elif kind is EventKind.WATCHED:
            _must(state is CaseState.ACTIVE)
            waiting, turn, state = None, Turn.NOBODY, CaseState.WATCHING
        elif kind in ENDS:
            # She stops a closed case too: its keys are with us until she takes them away.
            is_hers = kind is EventKind.STOPPED
            _must(not is_stopped if is_hers else state is not CaseState.CLOSED)
            waiting, turn, state, closed = None, Turn.NOBODY, CaseState.CLOSED, closed or event.at
            is_stopped = is_hers
        elif kind is EventKind.REOPENED:
            _must(state in (CaseState.CLOSED, CaseState.WATCHING) and not is_stopped)
            state, turn, closed = CaseState.ACTIVE, Turn.US, None
            waiting = waiting or event.at
        elif kind in OF_OPEN_CASES:
            _must(state is not CaseState.CLOSED)
        turn_since = event.at if turn is not before else turn_since
    return Standing(
        state=state,
        turn=turn,
        waiting_since=waiting,
        answered_at=answered,
        said_at=said,
        turn_since=turn_since,
        closed_at=closed,
    )


def _must(fits: bool) -> None:  # noqa: FBT001  # reads as a sentence
    if not fits:
        raise StepImpossible
