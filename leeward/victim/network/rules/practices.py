"""A practice of the network: a page, what was measured of what it tells, by whom, and until when that holds."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class NewPractice:
    """A practice as the secretary writes it. `page`: a page's code. `source`: where the result can be read, or ""."""

    page: str
    measured: str
    result: str
    measured_by: str
    source: str
    review_on: date


def is_in_date(review_on: date, *, today: date) -> bool:
    """Whether nobody has to look at it again yet."""
    return review_on >= today
