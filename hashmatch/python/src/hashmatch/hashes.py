"""Hash values: small frozen types that can only hold a well-formed hash."""

import re
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from hashmatch.errors import InvalidHashError
from hashmatch.older import Self
from hashmatch.variants import DISTINCTIVE_QUALITY, MINIMUM_QUALITY

# Inside a class with a field named `bytes` the bare name means the field, so the type needs one of its own.
RawBytes: TypeAlias = bytes

HEX_PATTERN = re.compile(r"[0-9a-fA-F]*")


@dataclass(frozen=True, slots=True, order=True)
class HashValue:
    """A hash of a fixed number of bytes; the base of the types below."""

    TYPE_NAME: ClassVar[str]
    LENGTH: ClassVar[int]

    bytes: RawBytes

    def __post_init__(self) -> None:
        if type(self.bytes) is not bytes:
            raise InvalidHashError(f"A {self.TYPE_NAME} hash is made of bytes, not of {type(self.bytes).__name__}.")
        if len(self.bytes) != self.LENGTH:
            raise InvalidHashError(
                f"A {self.TYPE_NAME} hash is {self.LENGTH} bytes long, but this is {len(self.bytes)} bytes."
            )

    @classmethod
    def from_bytes(cls, data: RawBytes | bytearray | memoryview) -> Self:
        """The hash that these raw bytes are."""
        return cls(bytes(data))

    @classmethod
    def from_hex(cls, text: str) -> Self:
        """The hash that this hexadecimal text is; upper and lower case are the same hash."""
        digits = cls.LENGTH * 2
        if len(text) != digits:
            raise InvalidHashError(
                f"A {cls.TYPE_NAME} hash is {digits} hexadecimal digits long, but this text has {len(text)} characters."
            )
        if HEX_PATTERN.fullmatch(text) is None:
            raise InvalidHashError(f"A {cls.TYPE_NAME} hash has only the digits 0-9 and a-f; this text has others.")
        return cls(bytes.fromhex(text))

    @property
    def hex(self) -> str:
        """Lower-case hexadecimal text, the form in which hashes travel."""
        return self.bytes.hex()

    def __str__(self) -> str:
        return self.hex


@dataclass(frozen=True, slots=True, order=True)
class PdqHash(HashValue):
    """A PDQ hash: 256 bits that change little when the picture does."""

    TYPE_NAME: ClassVar[str] = "pdq"
    LENGTH: ClassVar[int] = 32

    def distance(self, other: "PdqHash") -> int:
        """How many of the 256 bits differ: 0 for the same hash, about 128 for unrelated pictures."""
        return (int.from_bytes(self.bytes, "big") ^ int.from_bytes(other.bytes, "big")).bit_count()


@dataclass(frozen=True, slots=True)
class QualifiedHash:
    """A PDQ hash and its quality, 0 to 100: how much there is in the picture to recognise it by."""

    hash: PdqHash
    quality: int

    @property
    def is_usable(self) -> bool:
        """Whether there is enough in the picture for the hash to be stored in a bank."""
        return self.quality >= MINIMUM_QUALITY

    @property
    def is_distinctive(self) -> bool:
        """Whether there is so much in the picture that a match of it is hardly ever chance."""
        return self.quality >= DISTINCTIVE_QUALITY


@dataclass(frozen=True, slots=True, order=True)
class Md5Hash(HashValue):
    """The MD5 digest of an image file, which finds exact copies only."""

    TYPE_NAME: ClassVar[str] = "md5"
    LENGTH: ClassVar[int] = 16


@dataclass(frozen=True, slots=True, order=True)
class VideoMd5Hash(Md5Hash):
    """The MD5 digest of a video file, which finds exact copies only."""

    TYPE_NAME: ClassVar[str] = "video_md5"


@dataclass(frozen=True, slots=True, order=True)
class Sha256Hash(HashValue):
    """The SHA-256 digest of a file, which finds exact copies only."""

    TYPE_NAME: ClassVar[str] = "sha256"
    LENGTH: ClassVar[int] = 32


HASH_TYPES: dict[str, type[HashValue]] = {kind.TYPE_NAME: kind for kind in (PdqHash, VideoMd5Hash, Md5Hash, Sha256Hash)}


def parse_hash(hash_type: str, text: str) -> HashValue:
    """The hash of the named type that this hexadecimal text is."""
    kind = HASH_TYPES.get(hash_type)
    if kind is None:
        raise InvalidHashError(f"There is no hash type {hash_type!r}; the types are {', '.join(HASH_TYPES)}.")
    return kind.from_hex(text)
