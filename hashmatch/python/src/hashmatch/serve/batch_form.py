"""The binary form of a batch of PDQ hashes and of its answer: columns of bytes, little endian, with a version.

Request, `Content-Type: application/vnd.hashmatch.batch`:

| offset | bytes | what |
|---|---|---|
| 0 | 4 | `HMBQ` |
| 4 | 2 | version: 1 |
| 6 | 2 | flags: bit 0: a quality follows for each hash; bit 1: count, and tell repeats; all others are 0 |
| 8 | 4 | N, the number of hashes |
| 12 | 4 | limit: the most matches for one hash; 0 for the service's own |
| 16 | 2 | distance: the most bits that may differ; 65535 for the service's own |
| 18 | 6 | 0 |
| 24 | 32 N | the hashes |
| 24 + 32 N | N | with bit 0 of the flags: each quality, 0 to 100, or 255 if unknown; below 50 it is not compared |

Answer, of the same type; M is the number of all matches, V the length of the names:

| bytes | what |
|---|---|
| 4 | `HMBA` |
| 2 | version: 1 |
| 2 | flags: bit 0 says that repeats are told; never where the service was started without `--repeats` |
| 4 | N |
| 4 | M |
| 4 | V |
| 4 | 0 |
| 4 (N + 1) | bounds: hash `i` has the matches from `bounds[i]` up to, not with, `bounds[i + 1]`, nearest first |
| 32 M | the hash of the bank that matched |
| M | distance |
| M | quality of the bank's hash, 0 to 100, or 255 if unknown |
| M | variant: a number of a name below, or 255 for one without a number |
| M | flags: bit 0 a person should look first, bit 1 the tier is `verified` (else `submitted`) |
| N | flags: bit 0 the hash has more matches than the limit let through, bit 1 its quality is under 50: not compared |
| 4 M | if repeats are told: how often the same hash matched this entry, this time included |
| 4 M | if repeats are told: how often any hash matched this entry |
| V | the names of the variants, UTF-8, the first with number 0, a line feed between two |
"""

import struct
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from hashmatch.bank import UNKNOWN_QUALITY, BankBatch
from hashmatch.errors import MatcherError, RequestRefusedError

MEDIA_TYPE = "application/vnd.hashmatch.batch"
VERSION = 1
QUESTION, ANSWER = b"HMBQ", b"HMBA"
QUESTION_HEAD = struct.Struct("<4sHHIIH6s")
ANSWER_HEAD = struct.Struct("<4sHHIIII")
HAS_QUALITY, WITH_REPEATS = 1, 2
HAS_REPEATS = 1
NEEDS_PERSON, VERIFIED = 1, 2
CUT, NOT_COMPARED = 1, 2
LARGEST_QUALITY = 100
OWN_DISTANCE = 0xFFFF
HASH_BYTES = 32
HOW = "The bytes are described in docs/operating/matcher.md; hashmatch.serve.client writes them for you."

Bytes: TypeAlias = npt.NDArray[np.uint8]
Numbers: TypeAlias = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """A batch as it was asked: N x 32 bytes, and for each hash its quality, 255 if unknown."""

    hashes: Bytes
    quality: Bytes | None
    distance: int | None  # None for the service's own
    limit: int | None
    with_repeats: bool = False  # whether to count, and say how often each match was seen


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """The columns of an answer; query `i` owns rows `bounds[i]` to `bounds[i + 1]`."""

    bounds: Numbers
    hashes: Bytes
    distances: Bytes
    quality: Bytes
    variant: Bytes
    needs_person: npt.NDArray[np.bool_]
    is_verified: npt.NDArray[np.bool_]
    is_cut: npt.NDArray[np.bool_]
    is_compared: npt.NDArray[np.bool_]  # not where the quality is too low: no match then says nothing
    variant_names: tuple[str, ...]
    seen: Numbers | None = None  # None where the service was not asked to count, or does not
    entry_seen: Numbers | None = None

    def __len__(self) -> int:
        return len(self.bounds) - 1


def write_question(question: BatchQuestion) -> bytes:
    """The bytes of a request."""
    head = QUESTION_HEAD.pack(
        QUESTION,
        VERSION,
        (0 if question.quality is None else HAS_QUALITY) | (WITH_REPEATS if question.with_repeats else 0),
        len(question.hashes),
        question.limit or 0,
        OWN_DISTANCE if question.distance is None else question.distance,
        bytes(6),
    )
    return b"".join([head, question.hashes.tobytes(), b"" if question.quality is None else question.quality.tobytes()])


def read_question(body: bytes | bytearray, *, most: int) -> BatchQuestion:
    """The batch of a request; RequestRefusedError names what is wrong with its bytes."""
    if len(body) < QUESTION_HEAD.size or body[:4] != QUESTION:
        raise refuse(f"The body does not start with the {QUESTION_HEAD.size} bytes of a batch's head.")
    _, version, flags, count, limit, distance, rest = QUESTION_HEAD.unpack_from(body)
    if version != VERSION:
        raise refuse(f"The batch has version {version}; this service reads version {VERSION}.", code="wrong_version")
    if flags & ~(HAS_QUALITY | WITH_REPEATS) or any(rest):
        raise refuse("The batch's head has bits set that mean nothing in this version.")
    if count > most:
        raise RequestRefusedError(
            f"The batch has {count} hashes; the most is {most}.",
            status=413,
            code="too_many",
            how="Send several smaller batches.",
        )
    size = QUESTION_HEAD.size + count * (HASH_BYTES + (flags & HAS_QUALITY))
    if len(body) != size:
        raise refuse(f"A batch of {count} hashes is {size} bytes long, but the body has {len(body)}.")
    hashes = np.frombuffer(body, np.uint8, count * HASH_BYTES, QUESTION_HEAD.size).reshape(count, HASH_BYTES)
    quality = np.frombuffer(body, np.uint8, offset=size - count) if flags & HAS_QUALITY else None
    if quality is not None and ((quality > LARGEST_QUALITY) & (quality != UNKNOWN_QUALITY)).any():
        raise refuse("A quality is neither 0 to 100 nor 255 for unknown.", code="bad_quality")
    own_distance = None if distance == OWN_DISTANCE else distance
    return BatchQuestion(hashes, quality, own_distance, limit or None, bool(flags & WITH_REPEATS))


def write_answer(
    found: BankBatch, is_compared: npt.NDArray[np.bool_] | None = None, seen: Numbers | None = None
) -> bytes:
    """The bytes of an answer; `is_compared` of each hash, all of them if left out; `seen` 2 x M, upload and entry."""
    names = "\n".join(found.variant_names).encode()
    head = ANSWER_HEAD.pack(
        ANSWER, VERSION, 0 if seen is None else HAS_REPEATS, len(found), len(found.ids), len(names), 0
    )
    needs_person, is_verified = found.needs_person.view(np.uint8), found.is_verified.view(np.uint8)
    flags = needs_person * np.uint8(NEEDS_PERSON) + is_verified * np.uint8(VERIFIED)
    columns = (
        found.bounds.astype("<u4"),
        found.hashes,
        found.distances.astype(np.uint8),
        found.quality,
        found.variant,
        flags,
        found.is_cut * np.uint8(CUT) + (np.uint8(0) if is_compared is None else ~is_compared * np.uint8(NOT_COMPARED)),
        *(() if seen is None else seen),
    )
    return b"".join([head, *(np.ascontiguousarray(column).data.cast("B") for column in columns if column.size), names])


def read_answer(body: bytes) -> BatchAnswer:
    """The columns of an answer, on the same memory; MatcherError if it is not whole."""
    if len(body) < ANSWER_HEAD.size or body[:4] != ANSWER:
        raise MatcherError("The answer is not a batch's.")
    _, version, answered, count, matches, names, _ = ANSWER_HEAD.unpack_from(body)
    if version != VERSION:
        raise MatcherError(f"The answer has version {version}; this client reads version {VERSION}.")
    counts = 4 * matches if answered & HAS_REPEATS else 0
    if len(body) != ANSWER_HEAD.size + 4 * (count + 1) + (HASH_BYTES + 4) * matches + count + 2 * counts + names:
        raise MatcherError("The answer is cut short.")
    bounds = np.frombuffer(body, "<u4", count + 1, ANSWER_HEAD.size)
    columns = np.frombuffer(body, np.uint8, offset=ANSWER_HEAD.size + 4 * (count + 1))
    sizes = [HASH_BYTES * matches, matches, matches, matches, matches, count, counts, counts]
    hashes, distances, quality, variant, flags, queries, seen, entry_seen, text = np.split(columns, np.cumsum(sizes))
    return BatchAnswer(
        bounds=bounds,
        hashes=hashes.reshape(matches, HASH_BYTES),
        distances=distances,
        quality=quality,
        variant=variant,
        needs_person=(flags & NEEDS_PERSON) > 0,
        is_verified=(flags & VERIFIED) > 0,
        is_cut=(queries & CUT) > 0,
        is_compared=(queries & NOT_COMPARED) == 0,
        variant_names=tuple(text.tobytes().decode().split("\n")) if names else (),
        seen=seen.view("<u4") if answered & HAS_REPEATS else None,
        entry_seen=entry_seen.view("<u4") if answered & HAS_REPEATS else None,
    )


def refuse(message: str, *, code: str = "bad_batch") -> RequestRefusedError:
    """The error for bytes that are no batch."""
    return RequestRefusedError(message, status=400, code=code, how=HOW)
