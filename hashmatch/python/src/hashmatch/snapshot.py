"""The file of a whole feed: a signed header, and behind it blocks of columns, each with a digest (docs/snapshot.md).

The exchange writes it with this module and a platform reads it with this module, so the format has one home.
"""

import base64
import binascii
import datetime
import hashlib
import hmac
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hashmatch.errors import FeedSignatureError, SnapshotError
from hashmatch.hashes import HASH_TYPES
from hashmatch.older import Self
from hashmatch.variants import Level

MAGIC = b"LEEWSNAP"
VERSION = 1
PREAMBLE = struct.Struct("<8sII16s64s")  # magic, version, length of the header, id of the key, its signature
CONTEXT = b"leeward feed snapshot 1\n"  # what the key signs before the header, so that it can mean nothing else
LARGEST_HEADER = 64 * 1024 * 1024
ETAG_LENGTH = 32
KEY_ID_LENGTH = 16
FAMILY_NAME_LENGTH = 24
UNKNOWN_QUALITY = 255
FIRST_DAY = datetime.date(2000, 1, 1)  # day 0 of the column `expires`
# Withdrawals stay in the feed for 90 days, so what is older might bring back a hash without its withdrawal.
USABLE_FOR = datetime.timedelta(days=30)
LEVELS: tuple[str, ...] = tuple(level.value for level in Level)

# The columns behind the hashes of a block, in this order, little-endian: 14 bytes a row.
COLUMNS: tuple[tuple[str, str], ...] = (
    ("family", "<u8"),
    ("expires", "<u2"),
    ("detail", "<u2"),
    ("quality", "u1"),
    ("variant", "u1"),
)
ROW_BYTES = sum(np.dtype(kind).itemsize for _, kind in COLUMNS)

AnyArray: TypeAlias = npt.NDArray[Any]
Columns: TypeAlias = dict[str, AnyArray]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the rows: those of one level and type whose hashes begin with the same bits."""

    hash_type: str
    level: str
    rows: int
    sha256: str

    @property
    def length(self) -> int:
        """Its bytes in the file."""
        return self.rows * (HASH_TYPES[self.hash_type].LENGTH + ROW_BYTES)


@dataclass(frozen=True, slots=True)
class Header:
    """What a snapshot says of itself. `details` are the parts of entries that many share; columns give their numbers.

    `cursor` is the place in the feed where the changes begin that the snapshot does not hold; `family_key` makes the
    platform's own name of a family out of the number that is the same for all.
    """

    epoch: str
    sequence: int
    made_at: datetime.datetime
    cursor: str
    family_key: str
    variants: tuple[str, ...]
    details: tuple[Mapping[str, Any], ...]
    blocks: tuple[Block, ...]

    def to_bytes(self) -> bytes:
        """The header as JSON."""
        values = {
            "epoch": self.epoch,
            "sequence": self.sequence,
            "made_at": self.made_at.astimezone(datetime.timezone.utc).isoformat(),
            "cursor": self.cursor,
            "family_key": self.family_key,
            "variants": list(self.variants),
            "details": [dict(one) for one in self.details],
            "blocks": [[one.hash_type, one.level, one.rows, one.sha256] for one in self.blocks],
        }
        return json.dumps(values, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, text: bytes) -> Self:
        """Read a header whose signature was good. Raises SnapshotError."""
        try:
            values = json.loads(text)
            made_at = datetime.datetime.fromisoformat(values["made_at"])
            header = cls(
                epoch=str(values["epoch"]),
                sequence=int(values["sequence"]),
                made_at=made_at if made_at.tzinfo else made_at.replace(tzinfo=datetime.timezone.utc),
                cursor=str(values["cursor"]),
                family_key=bytes.fromhex(values["family_key"]).hex(),
                variants=tuple(str(one) for one in values["variants"]),
                details=tuple(dict(one) for one in values["details"]),
                blocks=tuple(Block(str(a), str(b), int(c), str(d)) for a, b, c, d in values["blocks"]),
            )
            levels = [LEVELS.index(one.level) for one in header.blocks]
            is_known = levels == sorted(levels) and all(
                one.hash_type in HASH_TYPES and one.rows > 0 for one in header.blocks
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise SnapshotError("The snapshot's header cannot be read; it may be of a newer exchange.") from error
        if not is_known or not header.cursor:
            raise SnapshotError("The snapshot's header lists blocks that this client does not know.")
        return header

    def up_to(self, level: str) -> tuple[Block, ...]:
        """The blocks of this level and those below, which come first in the file."""
        most = LEVELS.index(level)
        return tuple(one for one in self.blocks if LEVELS.index(one.level) <= most)


def key_id(public: bytes) -> str:
    """The name of a key: the beginning of its digest."""
    return hashlib.sha256(public).hexdigest()[:KEY_ID_LENGTH]


def seal_header(header: Header, key: Ed25519PrivateKey) -> bytes:
    """The beginning of a file: preamble and header."""
    text = header.to_bytes()
    name = key_id(key.public_key().public_bytes_raw()).encode()
    return PREAMBLE.pack(MAGIC, VERSION, len(text), name, key.sign(CONTEXT + text)) + text


def head_length(start: bytes) -> int | None:
    """How many bytes preamble and header have; None while too few are there. Raises SnapshotError."""
    if len(start) < PREAMBLE.size:
        return None
    magic, version, length, _, _ = PREAMBLE.unpack(start[: PREAMBLE.size])
    if magic != MAGIC:
        raise SnapshotError("What the exchange sent is no snapshot of a feed.")
    if version != VERSION:
        raise SnapshotError(f"The snapshot has version {version}; this client reads version {VERSION}. Update it.")
    if length > LARGEST_HEADER:
        raise SnapshotError("The snapshot's header is larger than any can be.")
    return PREAMBLE.size + int(length)


def open_header(head: bytes, keys: Mapping[str, str]) -> Header:
    """The header of a file, of which `head` is the beginning, if one of these keys (id to base64) signed it.

    Raises SnapshotError, FeedSignatureError.
    """
    length = head_length(head)
    if length is None or len(head) < length:
        raise SnapshotError("The snapshot is cut short within its header.")
    name, signature = PREAMBLE.unpack(head[: PREAMBLE.size])[3:]
    text, named = head[PREAMBLE.size : length], name.decode("ascii", errors="replace")
    if named not in keys:
        raise FeedSignatureError(
            f"The snapshot is signed with the key {named!r}, but pinned are: {', '.join(keys) or 'none'}. If the "
            "exchange's operator has announced a new key, put it into the keys file as snapshot_key; if not, tell them."
        )
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(keys[named], validate=True))
        public.verify(signature, CONTEXT + text)
    except (InvalidSignature, ValueError, binascii.Error) as error:
        raise FeedSignatureError(
            "The snapshot has a wrong signature: it was changed on its way or made by someone else. Nothing was used."
        ) from error
    return Header.from_bytes(text)


def etag_of(head: bytes) -> str:
    """The name of a snapshot for HTTP: its header names the digest of every block, so one digest names it all."""
    return f'"{hashlib.sha256(head).hexdigest()[:ETAG_LENGTH]}"'


def write_block(hash_type: str, level: str, hashes: AnyArray, columns: Columns) -> tuple[Block, bytes]:
    """A block of rows (uint8, so many bytes a row as the type has) with their columns."""
    parts = [hashes.tobytes(), *(columns[name].astype(kind).tobytes() for name, kind in COLUMNS)]
    content = b"".join(parts)
    return Block(hash_type, level, len(hashes), hashlib.sha256(content).hexdigest()), content


def read_block(block: Block, content: bytes, *, number: int) -> Columns:
    """The columns of a block, with its hashes as `hash`. Raises SnapshotError where the digest is another."""
    if len(content) != block.length or hashlib.sha256(content).hexdigest() != block.sha256:
        raise SnapshotError(f"Block {number} of the snapshot is cut short or altered; nothing of it was used.")
    kind = HASH_TYPES[block.hash_type]
    split = block.rows * kind.LENGTH
    columns: Columns = {"hash": np.frombuffer(content, np.uint8, split).reshape(-1, kind.LENGTH)}
    for name, dtype in COLUMNS:
        columns[name] = np.frombuffer(content, dtype, block.rows, split)
        split += columns[name].nbytes
    return columns


def sort_hashes(hashes: AnyArray) -> npt.NDArray[np.int64]:
    """The order in which the rows of a block stand."""
    width = hashes.shape[1]
    order: npt.NDArray[np.int64] = np.argsort(np.ascontiguousarray(hashes).view(f"S{width}").ravel(), kind="stable")
    return order


def first_bits(hashes: AnyArray, bits: int) -> npt.NDArray[np.uint32]:
    """The number that the first bits of each hash make, by which rows are cut into blocks.

    Where a block ends depends on the hashes alone: one row more or less changes its own block and no other.
    """
    first = np.ascontiguousarray(hashes[:, :4]).view(">u4").ravel().astype(np.uint64)
    return (first >> np.uint64(32 - bits)).astype(np.uint32)


def bits_for(rows: int, *, rows_a_block: int = 4096) -> int:
    """By how many bits so many rows are cut, so that a block has about so many or fewer."""
    return min(max((rows - 1) // rows_a_block, 0).bit_length(), 16)


def family_name(key: str, number: int) -> str:
    """A platform's own name of a family, from its key (hexadecimal) and the number that the family has for all."""
    named = hmac.digest(bytes.fromhex(key), int(number).to_bytes(8, "little"), "sha256")
    return named.hex()[:FAMILY_NAME_LENGTH]


def day_number(day: datetime.date) -> int:
    """A day as the column `expires` has it."""
    return min(max((day - FIRST_DAY).days, 0), 0xFFFF)


def day_of(number: int) -> datetime.date:
    """The day of a number."""
    return FIRST_DAY + datetime.timedelta(days=int(number))
