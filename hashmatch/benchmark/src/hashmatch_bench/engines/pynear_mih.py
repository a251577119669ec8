"""The multi-index hashing of `pynear`, C++: the 20 nearest within 31 bits, so a longer answer is cut."""

from typing import Any

import numpy as np
import pynear
from hashmatch.variants import MATCH_DISTANCE

from hashmatch_bench.engines import Engine, Ids, Rows

TABLES = 16
NEAREST = 20


class Measured(Engine):
    """Its search by number of neighbours and radius; it can neither add nor remove."""

    def build(self, hashes: Rows) -> None:
        """Index hashes by row number."""
        self._index: Any = pynear.MIHBinaryIndex(TABLES)
        self._index.set(hashes)

    def search(self, prepared: Rows) -> Any:
        """Ids and distances in two tables."""
        return self._index.searchKNN_arrays(prepared, NEAREST, MATCH_DISTANCE)

    def read(self, answer: Any) -> list[Ids]:
        """Leave out the padding and what is farther."""
        ids, distances = answer
        return [
            line[(line >= 0) & (near <= MATCH_DISTANCE)].astype(np.int64)
            for line, near in zip(ids, distances, strict=True)
        ]
