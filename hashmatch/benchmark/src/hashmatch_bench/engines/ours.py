"""This library's index, asked through the class that outside harnesses use."""

from hashmatch.bench import Candidate
from hashmatch.kernels import KERNELS
from hashmatch.variants import MATCH_DISTANCE

from hashmatch_bench.engines import Engine, Ids, Rows


class Measured(Engine):
    """`Candidate`, with what its index can do beside."""

    can_add = True
    can_remove = True

    def __init__(self) -> None:
        self._candidate = Candidate()

    def build(self, hashes: Rows) -> None:
        """Index hashes by row number."""
        self._candidate.build(hashes)

    def search(self, prepared: Rows) -> list[Ids]:
        """All ids within 31 bits of each query."""
        return self._candidate.query(prepared, MATCH_DISTANCE)

    def read(self, answer: list[Ids]) -> list[Ids]:
        """Its ids are arrays already."""
        return answer

    def add(self, new_id: int, row: Rows) -> None:
        """Add one hash."""
        self._candidate.index.add([new_id], row[None])

    def remove(self, old_id: int) -> None:
        """Remove one hash."""
        self._candidate.index.remove([old_id])

    def join(self, hashes: Rows) -> int | None:  # noqa: ARG002
        """All pairs, each once; not with the NumPy form, which would take minutes."""
        if KERNELS is None:
            return None
        return sum(len(batch.left) for batch in self._candidate.index.near_pairs(MATCH_DISTANCE))
