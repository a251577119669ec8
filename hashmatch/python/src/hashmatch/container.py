"""One file of named arrays: versioned, checksummed, replaced in one step, read by memory map."""

import contextlib
import glob
import hashlib
import json
import os
import struct
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
import numpy.typing as npt

from hashmatch.errors import HashmatchError

MAGIC = b"HASHMTCH"
VERSION = 2  # 2: the index keeps its tables flat and padded, and ids that count up as a range
ALIGNMENT = 64
UNFINISHED = ".new"
HEADER_ROOM = 1 << 14  # bytes for what the header says of arrays, some 150 for each
PREAMBLE = struct.Struct("<8sII32s")  # magic, version, length of the header, SHA-256 of the header

AnyArray: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class ArrayParts:
    """An array that is made in parts along its first axis, one or more, so that it need not be in memory as a whole.

    All parts have the same type, and the same shape but for the first axis.
    """

    parts: Iterable[AnyArray]

    def join(self) -> AnyArray:
        """The whole array."""
        return np.concatenate(list(self.parts))


NamedArrays: TypeAlias = Iterable[tuple[str, AnyArray | ArrayParts]]


@dataclass(frozen=True, slots=True)
class Container:
    """What a file holds: facts (JSON values), arrays, and how long the container is within the file."""

    facts: dict[str, Any]
    arrays: dict[str, AnyArray]
    length: int


def last_good(path: Path) -> Path:
    """Where the file is kept that was in this place before."""
    return path.with_name(f"{path.name}.last")


def write_container(
    path: Path, *, kind: str, facts: Mapping[str, Any], arrays: Mapping[str, AnyArray], keep_last: bool = False
) -> None:
    """Write the file beside its place and move it there, so that a reader sees the old one or the new one, whole.

    With `keep_last` the file before it stays under the name that `last_good` gives; without, none does.
    """
    stream_container(path, kind=kind, facts=facts, arrays=arrays.items(), keep_last=keep_last)


def stream_container(
    path: Path,
    *,
    kind: str,
    facts: Mapping[str, Any],
    arrays: NamedArrays,
    keep_last: bool = False,
) -> None:
    """The same with arrays that are made one after the other, so that they need not all be in memory at once."""
    room = align(len(json.dumps(dict(facts))) + HEADER_ROOM)
    start = align(PREAMBLE.size + room)
    table: dict[str, dict[str, Any]] = {}
    offset = 0
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=UNFINISHED)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            for name, made in arrays:
                offset = align(offset)
                stream.seek(start + offset)
                table[name] = write_array(stream, made, offset=offset)
                offset = stream.tell() - start
                del made
            stream.truncate(start + offset)
            header = {"kind": kind, "facts": dict(facts), "arrays": table, "length": offset}
            text = json.dumps(header, separators=(",", ":")).encode().ljust(room)
            if len(text) > room:
                raise ValueError(f"A container has at most {HEADER_ROOM} bytes for what is said of its arrays.")
            stream.seek(0)
            stream.write(PREAMBLE.pack(MAGIC, VERSION, len(text), hashlib.sha256(text).digest()))
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        set_aside(path, keep=keep_last)
        Path(temporary).replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
    sync_folder(path.parent)


def delete_unfinished(path: Path) -> None:
    """Delete what writers left that were killed before their file was in its place; no other may be at work."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*{UNFINISHED}"):
        left.unlink(missing_ok=True)


def write_array(stream: BinaryIO, made: AnyArray | ArrayParts, *, offset: int) -> dict[str, Any]:
    """Write an array where the stream stands; what the header says of it."""
    digest, rows, kind, shape = hashlib.sha256(), 0, np.dtype(np.uint8), (0,)
    for part in made.parts if isinstance(made, ArrayParts) else (made,):
        array = np.ascontiguousarray(part)
        content = array.data.cast("B") if array.size else b""
        digest.update(content)
        stream.write(content)
        rows, kind, shape = rows + len(array), array.dtype, array.shape
    return describe(kind, (rows, *shape[1:]), offset=offset, digest=digest.hexdigest())


def set_aside(path: Path, *, keep: bool) -> None:
    """Give the file in this place a second name, in one step, or take away what has that name."""
    older = last_good(path)
    if not keep:
        older.unlink(missing_ok=True)
    elif path.exists():
        second = path.with_name(f".{path.name}.aside")
        second.unlink(missing_ok=True)
        second.hardlink_to(path)
        second.replace(older)


def describe_arrays(*, kind: str, facts: Mapping[str, Any], arrays: Mapping[str, AnyArray]) -> dict[str, Any]:
    """The header: where each array lies behind it, what type it has, and its checksum."""
    offset = 0
    table = {}
    for name, array in arrays.items():
        offset = align(offset)
        table[name] = describe_array(array, offset=offset)
        offset += array.nbytes
    return {"kind": kind, "facts": dict(facts), "arrays": table, "length": offset}


def describe_array(array: AnyArray, *, offset: int) -> dict[str, Any]:
    """What the header says of an array: where it lies, what type it has, and its checksum."""
    return describe(array.dtype, array.shape, offset=offset, digest=checksum(array))


def describe(kind: "np.dtype[Any]", shape: tuple[int, ...], *, offset: int, digest: str) -> dict[str, Any]:
    """The same of one of which these are known."""
    return {"type": kind.newbyteorder("<").str, "shape": list(shape), "offset": offset, "sha256": digest}


def read_container(path: Path, *, kind: str, error: type[HashmatchError], verify: bool = True) -> Container:
    """Map the arrays of a file into memory. A file that is torn, damaged or of another kind is refused by `error`.

    `verify` reads the whole file once to compare the checksum of every array; without it only the header is compared.
    """
    with open_for_reading(path, error=error) as stream:
        return map_container(stream, path=path, kind=kind, error=error, verify=verify)


def open_for_reading(path: Path, *, error: type[HashmatchError]) -> BinaryIO:
    """Open a file, or say what is wrong with it."""
    try:
        return path.open("rb")
    except FileNotFoundError as reason:
        raise error(f"There is no file {path}.") from reason
    except OSError as reason:
        raise error(f"{path} cannot be read: {reason.strerror}.") from reason


def map_container(
    stream: BinaryIO, *, path: Path, kind: str, error: type[HashmatchError], verify: bool = True, mapped: bool = True
) -> Container:
    """Map the arrays of an open file; other things may follow the container in the file.

    Without `mapped` they are read into memory of their own, which stays whole whatever becomes of the file: to read a
    mapped page that someone has cut off ends the process.
    """
    header, start = read_header(stream, path=path, kind=kind, error=error)
    size = os.fstat(stream.fileno()).st_size
    length = start + int(header["length"])
    if size < length:
        raise error(f"{path} is cut short: it has {size} of {length} bytes. Write it again.")
    content = np.memmap(stream, dtype=np.uint8, mode="r", shape=(length,)) if mapped else read_bytes(stream, length)
    if len(content) < length:
        raise error(f"{path} was cut short while it was read. Write it again.")
    arrays = {}
    for name, place in header["arrays"].items():
        array = view_array(content, start=start, place=place)
        if verify and checksum(array) != place["sha256"]:
            raise error(f"{path} is damaged: its part {name!r} does not fit its checksum. Write it again.")
        arrays[name] = array
    return Container(facts=header["facts"], arrays=arrays, length=length)


def read_bytes(stream: BinaryIO, length: int) -> npt.NDArray[np.uint8]:
    """The first bytes of an open file in memory that starts at a place where any array may start."""
    stream.seek(0)
    whole = np.empty(length + ALIGNMENT, np.uint8)
    start = -whole.ctypes.data % ALIGNMENT
    content = whole[start : start + length]
    return content[: stream.readinto(content)]  # type: ignore[attr-defined]


def read_header(stream: BinaryIO, *, path: Path, kind: str, error: type[HashmatchError]) -> tuple[dict[str, Any], int]:
    """The header of a file and where its arrays start."""
    preamble = stream.read(PREAMBLE.size)
    if len(preamble) < PREAMBLE.size or not preamble.startswith(MAGIC):
        raise error(f"{path} is not a file of hashmatch, or is cut short within its first bytes.")
    _, version, length, digest = PREAMBLE.unpack(preamble)
    if version != VERSION:
        raise error(f"{path} has version {version}; this hashmatch reads version {VERSION}. Write it again.")
    text = stream.read(length)
    if hashlib.sha256(text).digest() != digest:
        raise error(f"{path} is damaged or cut short: its header does not fit its checksum. Write it again.")
    header: dict[str, Any] = json.loads(text)
    if header["kind"] != kind:
        raise error(f"{path} is of kind {header['kind']!r}, not {kind!r}.")
    return header, align(PREAMBLE.size + length)


def view_array(content: npt.NDArray[np.uint8], *, start: int, place: Mapping[str, Any]) -> AnyArray:
    """One array of the mapped file, without copying it."""
    kind = np.dtype(place["type"])
    count = int(np.prod(place["shape"], dtype=np.int64))
    begin = start + int(place["offset"])
    array: AnyArray = content[begin : begin + count * kind.itemsize].view(kind).reshape(place["shape"])
    return array


def checksum(array: AnyArray) -> str:
    """SHA-256 of an array's bytes."""
    return hashlib.sha256(array.data.cast("B") if array.size else b"").hexdigest()


def align(offset: int) -> int:
    """The next place at which an array may start."""
    return -(-offset // ALIGNMENT) * ALIGNMENT


def sync_folder(folder: Path) -> None:
    """Make a file's new name survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
