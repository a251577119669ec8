"""This index behind the two calls that outside harnesses make, adding next to nothing to them."""

from itertools import pairwise

from hashmatch.index import Ids, Index, Rows


class Candidate:
    """Exact search among PDQ hashes; results are complete, however many there are."""

    def __init__(self) -> None:
        self.index = Index()

    def build(self, hashes: Rows) -> None:
        """Index hashes, uint8[N, 32]; the ids are the row numbers.

        Raises InvalidHashError for an array of another shape or type.
        """
        self.index = Index.build(None, hashes)

    def query(self, queries: Rows, max_distance: int) -> list[Ids]:
        """For each query, uint8[B, 32], the ids of all hashes within `max_distance` bits, nearest first.

        Raises DistanceRangeError for a distance outside 0 to 256.
        """
        if len(queries) == 1:
            return [self.index.query(queries[0], max_distance, limit=None).ids]
        found = self.index.query_batch(queries, max_distance, limit=None)
        ids = found.ids
        return [ids[start:end] for start, end in pairwise(found.bounds.tolist())]
