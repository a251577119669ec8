"""The quality report of a release: what each line says, and how its numbers are made.

Every number is of what is published. Aspects have their codes in SIMS 2.0, the European standard for such reports.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.printed import HUNDRED, PrintedNumber, exact
from leeward.foundation.protection.tables import Status
from leeward.policy.statistics.rules.differences import read_printed

QUALITY_FILE = "quality.csv"
NOT_KNOWN = PrintedNumber(value=None, status=Status.NOT_AVAILABLE)
ALL = "_T"


class Aspect(Labelled):
    """What a line of the report is about."""

    COVERAGE = (
        "coverage",
        mark("Who has reported"),
        "",
        mark("Of those whose counts belong into these figures: those who are in them."),
    )
    RESPONSE = "response", mark("Who answered"), "", mark("Of those who were asked: those who answered.")
    COMPLETENESS = (
        "completeness",
        mark("How many numbers are shown"),
        "",
        mark("Of all numbers of this release: those that can be shown, and those that are hidden to protect people."),
    )
    REVISION = (
        "revision",
        mark("What has changed since it was first published"),
        "",
        mark("Of all numbers: those that are others now, by how much these moved in the mean, and the largest move."),
    )
    TIMELINESS = (
        "timeliness",
        mark("How old the newest figures are"),
        "",
        mark("Days from the end of the newest period to the day on which the release was made."),
    )


# Codes of the Single Integrated Metadata Structure of the European Statistical System, version 2.0.
SIMS = {
    Aspect.COVERAGE: "S.13.3.1",
    Aspect.RESPONSE: "S.13.3.3.1",
    Aspect.COMPLETENESS: "S.12.3.1",
    Aspect.REVISION: "S.17.2.1",
    Aspect.TIMELINESS: "S.14.1",
}


@dataclass(frozen=True, kw_only=True)
class QualityLine:
    """One number of the report. `subject` is an indicator's id, a survey's code, or a word of ours.

    `part` of `whole`, as published; `hidden`: how many of the whole are hidden. `largest` is the largest revision.
    `mode`: how people were asked.
    """

    aspect: Aspect
    subject: str
    number: PrintedNumber
    unit: str
    label: str = ""
    period: str = ""
    mode: str = ""
    part: int | None = None
    whole: int | None = None
    hidden: int | None = None
    largest: float | None = None


def share_line(aspect: Aspect, subject: str, part: int, whole: int, *, hidden: int | None = None) -> QualityLine:
    """Return a line on a share of things that are all public. Of nothing there is no share."""
    number = exact(round(HUNDRED * part / whole, 1)) if whole else NOT_KNOWN
    return QualityLine(
        aspect=aspect, subject=subject, number=number, unit="percent", part=part, whole=whole, hidden=hidden
    )


def completeness(numbers: Iterable[tuple[str, PrintedNumber]]) -> list[QualityLine]:
    """Return how many numbers of each indicator, and of all, have a value. `numbers` are by indicator."""
    found: dict[str, list[PrintedNumber]] = {ALL: []}
    for indicator, number in numbers:
        found[ALL].append(number)
        found.setdefault(indicator, []).append(number)
    return [
        share_line(
            Aspect.COMPLETENESS,
            subject,
            sum(each.value is not None for each in own),
            len(own),
            hidden=sum(each.is_hidden for each in own),
        )
        for subject, own in found.items()
    ]


def revisions(
    first: Mapping[tuple[str, ...], PrintedNumber],
    now: Mapping[tuple[str, ...], PrintedNumber],
    units: Mapping[str, str],
) -> list[QualityLine]:
    """Return by how much the numbers of each indicator moved since they were first published.

    Places begin with the indicator. A number that was hidden then, or is now, has not moved: it cannot be compared.
    """
    moves: dict[str, list[float]] = {}
    for place, before in first.items():
        after = now.get(place)
        if before.value is not None and after is not None and after.value is not None:
            moves.setdefault(place[0], []).append(abs(after.value - before.value))
    return [_revision(subject, own, units[subject]) for subject, own in moves.items()]


def _revision(subject: str, moves: Sequence[float], unit: str) -> QualityLine:
    changed = [move for move in moves if move]
    return QualityLine(
        aspect=Aspect.REVISION,
        subject=subject,
        number=exact(round(sum(changed) / len(changed), 1) if changed else 0),
        unit=unit,
        part=len(changed),
        whole=len(moves),
        largest=round(max(moves), 1),
    )


@dataclass(frozen=True, kw_only=True)
class QualityReport:
    """The quality report of one release, as its file has it, and the version of the method that it was made by."""

    lines: tuple[QualityLine, ...]
    method: int

    def of(self, aspect: Aspect) -> list[QualityLine]:
        """Return the lines on one aspect."""
        return [line for line in self.lines if line.aspect is aspect]


def read_report(content: bytes) -> QualityReport:
    """Return a quality report from its file."""
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    return QualityReport(lines=tuple(map(_line, rows)), method=int(rows[0]["method"]))


def _line(row: Mapping[str, str]) -> QualityLine:
    part, whole, hidden = (int(row[name]) if row[name] else None for name in ("part", "whole", "hidden"))
    return QualityLine(
        aspect=Aspect(row["aspect"]),
        subject=row["subject"],
        number=read_printed(row),
        unit=row["unit"],
        label=row["label"],
        period=row["period"],
        mode=row["mode"],
        part=part,
        whole=whole,
        hidden=hidden,
        largest=float(row["largest"]) if row["largest"] else None,
    )
