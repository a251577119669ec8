"""What may be looked up in a bank or an index: hashes, readings of pictures, and files, all read the same way."""

import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from hashmatch.errors import InvalidHashError, UnreadableImageError
from hashmatch.hashes import HashValue, Md5Hash, PdqHash, QualifiedHash, RawBytes, Sha256Hash, VideoMd5Hash
from hashmatch.variants import explain_quality

if TYPE_CHECKING:
    from hashmatch.files import FileHashes

Asked: TypeAlias = HashValue | QualifiedHash | str | os.PathLike[str] | bytes | bytearray | memoryview

# Text of at least so many hexadecimal digits and nothing else is a hash, other text a path.
HASH_LIKE = re.compile(r"[0-9a-fA-F]{32,}")
KINDS_BY_LENGTH: dict[int, tuple[type[HashValue], ...]] = {32: (PdqHash, Sha256Hash), 16: (Md5Hash, VideoMd5Hash)}
NOTHING_NEAR = "Only digests were compared: they find exact copies, and no changed ones."


class Reading(NamedTuple):
    """One hash that was made of what was asked, and its quality where it is known."""

    hash: HashValue
    quality: int | None = None

    @classmethod
    def of(cls, qualified: QualifiedHash) -> "Reading":
        """The reading that `hash_image` gives."""
        return cls(qualified.hash, qualified.quality)


def read_asked(asked: Asked) -> tuple[tuple[Reading, ...], str | None]:
    """Return the readings of one thing to look up, and why a file has no picture to compare.

    Raises TypeError for what cannot be looked up, InvalidHashError, and UnreadableFileError for a path.
    """
    if isinstance(asked, QualifiedHash):
        return (Reading.of(asked),), None
    if isinstance(asked, HashValue):
        return (Reading(asked),), None
    if isinstance(asked, bytes | bytearray | memoryview):
        return read_bytes(bytes(asked)), None
    if isinstance(asked, str) and HASH_LIKE.fullmatch(asked):
        return read_hex(asked), None
    if isinstance(asked, str | os.PathLike):
        return read_file(hash_path(asked))
    raise cannot_look_up(asked)


def read_pictures(asked: Asked) -> tuple[PdqHash, ...]:
    """Return the PDQ hashes of one thing to look up, whatever their quality; of a file those of all of its views.

    Raises what `read_asked` does, and InvalidHashError or UnreadableImageError where there is no PDQ hash.
    """
    readings, why = read_asked(asked)
    found = tuple(dict.fromkeys(one.hash for one in readings if isinstance(one.hash, PdqHash)))
    if found:
        return found
    if why is not None:
        raise UnreadableImageError(why)
    raise InvalidHashError("An index holds PDQ hashes, which are 32 bytes long; this is another kind of hash.")


def read_bytes(data: RawBytes) -> tuple[Reading, ...]:
    """Return a reading for each kind of hash that these bytes can be: an MD5, or a PDQ and a SHA-256."""
    if len(data) not in KINDS_BY_LENGTH:
        raise InvalidHashError(
            f"A hash is 16 or 32 bytes long, but these are {len(data)} bytes. "
            "Give the content of a file to `hash_image` first."
        )
    return tuple(Reading(kind(data)) for kind in KINDS_BY_LENGTH[len(data)])


def read_hex(text: str) -> tuple[Reading, ...]:
    """Return the readings of hexadecimal text."""
    if len(text) % 2 or len(text) // 2 not in KINDS_BY_LENGTH:
        raise InvalidHashError(f"A hash is 32 or 64 hexadecimal digits long, but this text has {len(text)}.")
    return read_bytes(bytes.fromhex(text))


def read_file(hashes: "FileHashes") -> tuple[tuple[Reading, ...], str | None]:
    """Return the readings of a file: each of its views or frames, and its digests."""
    pictures = (hashes.pdq, *hashes.others, *(hashes.frames or ()))
    readings = [Reading(one.hash, one.quality) for one in pictures if one is not None]
    return (*dict.fromkeys(readings), *map(Reading, hashes.exact())), hashes.reason


def hash_path(path: str | os.PathLike[str]) -> "FileHashes":
    """Hash a file. What reads pictures is loaded when the first file comes."""
    from hashmatch.files import hash_file  # noqa: PLC0415 - looking up hashes needs no decoder

    return hash_file(os.fspath(path))


def explain_nothing_near(readings: Sequence[Reading], minimum_quality: int) -> str:
    """Say why no changed copy could be found by these readings."""
    if not readings:
        return "Nothing was asked."
    known = [one.quality for one in readings if one.quality is not None]
    return explain_quality(max(known), minimum_quality) if known else NOTHING_NEAR


def cannot_look_up(asked: object) -> TypeError:
    """The error for what is no hash and no file."""
    return TypeError(
        "Look up a hash, what `hash_image` gives, a path, hexadecimal text or the bytes of a hash, "
        f"not {type(asked).__name__}. Of what `hash_file` gives, look up `*hashes.to_match()`."
    )
