"""Where a turn stands: events are written, and the state is what they make of it.

A referral has up to three turns, in the person's order. One alone is with its receiver; those behind it are asleep.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from leeward.foundation.labels import Labelled, mark
from leeward.victim.network.errors import StepImpossible


class TurnState(Labelled):
    """Where one turn stands."""

    DRAFTED = "drafted", mark("Prepared"), "grey"
    AGREED = "agreed", mark("Queued"), "grey"  # asleep: the receiver can open nothing
    OFFERED = "offered", mark("Asked"), "blue"
    ASKED = "asked", mark("Question asked"), "yellow"
    ACCEPTED = "accepted", mark("Accepted"), "green"
    STARTED = "started", mark("Started"), "green"
    WAITING = "waiting", mark("On hold"), "purple"
    DONE = "done", mark("Done"), "green"
    FAILED = "failed", mark("Unsuccessful"), "red"
    DECLINED = "declined", mark("Declined"), "red"
    EXPIRED = "expired", mark("No answer in time"), "red"
    PASSED_OVER = "passed_over", mark("Could not be asked"), "grey"
    UNUSED = "unused", mark("Not needed"), "grey"
    WITHDRAWN = "withdrawn", mark("Withdrawn"), "grey"


class Act(Labelled):
    """One thing that can happen to a turn."""

    AGREED = "agreed", mark("The person said yes")
    OVERRIDDEN = "overridden", mark("Two people decided to pass it on without their yes")
    OFFERED = "offered", mark("It was their turn")
    ASKED = "asked", mark("They asked something")
    REPLIED = "replied", mark("They got an answer")
    REMINDED = "reminded", mark("Half of the time was over")
    ACCEPTED = "accepted", mark("They said that they will help")
    DECLINED = "declined", mark("They said that they cannot")
    EXPIRED = "expired", mark("The time was over")
    STARTED = "started", mark("They began")
    WAITED = "waited", mark("On hold")
    DONE = "done", mark("They said that it is done")
    FAILED = "failed", mark("They said that it did not work")
    PASSED_OVER = "passed_over", mark("They could not be asked")
    UNUSED = "unused", mark("It was not needed any more")
    WITHDRAWN = "withdrawn", mark("Withdrawn")


class DeclineReason(Labelled):
    """Why a receiver cannot help."""

    NO_ROOM = "no_room", mark("We have no room")
    NOT_FOR_US = "not_for_us", mark("This is not what we do")
    AREA = "area", mark("We do not work in this area")
    CONFLICT = "conflict", mark("We know or help somebody who is involved")
    UNSAFE = "unsafe", mark("It would not be safe with us")
    LANGUAGE = "language", mark("Nobody here speaks the language")
    OTHER = "other", mark("Something else")


class DoneAs(Labelled):
    """What came of it where it was done."""

    GOT_IT = "got_it", mark("The person got what they were sent for")
    PARTLY = "partly", mark("The person got a part of it")
    PASSED_ON = "passed_on", mark("Somebody else helps the person now")


class FailedAs(Labelled):
    """Why it did not work."""

    UNREACHED = "unreached", mark("We could not reach the person")
    UNWANTED = "unwanted", mark("The person does not want it any more")
    NOT_ENTITLED = "not_entitled", mark("The person has no right to it")
    STOPPED = "stopped", mark("We had to stop")


class InTouch(Labelled):
    """Whether they got in touch, as the person says."""

    YES = "yes", mark("Yes")
    NO = "no", mark("No")


class ToldAgain(Labelled):
    """Whether the person had to tell it again, as they say."""

    NO = "no", mark("No")
    PARTLY = "partly", mark("A part of it")
    ALL = "all", mark("All of it")


class ReferralState(Labelled):
    """Where a whole referral stands, as its turns make it."""

    DRAFTED = "drafted", mark("Awaits consent"), "yellow"
    OPEN = "open", mark("With a service"), "blue"
    BETWEEN = "between", mark("Passed to the next"), "blue"
    HELPED = "helped", mark("Done"), "green"
    RETURNED = "returned", mark("Came back"), "red"
    WITHDRAWN = "withdrawn", mark("Withdrawn"), "grey"


# While it stands so, it is with its receiver; at most one turn of a referral does.
OPEN = frozenset({TurnState.OFFERED, TurnState.ASKED, TurnState.ACCEPTED, TurnState.STARTED, TurnState.WAITING})
# Its receiver has not said yet whether they will help: the first clock runs.
UNANSWERED = frozenset({TurnState.OFFERED, TurnState.ASKED})
TAKEN_ON = OPEN - UNANSWERED
AHEAD = frozenset({TurnState.DRAFTED, TurnState.AGREED})
# Its receiver can open it: what is done stays with them until the end that the person named.
READABLE = OPEN | {TurnState.DONE}

# Why a turn ended whose link went to a mailbox that was corrected.
MAILBOX_CORRECTED = "mailbox"
# Why a turn ended that came to a member where nobody could read it.
UNREAD = "unread"

# From which states an act leads where.
STEPS: Mapping[Act, tuple[frozenset[TurnState], TurnState]] = MappingProxyType(
    {
        Act.AGREED: (frozenset({TurnState.DRAFTED}), TurnState.AGREED),
        Act.OVERRIDDEN: (frozenset({TurnState.DRAFTED}), TurnState.AGREED),
        Act.OFFERED: (frozenset({TurnState.AGREED}), TurnState.OFFERED),
        Act.ASKED: (frozenset({TurnState.OFFERED}), TurnState.ASKED),
        Act.REPLIED: (frozenset({TurnState.ASKED}), TurnState.OFFERED),
        Act.ACCEPTED: (UNANSWERED, TurnState.ACCEPTED),
        Act.DECLINED: (UNANSWERED, TurnState.DECLINED),
        Act.EXPIRED: (OPEN, TurnState.EXPIRED),
        Act.STARTED: (frozenset({TurnState.ACCEPTED, TurnState.WAITING}), TurnState.STARTED),
        Act.WAITED: (frozenset({TurnState.STARTED}), TurnState.WAITING),
        Act.DONE: (TAKEN_ON, TurnState.DONE),
        Act.FAILED: (TAKEN_ON, TurnState.FAILED),
        Act.PASSED_OVER: (OPEN | {TurnState.AGREED}, TurnState.PASSED_OVER),
        Act.UNUSED: (AHEAD, TurnState.UNUSED),
        Act.WITHDRAWN: (OPEN | AHEAD, TurnState.WITHDRAWN),
    }
)


def step(state: TurnState, act: Act) -> TurnState:
    """Return where a turn stands after an act. Raises StepImpossible."""
    if act is Act.REMINDED and state in OPEN:
        return state
    fitting, following = STEPS.get(act, (frozenset(), state))
    if state not in fitting:
        raise StepImpossible
    return following


def why_over(state: TurnState, *, due_at: datetime | None, ends_at: datetime, now: datetime) -> str:
    """Return why the time of an open turn is over, as the code of its end; "" while it is not.

    `due_at`: until when the receiver answers. `ends_at`: from when on no receiver can open anything of it.
    """
    if state not in OPEN:
        return ""
    if now >= ends_at:
        return "end"
    return "no_answer" if state in UNANSWERED and due_at is not None and now >= due_at else ""


def stand(acts: Iterable[Act]) -> TurnState:
    """Return where a turn stands after these acts, the earliest first. Raises StepImpossible."""
    state = TurnState.DRAFTED
    for act in acts:
        state = step(state, act)
    return state


def whole(turns: Sequence[TurnState]) -> ReferralState:
    """Return where a referral with these turns stands; none of them is forgotten, and it is never nowhere."""
    states = frozenset(turns)
    if TurnState.DRAFTED in states:
        return ReferralState.DRAFTED
    if states & OPEN:
        return ReferralState.OPEN
    if TurnState.WITHDRAWN in states:
        return ReferralState.WITHDRAWN
    if TurnState.DONE in states:
        return ReferralState.HELPED
    return ReferralState.BETWEEN if TurnState.AGREED in states else ReferralState.RETURNED


def ends_all(act: Act, code: str) -> bool:
    """Whether after this act nobody else is asked: it is done, or the person does not want it any more."""
    return act is Act.DONE or (act is Act.FAILED and code == FailedAs.UNWANTED)
