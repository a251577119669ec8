"""Records added at the end of a file, each whole or not there at all."""

import hashlib
import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hashmatch.errors import BankFileError

MAGIC = b"HMJR"
HEAD = struct.Struct("<4sI32sI")  # magic, length of the payload, its SHA-256, CRC-32 of the three


@dataclass(frozen=True, slots=True)
class JournalRecord:
    """One record and where the next one starts."""

    payload: dict[str, Any]
    end: int


def encode_record(payload: Mapping[str, Any]) -> bytes:
    """The bytes of one record."""
    body = json.dumps(payload, separators=(",", ":")).encode()
    head = struct.pack("<4sI32s", MAGIC, len(body), hashlib.sha256(body).digest())
    return head + struct.pack("<I", zlib.crc32(head)) + body


def read_records(data: bytes, *, start: int, path: Path) -> Iterator[JournalRecord]:
    """The whole records of a journal whose first byte is at `start` of the file.

    A torn record at the very end is what a crash or a writer at work leaves: it is not given, and what it held will
    come again from the exchange. Damage anywhere before the end is refused.
    """
    position = 0
    while position < len(data):
        head = data[position : position + HEAD.size]
        length = read_head(head)
        if length is None:
            if len(head) < HEAD.size or not any(data[position:]):
                return
            raise damaged(path, start + position)
        body = data[position + HEAD.size : position + HEAD.size + length]
        end = position + HEAD.size + length
        if hashlib.sha256(body).digest() != HEAD.unpack(head)[2]:
            if end >= len(data):
                return
            raise damaged(path, start + position)
        yield JournalRecord(json.loads(body), start + end)
        position = end


def read_head(head: bytes) -> int | None:
    """The length of the payload, or None if this is no whole head."""
    if len(head) < HEAD.size:
        return None
    magic, length, _, check = HEAD.unpack(head)
    if magic != MAGIC or zlib.crc32(head[:-4]) != check:
        return None
    return int(length)


def damaged(path: Path, position: int) -> BankFileError:
    """The error for damage before the end."""
    return BankFileError(
        f"{path} is damaged at byte {position}. Delete it and run `hashmatch sync` again to draw everything afresh."
    )
