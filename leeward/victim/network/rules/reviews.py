"""What people whom a path of harm concerns say of its page of advice, and until when that counts."""

from dataclasses import dataclass
from datetime import date, timedelta

from leeward.foundation.labels import Labelled, mark

# At the latest after so long they are asked again.
LONGEST = timedelta(days=365)


class ReviewState(Labelled):
    """Whether what they said is about the page as it is now."""

    IN_DATE = "in_date", mark("Read as it is now"), "green"
    CHANGED = "changed", mark("Changed since it was read"), "yellow"
    DUE = "due", mark("To review again"), "red"
    NOBODY = "nobody", mark("Not reviewed yet"), "grey"


@dataclass(frozen=True, kw_only=True)
class NewReview:
    """What a member says for people whom a path concerns: who read the page, and what they say of it. No names."""

    people: str
    said: str
    review_on: date


def state_of(*, review_on: date, read: str, now: str, today: date) -> ReviewState:
    """How a review stands. `read` and `now`: digests of the page as they read it and as it says now; "" for no page."""
    if review_on < today:
        return ReviewState.DUE
    return ReviewState.IN_DATE if read == now else ReviewState.CHANGED
