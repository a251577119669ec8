"""Suppression of tables that share cells, from everybody and from whoever knows a part of them.

A count stands in several tables. Whoever knows the counts of one contributor sees further tables: what is left of each
without that part. A cell is printed once, so it is hidden in all of these tables or in none.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from leeward.foundation.protection.tables import TOTAL, Key, suppress


@dataclass(frozen=True, kw_only=True)
class View[Name: Hashable]:
    """One table as somebody sees it: its counts with margins, and the name of what is printed of each cell."""

    axes: Sequence[Sequence[str]]
    counts: Mapping[Key, int]
    names: Mapping[Key, Name]

    def hides(self, hidden: Collection[Name]) -> frozenset[Key]:
        """Return the cells that are hidden by name."""
        return frozenset(key for key, name in self.names.items() if name in hidden)


def settle[Name: Hashable](views: Iterable[View[Name]], *, hidden: Collection[Name] = ()) -> set[Name]:
    """Return the names of all that is hidden, `hidden` among them, so that every view is safe.

    A cell that is small in any view is hidden; where a view hides its total, all of it is hidden. The set only grows,
    so this ends.
    """
    found, seen = set(hidden), dict[int, frozenset[Key]]()
    known = [each for each in views if each.counts]
    before = -1
    while before != len(found):
        before = len(found)
        for number, view in enumerate(known):
            also = view.hides(found)
            if seen.get(number) == also:
                continue
            keys = suppress(view.axes, view.counts, also=also)
            seen[number] = frozenset(view.counts) if (TOTAL,) * len(view.axes) in keys else keys
            found.update(view.names[key] for key in seen[number])
    return found
