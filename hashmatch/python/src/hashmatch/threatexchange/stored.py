"""The stored form of an index: checksummed arrays in an envelope that is a valid pickle, but is never unpickled here.

HMA reads every stored index by `pickle.load`, whatever wrote it, and so does the package's own index class when the
extension has been taken out again. So the file is a pickle of one call, `CLASS.from_payload(PAYLOAD)`, written by hand.
This reader compares the envelope byte by byte and takes the payload out of it; it runs nothing that a file names.
The payload is a container as in `hashmatch.container`, with its version and a checksum for each array.
"""

import hashlib
import io
import json
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
import numpy.typing as npt
from threatexchange.cli.exceptions import CommandError

from hashmatch.container import (
    MAGIC,
    PREAMBLE,
    VERSION,
    align,
    checksum,
    describe_arrays,
    read_header,
    view_array,
)
from hashmatch.errors import IndexFileError
from hashmatch.index.ids import read_ids
from hashmatch.index.layout import BUCKETS, SKETCH_PADDING, WORDS

AnyArray: TypeAlias = npt.NDArray[Any]

KIND = "threatexchange index"
PLACE = Path("The stored index")  # how messages name what has no path of its own
LENGTH = struct.Struct("<Q")
END = b"\x85R."  # a tuple of the payload, the call, the end
REBUILD = "Build it anew: `tx dataset --rebuild-indices`, or HMA's index builder."


class StoredIndexError(IndexFileError, CommandError):
    """A stored index is damaged, cut short, or was written by another index class; `tx` prints it without a trace."""


def envelope_start(kind: type) -> bytes:
    """The pickle up to the length of the payload: protocol 4, the function to call, a byte string of 8-byte length."""
    module, name = kind.__module__.encode(), f"{kind.__qualname__}.from_payload".encode()
    return b"\x80\x04\x8c%c%s\x8c%c%s\x93\x8e" % (len(module), module, len(name), name)


def envelope(kind: type, arrays: Mapping[str, AnyArray]) -> Iterator[bytes | memoryview]:
    """The whole file, piece by piece, so that a large index is never in memory twice."""
    pieces = list(payload_pieces(arrays))
    yield envelope_start(kind) + LENGTH.pack(sum(len(piece) for piece in pieces))
    yield from pieces
    yield END


def payload_pieces(arrays: Mapping[str, AnyArray]) -> Iterator[bytes | memoryview]:
    """A container, piece by piece."""
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    header = describe_arrays(kind=KIND, facts={}, arrays=contiguous)
    text = json.dumps(header, separators=(",", ":")).encode()
    start = align(PREAMBLE.size + len(text))
    yield PREAMBLE.pack(MAGIC, VERSION, len(text), hashlib.sha256(text).digest()) + text
    at = PREAMBLE.size + len(text)
    for name, array in contiguous.items():
        place = start + header["arrays"][name]["offset"]
        yield bytes(place - at)
        yield array.data.cast("B") if array.size else b""
        at = place + array.nbytes


def open_envelope(kind: type, stream: BinaryIO) -> memoryview:
    """The payload of a file that `envelope` wrote for this class, read to its end; anything else is refused."""
    start = envelope_start(kind)
    head = stream.read(len(start) + LENGTH.size)
    # A byte string of its own begins where any array may begin; a slice of the whole file would not.
    rest = stream.read()
    if not head.startswith(start):
        raise StoredIndexError(f"{PLACE} is not one of {kind.__name__}: an older index, or another file. {REBUILD}")
    length = len(rest) - len(END)
    if len(head) < len(start) + LENGTH.size or LENGTH.unpack_from(head, len(start))[0] != length:
        raise StoredIndexError(f"{PLACE} is cut short or damaged: its length is not what it says. {REBUILD}")
    if rest[length:] != END:
        raise StoredIndexError(f"{PLACE} is damaged at its end. {REBUILD}")
    return memoryview(rest)[:length]


def read_payload(payload: bytes | memoryview) -> dict[str, AnyArray]:
    """The arrays of a payload, on the same memory; one that is damaged in any way is refused."""
    header, start = read_header(io.BytesIO(payload), path=PLACE, kind=KIND, error=StoredIndexError)
    content = np.frombuffer(payload, np.uint8)
    arrays = {}
    try:
        if len(content) != start + header["length"]:
            raise StoredIndexError(f"{PLACE} is cut short. {REBUILD}")
        for name, place in header["arrays"].items():
            arrays[name] = view_array(content, start=start, place=place)
            if checksum(arrays[name]) != place["sha256"]:
                raise StoredIndexError(f"{PLACE} is damaged: {name!r} does not fit its checksum. {REBUILD}")
    except (LookupError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise StoredIndexError(f"{PLACE} is damaged: it describes its arrays wrongly. {REBUILD}") from error
    return arrays


def check_index(arrays: Mapping[str, AnyArray]) -> None:
    """Refuse arrays of an index whose numbers point to nothing."""
    try:
        sound = is_sound(arrays)
    except (LookupError, TypeError, ValueError) as error:
        raise StoredIndexError(f"{PLACE} is damaged: an array is missing or odd. {REBUILD}") from error
    if not sound:
        raise StoredIndexError(f"{PLACE} is damaged: its tables point outside of it. {REBUILD}")


def is_sound(arrays: Mapping[str, AnyArray]) -> bool:
    """Whether every array has its type and shape, and every number in it points to something that exists."""
    rows, permutation = arrays["rows"], arrays["permutation"]
    count = len(rows)
    if not (has_form(rows, np.uint8, (count, 32)) and has_form(permutation, np.uint8, (256,))):
        return False
    if not np.array_equal(np.sort(permutation), np.arange(256)):
        return False
    ids, numbers = read_ids(arrays), np.arange(count)
    if len(ids) != count or not np.array_equal(np.sort(ids.take(numbers)), numbers):
        return False
    return "postings" not in arrays or are_tables_sound(arrays, count)


def are_tables_sound(arrays: Mapping[str, AnyArray], count: int) -> bool:
    """Whether the tables of an index of so many rows stay within themselves."""
    bounds, sketches, postings = arrays["bounds"], arrays["sketches"], arrays["postings"]
    if not (
        has_form(bounds, np.uint32, (WORDS * (BUCKETS + 1),))
        and has_form(sketches, np.uint16, (WORDS * count + SKETCH_PADDING,))
        and has_form(postings, np.uint32, (WORDS * count,))
    ):
        return False
    by_word = bounds.reshape(WORDS, BUCKETS + 1)
    ascending = bool(np.all(by_word[:, 1:] >= by_word[:, :-1]))
    return ascending and not by_word[:, 0].any() and bool(np.all(by_word[:, -1] == count) and postings.max() < count)


def has_form(array: AnyArray, kind: type[np.generic], shape: tuple[int, ...]) -> bool:
    """Whether an array has this type and shape."""
    return array.dtype == kind and array.shape == shape
