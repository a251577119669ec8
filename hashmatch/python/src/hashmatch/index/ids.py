"""Columns of ids that take no more memory than they must: nothing where the ids simply count up."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Ids: TypeAlias = npt.NDArray[np.int64]
RowNumbers: TypeAlias = npt.NDArray[np.int64]

RANGE = "id_range"
LIST = "ids"


class IdColumn(Protocol):
    """The ids of a block's rows."""

    @property
    def is_ascending(self) -> bool:
        """Whether a later row always has a higher id."""

    def __len__(self) -> int: ...

    def take(self, rows: RowNumbers) -> Ids:
        """The ids of some rows."""

    def find(self, wanted: Ids) -> RowNumbers:
        """The row of each wanted id, or -1."""

    def find_one(self, wanted: int) -> int:
        """The row of one id, or -1; the same as `find`, without its fixed costs."""

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The column as `read_ids` reads it."""


class IdRange:
    """Ids that count up by one."""

    is_ascending = True

    def __init__(self, start: int, count: int) -> None:
        self._start = start
        self._count = count

    def __len__(self) -> int:
        return self._count

    def take(self, rows: RowNumbers) -> Ids:
        """The ids of some rows."""
        return rows + self._start

    def find(self, wanted: Ids) -> RowNumbers:
        """The row of each wanted id, or -1."""
        rows = wanted - self._start
        return np.where((rows >= 0) & (rows < self._count), rows, -1)

    def find_one(self, wanted: int) -> int:
        """The row of one id, or -1."""
        row = wanted - self._start
        return row if 0 <= row < self._count else -1

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Start and length."""
        return {RANGE: np.array([self._start, self._count], np.int64)}


class IdList:
    """Ids of any order."""

    def __init__(self, ids: npt.NDArray[np.int64] | npt.NDArray[np.uint32]) -> None:
        self._ids = ids
        self.is_ascending = bool(np.all(ids[1:] > ids[:-1]))
        self._order: RowNumbers | None = None  # made when it is first needed: many an index is never changed

    def __len__(self) -> int:
        return len(self._ids)

    def take(self, rows: RowNumbers) -> Ids:
        """The ids of some rows."""
        return self._ids[rows].astype(np.int64)

    def find(self, wanted: Ids) -> RowNumbers:
        """The row of each wanted id, or -1."""
        if self._order is None and not self.is_ascending:
            self._order = np.argsort(self._ids, kind="stable")
        places = np.minimum(np.searchsorted(self._ids, wanted, sorter=self._order), len(self._ids) - 1)
        rows = places if self._order is None else self._order[places]
        return np.where(self._ids[rows] == wanted, rows, -1)

    def find_one(self, wanted: int) -> int:
        """The row of one id, or -1."""
        return int(self.find(np.array([wanted], np.int64))[0])

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All ids."""
        return {LIST: self._ids}


def pack_ids(ids: Ids) -> IdColumn:
    """The smallest column that holds these ids."""
    if len(ids) == 0:
        return IdRange(0, 0)
    if np.all(ids[1:] - ids[:-1] == 1):
        return IdRange(int(ids[0]), len(ids))
    return IdList(ids.astype(np.uint32) if int(ids.max()) <= np.iinfo(np.uint32).max else ids)


def read_ids(arrays: Mapping[str, npt.NDArray[Any]]) -> IdColumn:
    """The column that `to_arrays` gave."""
    if RANGE in arrays:
        start, count = arrays[RANGE].tolist()
        return IdRange(start, count)
    return IdList(np.asarray(arrays[LIST]))
