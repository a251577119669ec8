"""What becomes of a number in a draft, against what was published before."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from leeward.foundation.labels import Labelled, mark


class Change(Labelled):
    """What became of a number since it was published last."""

    CHANGED = "changed", mark("Changed"), "orange"
    GONE = "gone", mark("Removed"), "red"
    FINAL = "final", mark("Now final"), "green"
    NEW = "new", mark("New"), "blue"
    SAME = "same", mark("As before"), "grey"


class Changed(Protocol):
    """A number before and now."""

    @property
    def change(self) -> Change:
        """What became of it."""


def tally(differences: Iterable[Changed]) -> Mapping[Change, int]:
    """Return how many numbers there are of each change."""
    counts = dict.fromkeys(Change, 0)
    for each in differences:
        counts[each.change] += 1
    return counts
