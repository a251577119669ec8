"""What can be refused about the strategy, by name, beside what can be refused about any entry.

CycleRefused        actions would wait for each other; `numbers` is the ring, the first again at its end
AddressUnknown      a calendar's secret address that is unknown or revoked
"""

from collections.abc import Sequence

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.labels import Labelled, mark


class StrategyMistake(Labelled):
    """What can be wrong with a value of the strategy. %(about)s is what a reader needs to mend it."""

    SAME = "same", mark("It stands like this already: choose another status")
    MINUTES = "minutes", mark("Enter how many minutes it lasts, from 1 to %(about)s")
    NOBODY = "nobody", mark("A meeting was held when somebody was there: mark at least one as present")
    CANCELLED = "cancelled", mark("This meeting was cancelled, so it decided nothing")
    TWICE = "twice", mark("“%(about)s” is on the map already for this area: change that entry")
    FULL = "full", mark("There are %(about)s already, which is the most. End one first")
    LEADS = "leads", mark("It still leads %(about)s: give these to somebody else first")
    EMPTY = "empty", mark("The map is empty: add organisations first")
    RING = "ring", mark("These would wait for each other for ever: %(ring)s. Take one of them out.")


class CycleRefused(FieldRefused):
    """Actions would wait for each other in a ring: each of `numbers` needs the next one."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.numbers = tuple(numbers)
        super().__init__("chosen", StrategyMistake.RING, ring=" → ".join(f"A{number}" for number in self.numbers))


class AddressUnknown(Exception):
    """A calendar's secret address that is unknown or was revoked."""
