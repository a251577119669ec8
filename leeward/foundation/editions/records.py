"""Editions as rooms and pages know them."""

from dataclasses import dataclass
from datetime import date, datetime

from leeward.foundation.editions.signed import SignedState, state_of
from leeward.foundation.web.components import Text


@dataclass(frozen=True, kw_only=True)
class File:
    """One file of an edition: where it is below the edition's address, what it is, and the SHA-256 of its bytes."""

    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Erratum:
    """Something in a signed edition that is wrong: where, what stands there, what is right, and why."""

    place: str
    before: str
    after: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class EarlySight:
    """Which office or body saw an edition before it was published, and why."""

    body: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Who drafted something, and who published it or threw it away. `sha256`: the digest of all that is signed."""

    drafted_at: datetime
    drafted_by: str
    signed_at: datetime | None
    signed_by: str
    sha256: str
    discarded_at: datetime | None = None
    discarded_by: str = ""
    discarded_why: str = ""

    @property
    def state(self) -> SignedState:
        """Where it stands."""
        return state_of(signed_at=self.signed_at, discarded_at=self.discarded_at)


@dataclass(frozen=True, kw_only=True)
class Edition(Steps):
    """What two people published, and nobody changes. A draft has no `signed_at`.

    `name` is its permanent one in addresses, such as "2026-10-15"; the second one of a day ends in "-2".
    `covers_until` is the last day of its newest period. `sha256` is the digest of its list of files, by which all of
    it can be checked. `replaces` is the one before it, `replaced_by` the newest one.
    """

    shelf: str
    name: str
    title: str
    note: str
    licence: str
    covers_from: date | None
    covers_until: date | None
    files: tuple[File, ...] = ()
    errata: tuple[Erratum, ...] = ()
    early: tuple[EarlySight, ...] = ()
    replaces: str = ""
    replaced_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A day in the calendar on which an edition is to come out."""

    on: date
    title: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CalendarDay:
    """One thing in a shelf's calendar: the day on which it is due, and the day on which it came out.

    `code` is its stable name within the shelf. Without `due_on` no day was announced; without `out_on` it is not out.
    `address` is its page, "" where there is none.
    """

    code: str
    title: Text
    due_on: date | None = None
    out_on: date | None = None
    announced_on: date | None = None
    note: str = ""
    address: str = ""

    @property
    def on(self) -> date:
        """Return the day under which it stands: when it came out, else when it is due."""
        day = self.out_on or self.due_on
        assert day is not None  # noqa: S101  # narrows the type: each has one of them
        return day

    def days_late(self, *, today: date) -> int:
        """Return by how many days it came out late, or is late today; 0 where it is not."""
        return max(((self.out_on or today) - self.due_on).days, 0) if self.due_on else 0
