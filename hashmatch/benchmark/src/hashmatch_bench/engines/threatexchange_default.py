"""The default PDQ index of the `threatexchange` package: FAISS multi-index hashing, asked as its own callers do."""

from collections.abc import Sequence
from typing import Any

import faiss
import numpy as np
from hashmatch.variants import MATCH_DISTANCE
from threatexchange.signal_type.pdq.pdq_index import PDQIndex

from hashmatch_bench.engines import Engine, Ids, Rows


class Measured(Engine):
    """One query goes through the index's public call; a batch, which that has not, through the matcher behind it."""

    can_add = True

    def load(self) -> None:
        """One thread for each call."""
        faiss.omp_set_num_threads(1)

    def build(self, hashes: Rows) -> None:
        """Index hashes by row number."""
        # By its own name: the signal type may have been given this library's index by our extension.
        self._index: Any = PDQIndex.build((row.tobytes().hex(), number) for number, row in enumerate(hashes))

    def prepare(self, queries: Rows) -> list[str]:
        """It takes hexadecimal text."""
        return [row.tobytes().hex() for row in queries]

    def search(self, prepared: list[str]) -> Sequence[Any]:
        """Everything within 31 bits, which is its own limit too."""
        if len(prepared) == 1:
            return [self._index.query(prepared[0])]
        found: Sequence[Any] = self._index.index.search(prepared, MATCH_DISTANCE, return_as_ids=True)
        return found

    def read(self, answer: Sequence[Any]) -> list[Ids]:
        """A batch gives ids, a single query matches."""
        return [np.array([getattr(one, "metadata", one) for one in found], np.int64) for found in answer]

    def add(self, new_id: int, row: Rows) -> None:
        """Add one hash."""
        self._index.add(row.tobytes().hex(), new_id)
