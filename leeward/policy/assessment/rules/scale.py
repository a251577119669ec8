"""The scale by which an item is judged, and the standings that a row can have.

"In place with evidence" is earned and not chosen: an item that is in place has it while a piece of evidence is in date.
"Unknown" is no low place on the scale but none at all, and so is "not applicable".
"""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """How far one item is."""

    NOT_STARTED = "not_started"
    PLANNED = "planned"
    PARTIAL = "partial"
    IN_PLACE = "in_place"
    EVIDENCED = "in_place_with_evidence"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"


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


class Standing(StrEnum):
    """Where a row stands: one of five levels, or none, because it is not known or nothing of it applies."""

    ABSENT = "absent"
    STARTED = "started"
    ESSENTIAL = "essential"
    BEST_PRACTICE = "best_practice"
    OUTCOME_SHOWN = "outcome_shown"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


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
