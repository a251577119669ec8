"""What stands beside each hash of an index, packed into bytes and read back without running what the bytes name.

HMA keeps whole numbers, which need no packing. `tx` keeps the name of a collaboration and an object of its exchange:
that is pickled, but only plain values and the record classes of exchanges may be in it, and only those are read.
"""

import dataclasses
import datetime
import enum
import io
import pickle
import sys
from array import array
from collections.abc import MutableSequence, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from threatexchange.exchanges.fetch_state import FetchedSignalMetadata

from hashmatch.threatexchange.stored import REBUILD, AnyArray, StoredIndexError

NUMBERS, OBJECTS = "entries.numbers", "entries.objects"
NUMBER = np.iinfo(np.int64)
PROTOCOL = 4
OWN_PACKAGES = frozenset({"threatexchange", "hashmatch"})
VALUE_TYPES = frozenset({datetime.datetime, datetime.date, datetime.time, datetime.timedelta, datetime.timezone})
UNPICKLING_FAILURES = (
    pickle.UnpicklingError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    EOFError,
    ImportError,
    MemoryError,
    OverflowError,
    RecursionError,
)


def are_numbers(entries: Sequence[Any]) -> bool:
    """Whether all entries are whole numbers of at most 64 bits."""
    return all(type(one) is int and NUMBER.min <= one <= NUMBER.max for one in entries)


def extend_entries(entries: MutableSequence[Any], new: Sequence[Any]) -> MutableSequence[Any]:
    """The entries with new ones behind; while all are whole numbers they stay an array, 8 bytes each."""
    if isinstance(entries, array) and not are_numbers(new):
        entries = entries.tolist()
    entries.extend(new)
    return entries


def pack_entries(entries: Sequence[Any]) -> dict[str, AnyArray]:
    """The entries as one array. What could not be read back is refused now, not when it is needed."""
    if isinstance(entries, array):
        return {NUMBERS: np.frombuffer(entries, np.int64) if len(entries) else np.empty(0, np.int64)}
    stream = io.BytesIO()
    RecordPickler(stream, PROTOCOL).dump(list(entries))
    return {OBJECTS: np.frombuffer(stream.getbuffer(), np.uint8)}


def unpack_entries(arrays: dict[str, AnyArray], *, count: int) -> MutableSequence[Any]:
    """The entries that `pack_entries` packed, of which there must be so many."""
    entries: MutableSequence[Any]
    if NUMBERS in arrays:
        entries = array("q", arrays[NUMBERS].astype(np.int64).tobytes())
    elif OBJECTS in arrays:
        entries = read_records(arrays[OBJECTS])
    else:
        raise StoredIndexError(f"The stored index does not say what its hashes stand for. {REBUILD}")
    if len(entries) != count:
        raise StoredIndexError(f"The stored index has {count} hashes but {len(entries)} entries. {REBUILD}")
    return entries


def read_records(packed: npt.NDArray[np.uint8]) -> list[Any]:
    """A list of plain values and records."""
    try:
        entries = RecordUnpickler(io.BytesIO(packed.tobytes())).load()
    except UNPICKLING_FAILURES as error:
        raise StoredIndexError(f"The stored index has entries that cannot be read: {error} {REBUILD}") from error
    if not isinstance(entries, list):
        raise StoredIndexError(f"The stored index has no list of entries. {REBUILD}")
    return entries


def is_record(kind: Any) -> bool:
    """Whether this class only holds values: a record, dataclass or enumeration of a package that has exchanges."""
    if not isinstance(kind, type):
        return False
    if kind in VALUE_TYPES or kind is set or kind is frozenset:
        return True
    plain = issubclass(kind, FetchedSignalMetadata | enum.Enum) or dataclasses.is_dataclass(kind)
    return plain and kind.__module__.partition(".")[0] in packages_with_exchanges()


def packages_with_exchanges() -> frozenset[str]:
    """The top packages that have told `threatexchange` of a kind of record, and so are in use here already."""
    found, waiting = set(OWN_PACKAGES), [FetchedSignalMetadata]
    while waiting:
        kind = waiting.pop()
        found.add(kind.__module__.partition(".")[0])
        waiting += kind.__subclasses__()
    return frozenset(found)


class RecordPickler(pickle.Pickler):
    """Writes plain values and records, and refuses anything else."""

    def reducer_override(self, obj: Any) -> Any:
        """Called for everything that is no plain value."""
        kind = obj if isinstance(obj, type) else type(obj)
        if not is_record(kind):
            raise StoredIndexError(
                f"An index stores numbers, texts, lists and the records of exchanges, not {kind.__module__}."
                f"{kind.__qualname__}. Keep such objects elsewhere and give the index a key to them."
            )
        return NotImplemented


class RecordUnpickler(pickle.Unpickler):
    """Reads plain values and records; it imports nothing and calls nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """The named class, if it is a record of a module that is in use."""
        kind: Any = sys.modules.get(module)
        for part in name.split("."):
            kind = getattr(kind, part, None)
        if not is_record(kind):
            raise StoredIndexError(
                f"The stored index names {module}.{name}, which is no record of an exchange. {REBUILD}"
            )
        return kind
