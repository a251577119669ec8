"""What an app of ours saw by itself of a thing that a person told it of: a witness beside the person's own word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One look, or one answer of the site, in codes that a file may hold.

    `what`: looked, answered, or corrected: an earlier line was wrong. `who`: machine, staff, or the site itself.
    `result`: what the look found, what the site said, or which kind of line was wrong; `why`: by what it was told, or
    when the wrong line was. `status`: the HTTP status that came back to a machine.
    """

    at: datetime
    what: str
    who: str
    result: str
    why: str = ""
    status: int | None = None


@dataclass(frozen=True, kw_only=True)
class Observed:
    """One address that the person gave: `number` on their page, and what was seen and said there.

    Both lists only ever grow at their ends, so the first so many of each stay what they are.
    """

    number: int
    address: str
    looks: Sequence[Observation]
    answers: Sequence[Observation]


@dataclass(frozen=True, kw_only=True)
class Witness:
    """All that was seen for one person. `note`, marked: what they must know of it, or why there is nothing."""

    places: tuple[Observed, ...] = ()
    note: str = ""


def write_utc(at: datetime) -> str:
    """A moment in UTC, to the second, as files for others have it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
