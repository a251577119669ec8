"""Files on disk: finding them in a fixed order, and everything that can be hashed of one."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from hashmatch.digests import FileDigests, digest_stream
from hashmatch.errors import (
    HashmatchError,
    ImageTooLargeError,
    MissingPackageError,
    UnreadableFileError,
    UnreadableImageError,
    UnreadableVideoError,
)
from hashmatch.hashes import HashValue, PdqHash, VideoMd5Hash
from hashmatch.pdq import FamilyMember, QualifiedHash, hash_stream
from hashmatch.variants import explain_quality
from hashmatch.video.formats import HEADER_BYTES as HEADER_BYTES
from hashmatch.video.formats import is_video as is_video
from hashmatch.video.frames import VideoFrame, hash_video


@dataclass(frozen=True, slots=True)
class FileHashes:
    """All hashes of one file.

    `pdq` is None for a video, and for a picture that `picture_error` says is unreadable. `others` are hashes of what
    else may be seen of a picture: over white, in other frames, in other colours; `note` says that it is cut short, or
    that not all of it was looked at. `frames` is None for what is no video; `video_error` says why a video has none, or
    not those of its end.
    """

    digests: FileDigests
    pdq: QualifiedHash | None = None
    family: tuple[FamilyMember, ...] = ()
    picture_error: HashmatchError | None = None
    frames: tuple[VideoFrame, ...] | None = None
    video_error: HashmatchError | None = None
    others: tuple[QualifiedHash, ...] = ()
    note: str | None = None

    def to_match(self) -> tuple[HashValue, ...]:
        """Everything by which a bank may know the file; not a PDQ of too low a quality, which matches by chance."""
        pictures = [one for one in (self.pdq, *self.others, *(self.frames or ())) if one is not None and one.is_usable]
        return (*dict.fromkeys(one.hash for one in pictures), *self.exact())

    @property
    def is_compared(self) -> bool:
        """Whether there is a hash by which a changed copy could be found; if not, an empty list says nothing."""
        return any(isinstance(one, PdqHash) for one in self.to_match())

    @property
    def reason(self) -> str | None:
        """Why only exact copies could be found; None where pictures were compared."""
        if self.is_compared:
            return None
        error = self.picture_error or self.video_error
        if error is not None:
            return str(error)
        pictures = [self.pdq] if self.frames is None else self.frames
        quality = max((one.quality for one in pictures if one is not None), default=0)
        return explain_quality(quality)

    def exact(self) -> tuple[HashValue, ...]:
        """The digests, by which exact copies are known."""
        return self.digests.md5, VideoMd5Hash(self.digests.md5.bytes), self.digests.sha256


def hash_file(path: Path | str, *, with_family: bool = False) -> FileHashes:
    """Hash one file. A file that cannot be read is an error; one that is no readable picture still has its digests.

    Raises UnreadableFileError.
    """
    try:
        with Path(path).open("rb") as stream:
            digests = digest_stream(stream)
            stream.seek(0)
            header = stream.read(HEADER_BYTES)
            try:
                return hash_picture(stream, digests, with_family=with_family)
            except (UnreadableImageError, ImageTooLargeError) as error:
                return hash_frames(path, digests) if is_video(header) else FileHashes(digests, picture_error=error)
    except OSError as error:
        raise UnreadableFileError(f"The file cannot be read: {error.strerror}.") from error


def hash_picture(stream: BinaryIO, digests: FileDigests, *, with_family: bool) -> FileHashes:
    """The hashes of a picture. Raises UnreadableImageError or ImageTooLargeError."""
    found = hash_stream(stream, with_family=with_family)
    return FileHashes(digests, found.pdq, found.family, others=found.others, note=found.note)


def hash_frames(path: Path | str, digests: FileDigests) -> FileHashes:
    """The hashes of a video, as far as it can be read."""
    try:
        hashes = hash_video(path)
    except (UnreadableVideoError, MissingPackageError) as error:
        return FileHashes(digests, frames=(), video_error=error)
    return FileHashes(digests, frames=hashes.frames, video_error=hashes.error)


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and all files within folders, in the same order on every run."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders.sort()
            yield from (Path(folder, name) for name in sorted(names))
