"""Hashes out of Parquet columns: fixed bytes, bytes or hexadecimal text, and what is wrong with those that are none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from hashmatch.errors import ScanSourceError
from hashmatch.hashes import PdqHash
from hashmatch.scan.settings import Columns
from hashmatch.scan.sources import Item, Opened

ROWS_PER_BATCH = 1 << 16
UNKNOWN_QUALITY = 255
LARGEST_QUALITY = 100
FIXED = pyarrow.binary(PdqHash.LENGTH)
HEX_PATTERN = f"^[0-9a-fA-F]{{{2 * PdqHash.LENGTH}}}$"
HEX_VALUES = np.zeros(256, np.uint8)
HEX_VALUES[np.frombuffer(b"0123456789abcdefABCDEF", np.uint8)] = np.array([*range(16), *range(10, 16)], np.uint8)

Rows: TypeAlias = npt.NDArray[np.uint8]
ArrowArray: TypeAlias = Any  # pyarrow has no types


@dataclass(frozen=True, slots=True)
class HashBatch:
    """Some rows of a file: the good hashes, which rows they are, their ids and qualities, and the rows that are bad."""

    hashes: Rows
    places: npt.NDArray[np.int64]  # row of the file for each good hash
    quality: npt.NDArray[np.uint8]  # of each good hash; 255 where it is not known
    bad: npt.NDArray[np.int64]  # rows of the file that hold no hash
    first: int
    ids: ArrowArray | None  # of all rows, from `first` on

    def ids_of(self, places: Sequence[int]) -> list[str] | None:
        """The ids of rows of the file as text; None if the file has no ids."""
        if self.ids is None:
            return None
        taken = self.ids.take(pyarrow.array([place - self.first for place in places], pyarrow.int64()))
        return [as_text(one) for one in taken.to_pylist()]


def as_text(value: object) -> str:
    """An id as text; none is no text."""
    if value is None:
        return ""
    return value.hex() if isinstance(value, bytes) else str(value)


def read_batches(opened: Opened, item: Item, columns: Columns) -> Iterator[HashBatch]:
    """The rows of an item, a batch at a time.

    Raises ScanSourceError where the file cannot be read or lacks the column; nothing of a later row was given then.
    """
    name = opened.name(item)
    try:
        with opened.system.open(opened.locate(item), "rb") as stream:
            file = parquet.ParquetFile(stream)
            names = file.schema_arrow.names
            if columns.hash not in names:
                raise ScanSourceError(f"{name} has no column {columns.hash!r}.")
            wanted = [one for one in (columns.hash, columns.id, columns.quality) if one in names]
            groups = list(range(item.place, item.end or file.num_row_groups))
            first = item.first_row
            for batch in file.iter_batches(ROWS_PER_BATCH, row_groups=groups, columns=wanted):
                yield read_batch(batch, first, columns)
                first += batch.num_rows
    except (pyarrow.ArrowException, OSError) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise ScanSourceError(f"{name} cannot be read as Parquet: {reason}.") from error


def read_batch(batch: ArrowArray, first: int, columns: Columns) -> HashBatch:
    """The columns of one batch, whose first row is row `first` of its file."""
    names = batch.schema.names
    column = batch.column(columns.hash)
    good = find_good(column)
    mask = good.to_numpy(zero_copy_only=False)
    quality = np.full(batch.num_rows, UNKNOWN_QUALITY, np.uint8)
    if columns.quality in names:
        quality = read_quality(batch.column(columns.quality))
    return HashBatch(
        hashes=to_rows(column.filter(good)),
        places=np.flatnonzero(mask) + first,
        quality=quality[mask],
        bad=np.flatnonzero(~mask) + first,
        first=first,
        ids=batch.column(columns.id) if columns.id in names else None,
    )


def find_good(column: ArrowArray) -> ArrowArray:
    """Which values are hashes, as an array of booleans without nulls."""
    kind = column.type
    if pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind):
        fits = compute.match_substring_regex(column, HEX_PATTERN)
    elif pyarrow.types.is_binary(kind) or pyarrow.types.is_large_binary(kind) or kind == FIXED:
        fits = compute.equal(compute.binary_length(column), PdqHash.LENGTH)
    else:
        return pyarrow.array(np.zeros(len(column), np.bool_))
    return compute.fill_null(fits, False)  # noqa: FBT003 - pyarrow's own form


def to_rows(column: ArrowArray) -> Rows:
    """Values that are known to be hashes, as 32 bytes a row."""
    if pyarrow.types.is_string(column.type) or pyarrow.types.is_large_string(column.type):
        digits = np.frombuffer("".join(column.to_pylist()).encode(), np.uint8)
        halves = HEX_VALUES[digits].reshape(-1, PdqHash.LENGTH, 2)
        rows: Rows = (halves[:, :, 0] << np.uint8(4)) | halves[:, :, 1]
        return rows
    if len(column) == 0 or column.type not in (FIXED, pyarrow.binary(), pyarrow.large_binary()):
        return np.empty((0, PdqHash.LENGTH), np.uint8)
    fixed = column.cast(FIXED)
    start = fixed.offset * PdqHash.LENGTH
    values = np.frombuffer(fixed.buffers()[1], np.uint8, len(fixed) * PdqHash.LENGTH, start)
    return values.reshape(-1, PdqHash.LENGTH)


def read_quality(column: ArrowArray) -> npt.NDArray[np.uint8]:
    """Qualities from 0 to 100; whatever is none of them is not known."""
    if not (pyarrow.types.is_integer(column.type) or pyarrow.types.is_floating(column.type)):
        return np.full(len(column), UNKNOWN_QUALITY, np.uint8)
    values = column.cast(pyarrow.float64()).to_numpy(zero_copy_only=False)
    known = (values >= 0) & (values <= LARGEST_QUALITY)  # false for a null, which is NaN here
    return np.where(known, values, UNKNOWN_QUALITY).astype(np.uint8)
