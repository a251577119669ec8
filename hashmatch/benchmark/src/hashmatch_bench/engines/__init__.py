"""The indexes that are measured, by name; each lives in a module of its own, imported only where it is measured."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

type Rows = npt.NDArray[np.uint8]
type Ids = npt.NDArray[np.int64]


class Engine(ABC):
    """One index. `prepare` and `read` are not timed, so that each is asked in the form that suits it best."""

    can_add = False
    can_remove = False

    def load(self) -> None:  # noqa: B027  # most need nothing
        """Get ready what a process needs once, whatever the bank: settings."""

    @abstractmethod
    def build(self, hashes: Rows) -> None:
        """Index hashes, uint8[N, 32]; the ids are the row numbers."""

    def prepare(self, queries: Rows) -> Any:
        """One call's queries, uint8[B, 32], in the engine's own form."""
        return queries

    @abstractmethod
    def search(self, prepared: Any) -> Any:
        """Everything within 31 bits of each query: this is what is timed."""

    @abstractmethod
    def read(self, answer: Any) -> list[Ids]:
        """The ids for each query."""

    def add(self, new_id: int, row: Rows) -> None:
        """Add one hash, uint8[32], under the next id; only where `can_add`. Raises TypeError elsewhere."""
        raise TypeError(f"This index is built whole: it cannot take {row.nbytes} bytes under id {new_id}.")

    def remove(self, old_id: int) -> None:
        """Remove one hash; only where `can_remove`. Raises TypeError elsewhere."""
        raise TypeError(f"This index is built whole: it cannot let go of id {old_id}.")

    def join(self, hashes: Rows) -> int | None:  # noqa: ARG002
        """Find all pairs of near rows in the bank, each once: how many there are; None where that is no use."""
        return None


@dataclass(frozen=True, slots=True)
class EngineKind:
    """How an engine is found, shown and fitted into memory."""

    name: str
    label: str
    module: str
    distribution: str  # of which the version is told
    peak_bytes: int  # a hash while building: an engine that would not fit is left out
    environment: tuple[tuple[str, str], ...] = ()
    is_ours: bool = False
    largest_again: int | None = None  # above it, one kind of bank must do: building takes minutes
    in_threads: bool = False  # whether it is measured on two threads too


OURS = EngineKind(
    "hashmatch", "hashmatch", "hashmatch_bench.engines.ours", "hashmatch", 330, is_ours=True, in_threads=True
)
OURS_IN_NUMPY = EngineKind(
    "hashmatch-numpy",
    "hashmatch, NumPy form",
    "hashmatch_bench.engines.ours",
    "numpy",
    330,
    environment=(("HASHMATCH_KERNELS", "off"),),
    is_ours=True,
)
THREATEXCHANGE = EngineKind(
    "threatexchange",
    "threatexchange default",
    "hashmatch_bench.engines.threatexchange_default",
    "threatexchange",
    1200,
    in_threads=True,
)
FAISS_FLAT = EngineKind("faiss-flat", "FAISS flat", "hashmatch_bench.engines.faiss_flat", "faiss-cpu", 64)
PYNEAR = EngineKind(
    "pynear-mih", "pynear MIH", "hashmatch_bench.engines.pynear_mih", "pynear", 600, largest_again=2_000_000
)
BRUTE = EngineKind("numpy-scan", "NumPy scan", "hashmatch_bench.engines.numpy_scan", "numpy", 64)

# The hungriest first: it finds the most memory free.
ENGINE_KINDS = (THREATEXCHANGE, PYNEAR, OURS, OURS_IN_NUMPY, FAISS_FLAT, BRUTE)
KIND_BY_NAME = {kind.name: kind for kind in ENGINE_KINDS}
