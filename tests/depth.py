"""How deep a run goes: `make deep` does everything, `make test` less of what only repeats, and of some things another
part each day."""

import os
import zlib
from collections.abc import Sequence
from datetime import date

DEEP = os.environ.get("LEEWARD_DEEP") == "1"
# Whether another run tries on PostgreSQL beside this one what could differ there (tools/test.sh).
BESIDE_POSTGRESQL = os.environ.get("LEEWARD_BESIDE_POSTGRESQL") == "1"
# Said at the head of a run, which can be repeated with it on another day.
DAY = date.fromisoformat(os.environ["LEEWARD_DAY"])


def times(shallow: int, *, deep: int) -> int:
    """How often something is repeated."""
    return deep if DEEP else shallow


def a_third_a_day[T](every: Sequence[T]) -> list[T]:
    """Every third of these, others on each of three days, and all in a deep run. For pages that are built alike."""
    return a_part_a_day(every, days=3)


def a_part_a_day[T](every: Sequence[T], *, days: int) -> list[T]:
    """One of so many of these, others on each of so many days, and all in a deep run."""
    return list(every) if DEEP else list(every[DAY.toordinal() % days :: days])


def one_a_day[T](every: Sequence[T], *, days: int = 1) -> list[T]:
    """Another of these each day, and all of them in a deep run. For what was already looked at in another way.

    `days`: how many days there are from one turn of the test to its next.
    """
    return list(every) if DEEP else [every[DAY.toordinal() // days % len(every)]]


def is_its_day(*of: str, days: int = 3, turns: int = 1) -> bool:
    """Whether this is looked at today: on one of so many days, by its name; always in a deep run.

    `turns`: of a test whose turn comes each so many days, on one of so many of its turns.
    """
    return DEEP or DAY.toordinal() // turns % days == zlib.crc32(" ".join(of).encode()) % days
