"""What a stamping authority's tokens prove of the days that leaves claim.

A token says when the authority saw a checkpoint. A leaf that the checkpoint did not hold was published after that; one
that it held was published by then. Days are the nation's, tokens are in UTC: they may lie one day apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from leeward.foundation.notary.errors import DayRefused
from leeward.foundation.notary.rules.leaves import Leaf

APART = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Token:
    """When an authority saw the checkpoint over the first `size` leaves."""

    size: int
    at: datetime


def earliest_day(stamped_at: datetime) -> date:
    """Return the earliest day that a leaf may claim which came after a stamped checkpoint."""
    return stamped_at.astimezone(UTC).date() - APART


def check_day(on: date, *, after: datetime | None) -> None:
    """Refuse a leaf's day that lies before the last stamped checkpoint. Raises DayRefused."""
    if after is not None and on < earliest_day(after):
        raise DayRefused(
            f"It claims the day {on.isoformat()}, but the log was stamped without it at "
            f"{after.astimezone(UTC):%Y-%m-%d %H:%M} UTC."
        )


def is_proven(on: date, *, by: datetime | None) -> bool:
    """Whether a token of this moment, the first that holds a leaf, proves the day that the leaf claims."""
    return by is not None and on >= earliest_day(by)


def unproven_leaves(leaves: Sequence[Leaf], tokens: Sequence[Token]) -> tuple[int, ...]:
    """Return the leaves whose day no token proves, by their numbers.

    Raises DayRefused where a token proves that a day is false.
    """
    found = []
    for number, (leaf, after, by) in enumerate(zip(leaves, *_around(len(leaves), tokens), strict=True)):
        try:
            check_day(leaf.on, after=after)
        except DayRefused as error:
            raise DayRefused(f"Leaf {number} is backdated. {error}") from error
        if by is not None and leaf.on > by.astimezone(UTC).date() + APART:
            raise DayRefused(
                f"Leaf {number} claims the day {leaf.on.isoformat()}, but it was in the log on {by:%Y-%m-%d} already."
            )
        if not is_proven(leaf.on, by=by):
            found.append(number)
    return tuple(found)


def _around(size: int, tokens: Sequence[Token]) -> tuple[list[datetime | None], list[datetime | None]]:
    """For each leaf, the latest token without it and the earliest one with it."""
    return list(_before(size, tokens)), list(_since(size, tokens))


def _before(size: int, tokens: Sequence[Token]) -> Iterator[datetime | None]:
    waiting, last = sorted(tokens, key=lambda each: each.size, reverse=True), None
    for number in range(size):
        while waiting and waiting[-1].size <= number:
            at = waiting.pop().at
            last = at if last is None else max(last, at)
        yield last


def _since(size: int, tokens: Sequence[Token]) -> Iterator[datetime | None]:
    waiting, first, found = sorted(tokens, key=lambda each: each.size), None, list[datetime | None]()
    for number in reversed(range(size)):
        while waiting and waiting[-1].size > number:
            at = waiting.pop().at
            first = at if first is None else min(first, at)
        found.append(first)
    return reversed(found)
