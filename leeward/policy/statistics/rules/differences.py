"""What the numbers of a release change against those of the one before: read from the files of both.

Who signs a release off signs its files, so it is the files that are compared, and not what is printed meanwhile.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from leeward.foundation.editions.rules.changes import Change
from leeward.foundation.protection.printed import Doubt, PrintedNumber
from leeward.foundation.protection.tables import Status

OBSERVATIONS_FILE = "observations.csv"
PLACE = ("indicator", "step", "period", "breakdown", "code")

type Place = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Number:
    """One number as a file has it. `counts` are the rounded counts behind it."""

    printed: PrintedNumber
    unit: str
    label: str
    counts: tuple[str, str]

    @property
    def value(self) -> float | None:
        """Return the number; None where it is not printed."""
        return self.printed.value

    @property
    def status(self) -> Status:
        """Return what stands beside the number, or instead of it."""
        return self.printed.status


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One number before and now; None where a release does not have it."""

    indicator: str
    step: str
    period: str
    code: str
    before: Number | None
    now: Number | None

    @property
    def change(self) -> Change:
        """What became of it."""
        if self.now is None:
            return Change.GONE
        if self.before is None:
            return Change.NEW
        if (self.before.value, self.before.counts) != (self.now.value, self.now.counts):
            return Change.CHANGED
        if self.before.status is self.now.status:
            return Change.SAME
        was_open = self.before.status is Status.ESTIMATE and self.now.status is Status.FINAL
        return Change.FINAL if was_open else Change.CHANGED

    @property
    def was_final(self) -> bool:
        """Whether it had been published as final, so that a change of it is a correction."""
        return self.before is not None and self.before.status is not Status.ESTIMATE

    @property
    def label(self) -> str:
        """What its code is called."""
        number = self.now or self.before
        return number.label if number else ""


def read_numbers(content: bytes) -> Mapping[Place, Number]:
    """Return every number of a table of observations by its place."""
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return {
        tuple(row[name] for name in PLACE): Number(
            printed=read_printed(row),
            unit=row["unit"],
            label=row["label"],
            counts=(row["numerator"], row["denominator"]),
        )
        for row in rows
    }


def read_printed(row: Mapping[str, str]) -> PrintedNumber:
    """Return the number of a row. Releases of earlier days have no range."""
    value, low, high = (float(row[name]) if row.get(name) else None for name in ("value", "low", "high"))
    status = Status(row["status"])
    why = {Doubt(each) for each in row.get("why", "").split()} | ({Doubt.LATE} if status is Status.ESTIMATE else set())
    return PrintedNumber(value=value, status=status, low=low, high=high, why=frozenset(why))


def compare(before: Mapping[Place, Number], now: Mapping[Place, Number]) -> tuple[Difference, ...]:
    """Return every number of either release, by indicator as they stand there, the newest period first."""
    order = list(dict.fromkeys(place[0] for place in (*now, *before)))
    places = sorted({*now, *before}, key=lambda place: (place[3], place[4]))
    places.sort(key=lambda place: place[2], reverse=True)
    places.sort(key=lambda place: (order.index(place[0]), place[1]))  # months stand before weeks
    return tuple(
        Difference(
            indicator=place[0],
            step=place[1],
            period=place[2],
            code=place[4],
            before=before.get(place),
            now=now.get(place),
        )
        for place in places
    )
