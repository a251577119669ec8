"""Counts of trained people: as training hands them over, and as lines of CSV."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from leeward.foundation.editing.lines import Allowed, Wrong, read_day, read_lines, read_number
from leeward.victim.network.errors import CountAllowed

COLUMNS = ("member", "requirement", "in_date", "people", "as_of")
REQUIREMENT = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
MOST_PEOPLE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many of the people of one body have one training in date."""

    requirement: str
    in_date: int
    people: int

    @property
    def is_count(self) -> bool:
        """Whether it can be so."""
        return bool(
            REQUIREMENT.fullmatch(self.requirement)
            and 1 <= self.people <= MOST_PEOPLE
            and 0 <= self.in_date <= self.people
        )


def are_shares(shares: Sequence[Share]) -> bool:
    """Whether these are counts, and each training is counted once."""
    return all(each.is_count for each in shares) and len({each.requirement for each in shares}) == len(shares)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How many of a member's people have one training in date, on a day."""

    member: UUID
    requirement: str
    in_date: int
    people: int
    as_of: date


def read_counts(text: str, members: Mapping[str, UUID], *, today: date) -> tuple[Counted, ...]:
    """Read the lines. `members`: by what a line may call them. Raises LinesRefused."""
    seen: set[tuple[UUID, str]] = set()

    def wrong(cells: Mapping[str, str]) -> Wrong:
        member = members.get(cells["member"])
        if member is None:
            yield "member", CountAllowed.MEMBER, ""
        elif (member, cells["requirement"]) in seen:
            yield "requirement", CountAllowed.ONCE, ""
        else:
            seen.add((member, cells["requirement"]))
        if not REQUIREMENT.fullmatch(cells["requirement"]):
            yield "requirement", CountAllowed.REQUIREMENT, ""
        people, in_date = (read_number(cells[name], most=MOST_PEOPLE) for name in ("people", "in_date"))
        if not people:
            yield "people", CountAllowed.PEOPLE, MOST_PEOPLE
        if in_date is None or (people and in_date > people):
            yield "in_date", CountAllowed.IN_DATE, ""
        as_of = read_day(cells["as_of"])
        if as_of is None:
            yield "as_of", Allowed.DAY, ""
        elif as_of > today:
            yield "as_of", CountAllowed.DAY, ""

    def make(cells: Mapping[str, str]) -> Counted:
        return Counted(
            member=members[cells["member"]],
            requirement=cells["requirement"],
            in_date=int(cells["in_date"]),
            people=int(cells["people"]),
            as_of=date.fromisoformat(cells["as_of"]),
        )

    return read_lines(text, COLUMNS, wrong=wrong, make=make)
