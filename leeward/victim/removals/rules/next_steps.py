"""What is done next about a request or a report, at the desk and at a platform, or on whom it waits."""

from dataclasses import dataclass

from leeward.foundation.labels import Labelled, mark
from leeward.victim.removals.rules.states import AT_REST, ENDED, TO_SEND, RequestState, Step, may_advance


class Turn(Labelled):
    """Whose turn it is."""

    DESK = "desk", mark("The desk")
    COLLEAGUE = "colleague", mark("A colleague")
    SECOND_PERSON = "second_person", mark("A second person")
    PERSON = "person", mark("The person")
    PLATFORM = "platform", mark("The platform")
    NOBODY = "nobody", mark("Nobody")


class Next(Labelled):
    """What comes next. The order says which of several comes first; the hint says why, or what it waits for."""

    SETTLE_DELIVERY = (
        "settle_delivery",
        mark("See to the notice"),
        "",
        mark("It did not arrive, or nobody knows whether it did."),
    )
    WRITE_FIRST = (
        "write_first",
        mark("Ask whether they are safe"),
        "",
        mark("They said that they are in danger, and nobody has written yet."),
    )
    ANSWER_PERSON = "answer_person", mark("Read and reply"), "", mark("They wrote last.")
    SETTLE_OBJECTION = (
        "settle_objection",
        mark("Decide the appeal"),
        "",
        mark("The uploader says something against a removal."),
    )
    DECIDE_REVIEW = "decide_review", mark("Decide the review"), "", mark("A colleague asked for a second person.")
    SUPPLY = "supply", mark("Supply what is missing"), "", mark("The platform named something that it misses.")
    SEND = "send", mark("Review and send"), "", mark("Everything is there.")
    CARRY = "carry", mark("Send it by hand"), "", mark("A form to fill in or a letter to post waits for a person.")
    PLACE = "place", mark("Add the address"), "", mark("It has no platform or no law yet.")
    REACH = "reach", mark("Add contact details"), "", mark("Nobody can be reached there yet.")
    CLIMB = "climb", mark("Check the next steps"), "", mark("Their time is over, or they do not say that it is gone.")
    LOOK = "look", mark("Check whether it is gone"), "", mark("Here a machine cannot tell.")
    READ = "read", mark("Read what is new"), "", mark("Something came that nobody at the desk has looked at.")
    LOOKED = (
        "looked",
        mark("Record the check"),
        "",
        mark("Nobody has looked since they handed in, added or changed something."),
    )
    WRITE = (
        "write",
        mark("Write to them"),
        "",
        mark("Nothing is online yet. Tell them what they can do, and that you are there."),
    )
    AWAIT_YES = (
        "await_yes",
        mark("Waits for their yes"),
        "",
        mark("Nothing can be sent until they agree that we write to platforms."),
    )
    AWAIT_REVIEW = "await_review", mark("Awaits a second person"), "", mark("They decide what was asked.")
    AWAIT_SUPERVISOR = (
        "await_supervisor",
        mark("Awaits a supervisor"),
        "",
        mark("They settle what the uploader says."),
    )
    AWAIT_COURIER = (
        "await_courier",
        mark("The notice is on its way"),
        "",
        mark("It is written and has not arrived yet."),
    )
    AWAIT_PLATFORM = "await_platform", mark("Awaits the platform"), "", mark("They have the notice.")
    AWAIT_CHECK = (
        "await_check",
        mark("The monitor looks"),
        "",
        mark("They say that it is not there any more. The monitor looks whether it is so."),
    )
    CLOSE_REQUEST = (
        "close_request",
        mark("Close this request"),
        "",
        mark("They have answered, and no further rung can be taken."),
    )
    CLOSE_REPORT = "close_report", mark("Close the report"), "", mark("Nothing more is open.")
    ASK_TO_CLOSE = "ask_to_close", mark("Ask for a review"), "", mark("A red report is closed by two.")
    NOTHING = (
        "nothing",
        mark("Nothing is to be done"),
        "",
        mark("It is over, or it is gone."),
    )

    @property
    def turn(self) -> Turn:
        """Whose turn it is."""
        return TURNS.get(self, Turn.DESK)


class TheirNext(Labelled):
    """What comes next at the platform. The hint says why, or what it waits for."""

    DECIDE_AGAIN = "decide_again", mark("Decide again"), "", mark("The person concerned asks you to look again.")
    SECOND_LOOK = (
        "second_look",
        mark("Look at the refusal"),
        "",
        mark("A colleague refused it. That counts once a second person has agreed."),
    )
    ANSWER = (
        "answer",
        mark("We have removed it everywhere"),
        "",
        mark("One press says so. If you did something else, answer below."),
    )
    ANSWER_ANEW = (
        "answer_anew",
        mark("We have removed it everywhere"),
        "",
        mark("The desk looked, and it is still up, against your answer. If you did something else, answer below."),
    )
    AWAIT_COPY = (
        "await_copy",
        mark("Ask the desk to send it again"),
        "",
        mark("Your team's present keys do not open this request."),
    )
    AWAIT_HEARER = (
        "await_hearer",
        mark("Awaits a colleague"),
        "",
        mark("The person concerned asks that somebody looks again. You decided it, so a colleague does."),
    )
    AWAIT_SECOND = (
        "await_second",
        mark("Awaits a second person"),
        "",
        mark("A refusal counts once a second person of your team has agreed."),
    )
    AWAIT_HOLDER = "await_holder", mark("Assigned to a colleague"), "", mark("You can answer once it is free.")
    AWAIT_SUPPLY = (
        "await_supply",
        mark("The desk supplies what is missing"),
        "",
        mark("You named something that the notice does not hold."),
    )
    AWAIT_DECISION = (
        "await_decision",
        mark("The desk decides"),
        "",
        mark("It has what the uploader says. What it decides will stand here."),
    )
    AWAIT_LOOK = (
        "await_look",
        mark("The desk looks whether it is gone"),
        "",
        mark("Your answer has arrived. Nothing is asked of you now."),
    )
    NOTHING = "nothing", mark("Nothing is to be done"), "", mark("Nothing is asked of you now.")

    @property
    def turn(self) -> Turn:
        """Whose turn it is."""
        return THEIR_TURNS.get(self, Turn.PLATFORM)


THEIR_TURNS = {
    TheirNext.AWAIT_COPY: Turn.DESK,
    TheirNext.AWAIT_HEARER: Turn.COLLEAGUE,
    TheirNext.AWAIT_SECOND: Turn.SECOND_PERSON,
    TheirNext.AWAIT_HOLDER: Turn.COLLEAGUE,
    TheirNext.AWAIT_SUPPLY: Turn.DESK,
    TheirNext.AWAIT_DECISION: Turn.DESK,
    TheirNext.AWAIT_LOOK: Turn.DESK,
    TheirNext.NOTHING: Turn.NOBODY,
}
TURNS = {
    Next.AWAIT_YES: Turn.PERSON,
    Next.AWAIT_REVIEW: Turn.SECOND_PERSON,
    Next.AWAIT_SUPERVISOR: Turn.SECOND_PERSON,
    Next.AWAIT_COURIER: Turn.NOBODY,
    Next.AWAIT_PLATFORM: Turn.PLATFORM,
    Next.AWAIT_CHECK: Turn.NOBODY,
    Next.NOTHING: Turn.NOBODY,
}
ORDER = {each: place for place, each in enumerate(Next)}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What of one request decides about its next step."""

    state: RequestState
    # They agreed that the desk writes to platforms.
    is_agreed: bool
    # It has a platform and a law, and somebody there can be written to.
    is_placed: bool
    is_reachable: bool
    # A rung was taken on which nothing was sent yet; a further one is proposed.
    has_climbed: bool
    may_climb: bool
    # Its last notice waits for a person to carry it, or did not arrive.
    is_by_hand: bool
    is_undelivered: bool
    is_removed: bool
    is_doubtful: bool
    needs_look: bool
    is_objected: bool
    is_supervisor: bool


@dataclass(frozen=True, kw_only=True)
class TheirStanding:
    """What of one request decides about its platform's next step, for whoever looks at it there."""

    state: RequestState
    is_readable: bool
    # Their last answer was that it is removed, and the desk can look whether it is.
    is_looked_at: bool
    # A colleague has taken it, and the claim holds.
    is_held: bool
    # A refusal waits for a second person; whoever looks can be the one.
    is_refused: bool
    may_confirm: bool
    # The person asks that somebody looks again; whoever looks can be the one.
    is_appealed: bool
    may_hear: bool


def next_at_platform(standing: TheirStanding) -> TheirNext:
    """What the platform does next about one request, or on whom it waits."""
    state = standing.state
    if state in AT_REST or state is RequestState.PREPARED:
        is_looked_at = state is RequestState.DECIDED and standing.is_looked_at
        return TheirNext.AWAIT_LOOK if is_looked_at else TheirNext.NOTHING
    if not standing.is_readable:
        return TheirNext.AWAIT_COPY
    if standing.is_appealed:
        return TheirNext.DECIDE_AGAIN if standing.may_hear else TheirNext.AWAIT_HEARER
    if standing.is_refused:
        return TheirNext.SECOND_LOOK if standing.may_confirm else TheirNext.AWAIT_SECOND
    if state is RequestState.APPEALED:
        return TheirNext.AWAIT_DECISION
    if standing.is_held:
        return TheirNext.AWAIT_HOLDER
    if state is RequestState.INCOMPLETE:
        return TheirNext.AWAIT_SUPPLY
    return TheirNext.ANSWER_ANEW if state is RequestState.STILL_UP else TheirNext.ANSWER


def waits_to_be_sent(state: RequestState, *, has_climbed: bool) -> bool:
    """Whether a request waits for a notice: it never had one, is still up, or a rung was taken."""
    return state in TO_SEND or (has_climbed and may_advance(state, Step.QUEUED))


def next_of_request(standing: Standing) -> Next:
    """What is done next about one request, or on whom it waits."""
    state = standing.state
    if state in ENDED:
        return Next.NOTHING
    if standing.is_objected:
        return Next.SETTLE_OBJECTION if standing.is_supervisor else Next.AWAIT_SUPERVISOR
    if state is RequestState.INCOMPLETE:
        return Next.SUPPLY
    if standing.is_undelivered:
        return Next.SETTLE_DELIVERY
    if state is RequestState.SENDING:
        return Next.CARRY if standing.is_by_hand else Next.AWAIT_COURIER
    if waits_to_be_sent(state, has_climbed=standing.has_climbed):
        return _next_to_send(standing)
    return _next_after_sending(standing)


def _next_after_sending(standing: Standing) -> Next:
    state = standing.state
    if state is RequestState.APPEALED:
        return Next.AWAIT_PLATFORM
    if standing.is_doubtful:
        return Next.LOOK
    if standing.may_climb:
        return Next.CLIMB
    if state in (RequestState.SENT, RequestState.ACKNOWLEDGED):
        return Next.AWAIT_PLATFORM
    if standing.needs_look:
        return Next.READ
    if state is RequestState.DECIDED:
        return Next.AWAIT_CHECK if standing.is_removed else Next.CLOSE_REQUEST
    return Next.NOTHING


def _next_to_send(standing: Standing) -> Next:
    if not standing.is_agreed:
        return Next.AWAIT_YES
    if not standing.is_placed:
        return Next.PLACE
    if standing.may_climb and standing.state is RequestState.STILL_UP and not standing.has_climbed:
        return Next.CLIMB
    return Next.SEND if standing.is_reachable else Next.REACH


def first(steps: list[Next]) -> Next:
    """The step that comes before the others."""
    return min(steps, key=ORDER.__getitem__, default=Next.NOTHING)
