"""The bank as a step of somebody's own Ray Data pipeline.

    dataset = ray.data.read_parquet("s3://bucket/hashes/")
    found = dataset.map_batches(
        BankMatcher,
        fn_constructor_args=("/data/bank",),
        compute=ray.data.ActorPoolStrategy(size=16),
        batch_size=65_536,
    )

`hashmatch scan` is the better choice for a whole archive, for it keeps a manifest; this is for pipelines that exist.
The bank's file must be on every machine. Each actor maps it once; Ray is not imported here.
"""

from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from hashmatch.bank import Bank
from hashmatch.errors import InvalidHashError
from hashmatch.hashes import PdqHash
from hashmatch.index import DEFAULT_LIMIT
from hashmatch.scan.settings import DEFAULT_COLUMN
from hashmatch.variants import DISTINCTIVE_QUALITY, MATCH_DISTANCE

Batch: TypeAlias = dict[str, npt.NDArray[Any]]


class BankMatcher:
    """Turns batches of columns into the batches of their matches, for `map_batches` with `batch_format="numpy"`."""

    def __init__(
        self,
        bank: Path | str,
        *,
        column: str = DEFAULT_COLUMN,
        quality_column: str | None = None,
        max_distance: int = MATCH_DISTANCE,
        limit: int = DEFAULT_LIMIT,
    ) -> None:
        self._bank = Bank.open(bank)
        self._column = column
        self._quality_column = quality_column
        self._max_distance = max_distance
        self._limit = limit

    def __call__(self, batch: Batch) -> Batch:
        """For each match the columns of its row, and `entry` (32 bytes), `distance`, `needs_person`, `is_verified`.

        The hashes are an array of uint8, 32 a row, or an array of `bytes` objects. Raises InvalidHashError for others.
        """
        self._bank.refresh()
        found = self._bank.match_batch(to_rows(batch[self._column]), self._max_distance, self._limit)
        rows = np.repeat(np.arange(len(found)), np.diff(found.bounds))
        needs_person = found.needs_person
        if self._quality_column is not None:
            needs_person = needs_person | (batch[self._quality_column][rows] < DISTINCTIVE_QUALITY)
        entries = np.empty(len(rows), object)
        entries[:] = [row.tobytes() for row in found.hashes]
        return {
            **{name: values[rows] for name, values in batch.items()},
            "entry": entries,
            "distance": found.distances,
            "needs_person": needs_person,
            "is_verified": found.is_verified,
        }


def to_rows(values: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Hashes as 32 bytes a row."""
    if values.dtype == np.uint8:
        return np.ascontiguousarray(values)
    try:
        joined = b"".join(PdqHash.from_bytes(one).bytes for one in values)
    except TypeError as error:
        raise InvalidHashError("The column of hashes must hold bytes, 32 a row.") from error
    return np.frombuffer(joined, np.uint8).reshape(-1, PdqHash.LENGTH)
