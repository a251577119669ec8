"""Files on disk: finding them in a fixed order, and everything that can be hashed of one."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hashmatch.digests import FileDigests, digest_stream
from hashmatch.errors import HashmatchError, ImageTooLargeError, UnreadableFileError, UnreadableImageError
from hashmatch.hashes import HashValue, VideoMd5Hash
from hashmatch.pdq import FamilyMember, QualifiedHash, decode_stream, hash_family, hash_pixels

HEADER_BYTES = 400
TRANSPORT_PACKET = 188
STILL_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})
VIDEO_STARTS = (
    b"\x1a\x45\xdf\xa3",  # Matroska, WebM
    b"OggS",
    b"FLV\x01",
    b"\x00\x00\x01\xba",  # MPEG programme stream
    b"\x00\x00\x01\xb3",  # MPEG video
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # Windows Media
)


@dataclass(frozen=True, slots=True)
class FileHashes:
    """All hashes of one file; `pdq` is None for a video, and for a picture that `picture_error` says is unreadable."""

    digests: FileDigests
    pdq: QualifiedHash | None = None
    family: tuple[FamilyMember, ...] = ()
    picture_error: HashmatchError | None = None

    def to_match(self) -> tuple[HashValue, ...]:
        """Everything by which a bank may know the file; not a PDQ of too low a quality, which matches by chance."""
        exact = (self.digests.md5, VideoMd5Hash(self.digests.md5.bytes), self.digests.sha256)
        return (self.pdq.hash, *exact) if self.pdq is not None and self.pdq.is_usable else exact


def hash_file(path: Path | str, *, with_family: bool = False) -> FileHashes:
    """Hash one file. A file that cannot be read is an error; one that is no readable picture still has its digests."""
    try:
        with Path(path).open("rb") as stream:
            digests = digest_stream(stream)
            stream.seek(0)
            header = stream.read(HEADER_BYTES)
            stream.seek(0)
            try:
                pixels = decode_stream(stream)
            except (UnreadableImageError, ImageTooLargeError) as error:
                return FileHashes(digests, picture_error=None if is_video(header) else error)
    except OSError as error:
        raise UnreadableFileError(f"The file cannot be read: {error.strerror}.") from error
    if with_family:
        family = hash_family(pixels)
        return FileHashes(digests, QualifiedHash(family[0].hash, family[0].quality), family)
    return FileHashes(digests, hash_pixels(pixels))


def is_video(header: bytes) -> bool:
    """Whether a file's first bytes are those of a video."""
    if header[4:8] == b"ftyp":
        return header[8:12] not in STILL_BRANDS
    if header.startswith(b"RIFF"):
        return header[8:12] == b"AVI "
    if header[:1] == header[TRANSPORT_PACKET : TRANSPORT_PACKET + 1] == b"G":
        return header[2 * TRANSPORT_PACKET : 2 * TRANSPORT_PACKET + 1] == b"G"
    return header.startswith(VIDEO_STARTS)


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and all files within folders, in the same order on every run."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders.sort()
            yield from (Path(folder, name) for name in sorted(names))
