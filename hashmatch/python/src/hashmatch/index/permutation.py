"""A fixed random order of a hash's 256 bits, so that no picture's habits make one bucket full and another empty."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from hashmatch.older import Self

Rows: TypeAlias = npt.NDArray[np.uint8]

CHUNK = 1 << 13


@dataclass(frozen=True, slots=True, eq=False)
class BitPermutation:
    """A fixed order of the 256 bits, as a table from byte and place to the bits it sets (32 x 256 x 4 words)."""

    order: npt.NDArray[np.uint8]
    table: npt.NDArray[np.uint64]

    @classmethod
    def draw(cls, seed: int | None) -> Self:
        """A new random order."""
        return cls.from_order(np.random.default_rng(seed).permutation(256).astype(np.uint8))

    @classmethod
    def from_order(cls, order: npt.NDArray[np.uint8]) -> Self:
        """The order in which bit `order[i]` of a hash becomes bit `i`."""
        bits = np.zeros((32, 256, 256), np.uint8)
        values = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
        bits[order >> 3, :, np.arange(256)] = values[:, order & 7].T
        return cls(order, np.packbits(bits, axis=2).view(np.uint64))

    def apply(self, rows: Rows) -> Rows:
        """The permuted rows, 32 bytes each."""
        permuted = np.zeros((len(rows), 4), np.uint64)
        for start in range(0, len(rows), CHUNK):
            chunk = permuted[start : start + CHUNK]
            for place in range(32):
                chunk |= self.table[place].take(rows[start : start + CHUNK, place], axis=0)
        return permuted.view(np.uint8)

    def revert(self, permuted: Rows) -> Rows:
        """The rows as they were before `apply`."""
        return BitPermutation.from_order(np.argsort(self.order).astype(np.uint8)).apply(permuted)
