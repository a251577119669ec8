"""Pieces of evidence: a link, the digest of a file, or a frozen value of a live query; each dated, owned, and in date.

A piece counts from the day it is about until the day it expires, twelve months later unless somebody says earlier. What
has expired stays in sight and counts no more.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from leeward.foundation.labels import Labelled, mark

LIFETIME = relativedelta(months=12)
LONGEST = relativedelta(months=36)
ADDRESS_LENGTH, UNIT_LENGTH, DIGEST_LENGTH = 2_000, 40, 64
PIECES_MOST = 20  # of one item in one round


class PieceKind(Labelled):
    """What shows it."""

    LINK = "link", mark("Link")
    FILE = "file", mark("File")
    LIVE = "live", mark("Live value")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One piece. `as_of` is the day that it is about; with a `value` it is an indicator."""

    kind: PieceKind
    title: str
    as_of: date
    owner: str
    expires_on: date
    address: str = ""
    digest: str = ""
    query: str = ""
    value: Decimal | None = None
    unit: str = ""

    def counts_on(self, day: date) -> bool:
        """Whether it is in date: the day on which it expires is the first on which it does not count."""
        return self.as_of <= day < self.expires_on

    def has_expired_by(self, day: date) -> bool:
        """Whether it counted once and does not any more."""
        return day >= self.expires_on

    def measures_on(self, day: date) -> bool:
        """Whether it is an indicator with a dated value that is in date."""
        return self.value is not None and self.counts_on(day)


def default_expiry(as_of: date) -> date:
    """Twelve months after the day that the piece is about."""
    return as_of + LIFETIME


def latest_expiry(as_of: date) -> date:
    """The last day that somebody may choose: three years later."""
    return as_of + LONGEST
