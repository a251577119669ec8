"""What a list and a batch refuse, and what the errors of every room with a desk have in common."""

from leeward.foundation.labels import mark


class Refusal(Exception):
    """What a room refuses. `reason` is what a page says, marked for translation; "" where its own text is all."""

    reason = ""

    def __init__(self, said: str = "") -> None:
        super().__init__(said or self.reason)


class Absent(Refusal):
    """Raised alike for what is not there and for what the reader may not see."""


class DoorClosed(Refusal):
    """Something new is handed to a team in which nobody who could open it has signed in, or has stayed."""

    reason = mark(
        "Nobody in the team that this goes to can open it at the moment, so it is not taken in. The administrator’s "
        "set-up list says who is missing."
    )


class WorkError(Exception):
    """The family of these errors."""


class CursorUnknown(WorkError):
    """A place in a list that no page of it has given."""


class BatchUnknown(WorkError):
    """There is no such batch of this person, or its day is over."""


class ViewsFull(WorkError):
    """Somebody keeps as many views of this list as one may."""
