"""What an authority has handed in of a quarter: all of it in time, all of it late, or not all of it. No counts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.periods import Period
from leeward.justice.outcomes.rules.terms import FileKind

# So long after the end of a quarter its files are expected.
DUE_WITHIN = timedelta(days=60)


class Handed(Labelled):
    """Whether everything that is expected of a quarter is here."""

    YES = "yes", mark("Yes"), "green"
    LATE = "late", mark("Late"), "yellow"
    MISSING = "missing", mark("Missing"), "red"
    NOT_DUE = "not_due", mark("Not due yet"), "grey"
    NOT_EXPECTED = "not_expected", mark("Not expected"), "grey"


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """One quarter of one authority. `lacks`: the files that are missing where others of the quarter are here."""

    state: Handed
    lacks: tuple[FileKind, ...] = ()


def due_on(quarter: Period) -> date:
    """Return the last day on which the files of a quarter are in time."""
    return quarter.end - timedelta(days=1) + DUE_WITHIN


def handed_in(
    quarter: Period, *, expected: Collection[FileKind], first: Mapping[FileKind, date], today: date
) -> HandedIn:
    """Return what is here of a quarter. `first`: the day on which each file that stands came in for the first time.

    A correction of a file that came in time is not late. What is partly here is missing once its day is over.
    """
    if not expected:
        return HandedIn(state=Handed.NOT_EXPECTED)
    lacks = tuple(kind for kind in expected if kind not in first)
    if not lacks:
        is_late = max(first[kind] for kind in expected) > due_on(quarter)
        return HandedIn(state=Handed.LATE if is_late else Handed.YES)
    some = lacks if len(lacks) < len(expected) else ()
    return HandedIn(state=Handed.MISSING if today > due_on(quarter) else Handed.NOT_DUE, lacks=some)
