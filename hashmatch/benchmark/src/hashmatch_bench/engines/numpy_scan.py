"""A scan of the whole bank in NumPy: no index at all, and the truth that the others are checked against."""

import numpy as np
from hashmatch.variants import MATCH_DISTANCE

from hashmatch_bench.banks import scan_bank
from hashmatch_bench.engines import Engine, Ids, Rows


class Measured(Engine):
    """XOR, count the bits, compare."""

    def build(self, hashes: Rows) -> None:
        """Copy the hashes, as an index would have to."""
        self._hashes = np.array(hashes)

    def search(self, prepared: Rows) -> list[Ids]:
        """One scan for each query."""
        return [scan_bank(self._hashes, query, MATCH_DISTANCE) for query in prepared]

    def read(self, answer: list[Ids]) -> list[Ids]:
        """Ids already."""
        return answer
