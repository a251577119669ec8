"""MD5 and SHA-256 of files of any size, read in pieces."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from hashmatch.errors import UnreadableFileError
from hashmatch.hashes import Md5Hash, Sha256Hash

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FileDigests:
    """The digests by which exact copies of a file are found."""

    md5: Md5Hash
    sha256: Sha256Hash


def digest_stream(stream: BinaryIO) -> FileDigests:
    """Both digests of what is left to read in a binary stream."""
    # MD5 is the exchange's key for exact copies; nothing here relies on it against forgery.
    md5 = hashlib.md5(usedforsecurity=False)
    sha256 = hashlib.sha256()
    while chunk := stream.read(CHUNK_BYTES):
        md5.update(chunk)
        sha256.update(chunk)
    return FileDigests(Md5Hash(md5.digest()), Sha256Hash(sha256.digest()))


def digest_file(path: Path | str) -> FileDigests:
    """Both digests of a file."""
    try:
        with Path(path).open("rb") as stream:
            return digest_stream(stream)
    except OSError as error:
        raise UnreadableFileError(f"The file cannot be read: {error.strerror}.") from error
