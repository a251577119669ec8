"""The four doors of a person's page: how it stands behind each in a line, and the one thing that comes first."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from leeward.foundation.labels import Labelled, mark


class Door(Labelled):
    """What a part of the page stands behind, in the order of the page."""

    PICTURES = "pictures", mark("Pictures")
    LINKS = "links", mark("Links")
    PEOPLE = "people", mark("People")
    NOTES = "notes", mark("My notes")


class Press(IntEnum):
    """How much something presses, the most pressing first."""

    OWED = 1  # we have not done what we said, or nobody can
    NEWS = 2  # somebody wrote
    ASKED = 3  # something waits for the person's answer
    ENDING = 4  # something ends soon unless the person does something
    CALM = 5  # nothing has to be done


# Of what presses alike, people come first.
ORDER = (Door.PEOPLE, Door.LINKS, Door.PICTURES, Door.NOTES)


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """Something that the person can do, and where."""

    words: str
    button: str
    href: str
    press: Press = Press.CALM


@dataclass(frozen=True, kw_only=True)
class DoorState:
    """How one part stands: a line for its door, what there is to do, and the page that the door opens if it has one."""

    line: str
    steps: tuple[NextStep, ...] = ()
    page: str = ""


def choose_first(behind: Iterable[tuple[Door, DoorState]]) -> NextStep | None:
    """Return what stands first on the page; None where there is nothing to say."""
    needs = ((need.press, ORDER.index(door), need) for door, state in behind for need in state.steps if need.words)
    return min(needs, key=lambda each: each[:2], default=(None, None, None))[2]
