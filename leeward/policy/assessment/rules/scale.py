"""The scale by which an item is judged, and the standings that a row can have.

"In place with evidence" is earned and not chosen: an item that is in place has it while a piece of evidence is in date.
"Unknown" is no low place on the scale but none at all, and so is "not applicable".
"""

from collections.abc import Mapping

from leeward.foundation.labels import Labelled, mark


class State(Labelled):
    """How far one item is."""

    NOT_STARTED = "not_started", mark("Not started"), "red", mark("Nobody has begun, and nobody has decided to.")
    PLANNED = (
        "planned",
        mark("Planned"),
        "orange",
        mark("Decided, with somebody who answers for it; nothing of it works yet."),
    )
    PARTIAL = "partial", mark("Partly in place"), "yellow", mark("Some of it works, or it works for some.")
    IN_PLACE = "in_place", mark("In place"), "teal", mark("It works, for everybody it is meant for.")
    EVIDENCED = "in_place_with_evidence", mark("In place, with evidence"), "green"
    NOT_APPLICABLE = (
        "not_applicable",
        mark("Does not apply here"),
        "grey",
        mark("It cannot apply in this country. Say why: the reason is published."),
    )
    UNKNOWN = (
        "unknown",
        mark("Not known"),
        "purple",
        mark("You cannot tell. That is an answer too: it shows where somebody must look."),
    )


CHOSEN = tuple(state for state in State if state is not State.EVIDENCED)  # what somebody can answer
PLACES: Mapping[State, int] = {
    State.NOT_STARTED: 0,
    State.PLANNED: 1,
    State.PARTIAL: 2,
    State.IN_PLACE: 3,
    State.EVIDENCED: 4,
}
BEGUN = frozenset({State.PARTIAL, State.IN_PLACE, State.EVIDENCED})
DONE = frozenset({State.IN_PLACE, State.EVIDENCED})
WEAK = (State.NOT_STARTED, State.PLANNED, State.PARTIAL, State.UNKNOWN)  # what an action can be made from


class Standing(Labelled):
    """Where a row stands: one of five levels, or none, because it is not known or nothing of it applies."""

    ABSENT = "absent", mark("Absent"), "red", mark("Nothing essential is even partly in place.")
    STARTED = "started", mark("Started"), "yellow", mark("Something essential is at least partly in place.")
    ESSENTIAL = "essential", mark("Essential provision"), "teal", mark("Everything essential is in place.")
    BEST_PRACTICE = (
        "best_practice",
        mark("Best practice"),
        "blue",
        mark("Everything essential and all best practice is in place."),
    )
    OUTCOME_SHOWN = (
        "outcome_shown",
        mark("Outcome shown"),
        "green",
        mark(
            "Everything essential and all best practice is in place, and every outcome has an indicator with "
            "a dated value."
        ),
    )
    UNKNOWN = (
        "unknown",
        mark("Not known"),
        "purple",
        mark("Too little is known to say whether anything essential is there."),
    )
    NOT_APPLICABLE = "not_applicable", mark("Does not apply"), "grey", mark("Nothing of it applies in this country.")


LEVELS = (
    Standing.ABSENT,
    Standing.STARTED,
    Standing.ESSENTIAL,
    Standing.BEST_PRACTICE,
    Standing.OUTCOME_SHOWN,
)  # a level's number is its place here


def effective_state(chosen: State | None, *, has_evidence: bool) -> State:
    """The state that counts: nobody has answered is unknown; in place with evidence in date is more than in place."""
    if chosen is None:
        return State.UNKNOWN
    return State.EVIDENCED if chosen is State.IN_PLACE and has_evidence else chosen
