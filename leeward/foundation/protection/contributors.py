"""Suppression of tables that share cells, from everybody and from whoever knows a part of them.

A count stands in several tables. Whoever knows the counts of one contributor sees further tables: what is left of each
without that part. A cell is printed once, so it is hidden in all of these tables or in none.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from leeward.foundation.protection.tables import TOTAL, Key, is_small, suppress


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


def left_without_largest[Atom: Hashable](counts: Mapping[tuple[Atom, str], int]) -> dict[Atom, int]:
    """Return what is left of each count without the contributor who has most of it. Counts are by it and contributor.

    Whoever takes its own counts off has no less than this before it in any of them. So what is safe with these numbers
    is safe from each contributor: every move that keeps these from being negative keeps those too.
    """
    whole: dict[Atom, int] = {}
    most: dict[Atom, int] = {}
    for (atom, _contributor), count in counts.items():
        whole[atom] = whole.get(atom, 0) + count
        most[atom] = max(most.get(atom, 0), count)
    return {atom: count - most[atom] for atom, count in whole.items()}


def suppress_sums(
    axes: Sequence[Sequence[str]], counts: Mapping[Key, int], *, hidden: Collection[Key]
) -> frozenset[Key]:
    """Return which sums over the first axis to hide, where the rows are printed already and cannot be taken back.

    `hidden`: what is hidden in these rows. A sum is shown only if each of those keeps its room beside it.
    """
    sums = {key for key in counts if key[0] == TOTAL}
    gone = {key for key in sums if is_small(counts[key])}
    more = True
    while more:
        found = suppress(axes, counts, also={*hidden, *gone})
        inner = found - sums - set(hidden)
        before = set(gone)
        gone |= (found & sums) | {(TOTAL, *key[1:]) for key in inner}
        if (TOTAL,) * len(axes) in gone:
            return frozenset(sums)
        more = gone != before
    return frozenset(sums) if inner else frozenset(gone)
