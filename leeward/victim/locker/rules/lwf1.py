"""The format `lwf1` of a file that a person's device has locked; `js/lwf1.js` is the same for the browser.

A head of 16 bytes: magic, suite, 7 random bytes, chunk size. Then chunks of 64 KiB, each sealed by AES-256-GCM, whose
nonce is those 7 bytes, the chunk's number and whether it is the last; the head is authenticated with each of them. The
last one is filled up as texts are (0x80, zeros). The key follows from the item's key and the part's name.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from leeward.foundation.vault.rules.seals import derive_key

MAGIC = b"lwf1"
SUITE = b"\x01"
PREFIX_BYTES = 7
CHUNK_BYTES = 64 * 1024
HEAD_BYTES = 16
SEALED_BYTES = CHUNK_BYTES + 16
FILLING_MARK = b"\x80"
PLACES = 1024  # where a chunk is looked for that does not open in its place: 64 MiB


class Damage(StrEnum):
    """What can be wrong with a locked file."""

    HEAD = "head"  # it is no such file
    SIZE = "size"  # it ends within a chunk
    CUT = "cut"  # whole chunks are missing at its end
    MOVED = "moved"  # a chunk of this file stands where another belongs, or twice
    FOREIGN = "foreign"  # a chunk that was changed, or is of another file, part or key
    FILLING = "filling"  # the end of its content is not marked


class FileDamaged(Exception):
    """A locked file does not open: why, and which chunk shows it (from 0; None where it is none)."""

    def __init__(self, damage: Damage, chunk: int | None = None) -> None:
        super().__init__(damage.value if chunk is None else f"{damage.value}, chunk {chunk}")
        self.damage = damage


@dataclass(frozen=True, kw_only=True)
class Lock:
    """What opens and seals the chunks of one part."""

    cipher: AESGCM
    head: bytes

    def nonce(self, chunk: int, *, last: bool) -> bytes:
        """Return the nonce of a chunk in its place."""
        start = len(MAGIC + SUITE)
        return self.head[start : start + PREFIX_BYTES] + chunk.to_bytes(4) + bytes([last])

    def try_open(self, sealed: bytes, chunk: int, *, last: bool) -> bytes | None:
        """Open a chunk as if it stood there; None where it does not."""
        try:
            return self.cipher.decrypt(self.nonce(chunk, last=last), sealed, self.head)
        except InvalidTag:
            return None


def count_chunks(size: int) -> int:
    """How many chunks a file of so many bytes has: there is always room for the mark of its end."""
    return size // CHUNK_BYTES + 1


def sealed_size(size: int) -> int:
    """Bytes of the locked file."""
    return HEAD_BYTES + count_chunks(size) * SEALED_BYTES


def is_sealed_size(size: int) -> bool:
    """Whether a locked file can have so many bytes."""
    return size > HEAD_BYTES and (size - HEAD_BYTES) % SEALED_BYTES == 0


def is_head(head: bytes) -> bool:
    """Whether a file begins as a locked one of this version does."""
    start, rest = MAGIC + SUITE, head[len(MAGIC + SUITE) + PREFIX_BYTES : HEAD_BYTES]
    return head.startswith(start) and rest == CHUNK_BYTES.to_bytes(4)


def part_key(item_key: bytes, part: str) -> bytes:
    """Return what locks and opens that part of an item's file alone."""
    return derive_key(item_key, purpose=f"leeward/lwf1/{part}")


def seal_part(content: bytes, *, key: bytes, prefix: bytes | None = None) -> bytes:
    """Lock a file by the key of its part.

    `prefix`: 7 bytes that no file under this key has had; drawn where none are given.
    """
    drawn = secrets.token_bytes(PREFIX_BYTES) if prefix is None else prefix
    lock = _lock(key, MAGIC + SUITE + drawn + CHUNK_BYTES.to_bytes(4))
    count = count_chunks(len(content))
    filled = content + FILLING_MARK + bytes(count * CHUNK_BYTES - len(content) - 1)
    sealed = [
        lock.cipher.encrypt(
            lock.nonce(chunk, last=chunk == count - 1),
            filled[chunk * CHUNK_BYTES : (chunk + 1) * CHUNK_BYTES],
            lock.head,
        )
        for chunk in range(count)
    ]
    return lock.head + b"".join(sealed)


def open_part(sealed: bytes, *, key: bytes) -> bytes:
    """What is in a locked file. Raises FileDamaged."""
    return b"".join(_open_chunks(sealed, key))


def _open_chunks(sealed: bytes, key: bytes) -> Iterator[bytes]:
    if not is_head(sealed[:HEAD_BYTES]):
        raise FileDamaged(Damage.HEAD)
    if not is_sealed_size(len(sealed)):
        raise FileDamaged(Damage.SIZE)
    lock = _lock(key, sealed[:HEAD_BYTES])
    count = (len(sealed) - HEAD_BYTES) // SEALED_BYTES
    for chunk in range(count):
        here = sealed[HEAD_BYTES + chunk * SEALED_BYTES : HEAD_BYTES + (chunk + 1) * SEALED_BYTES]
        last = chunk == count - 1
        plain = lock.try_open(here, chunk, last=last)
        if plain is None:
            raise FileDamaged(_explain(lock, here, chunk, last=last), chunk)
        yield _unfilled(plain, chunk) if last else plain


def _explain(lock: Lock, sealed: bytes, chunk: int, *, last: bool) -> Damage:
    """Say why a chunk does not open where it stands: whether it would elsewhere."""
    if last and lock.try_open(sealed, chunk, last=False) is not None:
        return Damage.CUT
    places = ((other, is_last) for other in range(PLACES) for is_last in (False, True))
    if any(lock.try_open(sealed, other, last=is_last) is not None for other, is_last in places):
        return Damage.MOVED
    return Damage.FOREIGN


def _unfilled(filled: bytes, chunk: int) -> bytes:
    stripped = filled.rstrip(b"\0")
    if not stripped.endswith(FILLING_MARK):
        raise FileDamaged(Damage.FILLING, chunk)
    return stripped[:-1]


def _lock(key: bytes, head: bytes) -> Lock:
    return Lock(cipher=AESGCM(key), head=head)
