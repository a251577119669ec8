"""FAISS `IndexBinaryFlat`: a scan of the whole bank in compiled code, exact and small."""

from typing import Any

import faiss
import numpy as np
from hashmatch.variants import MATCH_DISTANCE

from hashmatch_bench.engines import Engine, Ids, Rows


class Measured(Engine):
    """Range search, strictly under 32 bits."""

    can_add = True
    can_remove = True

    def load(self) -> None:
        """One thread for each call."""
        faiss.omp_set_num_threads(1)

    def build(self, hashes: Rows) -> None:
        """Copy the hashes."""
        self._index: Any = faiss.IndexBinaryFlat(256)
        self._index.add(hashes)

    def search(self, prepared: Rows) -> Any:
        """Bounds, distances and ids."""
        return self._index.range_search(prepared, MATCH_DISTANCE + 1)

    def read(self, answer: Any) -> list[Ids]:
        """Cut the ids by the bounds."""
        bounds, _, ids = answer
        return np.split(ids, bounds[1:-1].astype(np.int64))

    def add(self, new_id: int, row: Rows) -> None:  # noqa: ARG002
        """Add one hash at the end."""
        self._index.add(row[None])

    def remove(self, old_id: int) -> None:
        """Remove one hash; all later ones change their ids."""
        self._index.remove_ids(np.array([old_id], np.int64))
