"""What the index gives: of a query ids and distances, nearest first; of a join pairs of ids."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, overload

import numpy as np
import numpy.typing as npt

Ids: TypeAlias = npt.NDArray[np.int64]
Distances: TypeAlias = npt.NDArray[np.uint16]


class Match(NamedTuple):
    """One entry that was found, and in how many bits it differs."""

    id: int
    distance: int


@dataclass(slots=True, eq=False)
class Matches:
    """The entries found for one query, nearest first; of equal distance, the lower id first.

    `is_cut` says that more entries matched than the limit: those left out are no nearer than the last one here.
    """

    ids: Ids
    distances: Distances
    is_cut: bool = False

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Match]:
        return map(Match, self.ids.tolist(), self.distances.tolist())

    def __getitem__(self, position: int) -> Match:
        return Match(int(self.ids[position]), int(self.distances[position]))


@dataclass(slots=True, eq=False)
class BatchMatches(Sequence[Matches]):
    """The matches of many queries, in the order of the queries.

    Flat arrays, so that a large batch costs no Python object for each query: the matches of query q are
    `ids[bounds[q]:bounds[q + 1]]`, and so are their distances.
    """

    bounds: npt.NDArray[np.int64]  # queries + 1
    ids: Ids
    distances: Distances
    is_cut: npt.NDArray[np.bool_]  # one for each query

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @overload
    def __getitem__(self, position: int) -> Matches: ...

    @overload
    def __getitem__(self, position: slice) -> list[Matches]: ...

    def __getitem__(self, position: int | slice) -> Matches | list[Matches]:
        if isinstance(position, slice):
            return [self[one] for one in range(*position.indices(len(self)))]
        if position < 0:
            position += len(self)
        if not 0 <= position < len(self):
            raise IndexError(position)
        start, end = self.bounds[position], self.bounds[position + 1]
        return Matches(self.ids[start:end], self.distances[start:end], bool(self.is_cut[position]))

    def queries(self) -> Ids:
        """For each match the number of its query."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.bounds))


class NearPairs(NamedTuple):
    """Some of the pairs of entries that lie near each other; the lower id of each pair is on the left."""

    left: Ids
    right: Ids
    distances: Distances


NO_MATCHES = Matches(np.empty(0, np.int64), np.empty(0, np.uint16))
NO_MATCHES.ids.setflags(write=False)
NO_MATCHES.distances.setflags(write=False)
