"""Writes and reads a bag (BagIt 1.0, RFC 8493): files with their SHA-256 digests, in one folder of a ZIP archive.

The archive is stored, not packed, and the same files give the same bytes.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from leeward.foundation.checking.errors import PackUnreadable, PathRefused

FOLDER = "pages"
PAYLOAD = "data/"
DECLARATION, INFO = "bagit.txt", "bag-info.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
VERSION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
LINE = re.compile(r"([0-9a-f]{64}) [ *]?(\S.*)")
# A locker holds 500 MB and 300 entries; whatever is much larger is no pack, and is not unpacked to find out.
FILES_MOST, BYTES_MOST, TEXT_MOST = 10_000, 2 * 1024**3, 16 * 1024**2
CHUNK = 1024 * 1024
FOR_ALL = 0o644 << 16

type Files = Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """What a manifest says of a file whose content is put in elsewhere: its size in bytes, and its SHA-256 in hex."""

    size: int
    sha256: str


NONE_ELSEWHERE: Mapping[str, Listed] = MappingProxyType({})


def write_manifest(digests: Mapping[str, str]) -> bytes:
    """Return a manifest of files by their paths and SHA-256 in hexadecimal digits; `sha256sum -c` reads it too."""
    for path in digests:
        if not PATH.fullmatch(path):
            raise PathRefused(path)
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()


def write_bag(
    payload: Files, tags: Files, *, on: date, elsewhere: Mapping[str, Listed] = NONE_ELSEWHERE
) -> dict[str, bytes]:
    """Return all files of a bag by their paths: `payload` below data/, `tags` beside it. Raises PathRefused.

    `elsewhere`: files below data/ that its lists name and that whoever finishes the bag has yet to put in.
    """
    inside = {f"{PAYLOAD}{path}": content for path, content in payload.items()}
    to_come = {f"{PAYLOAD}{path}": each for path, each in elsewhere.items()}
    size = sum(map(len, inside.values())) + sum(each.size for each in to_come.values())
    digests = digests_of(inside) | {path: each.sha256 for path, each in to_come.items()}
    beside = {
        DECLARATION: VERSION,
        INFO: f"Bagging-Date: {on.isoformat()}\nPayload-Oxum: {size}.{len(digests)}\n".encode(),
        MANIFEST: write_manifest(digests),
        **tags,
    }
    return {**beside, TAG_MANIFEST: write_manifest(digests_of(beside)), **inside}


def write_archive(files: Files, *, on: date) -> bytes:
    """Return a bag as a ZIP archive, stored, with one folder in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(f"{FOLDER}/{path}", (on.year, on.month, on.day, 0, 0, 0))
            entry.external_attr = FOR_ALL
            archive.writestr(entry, content)
    return made.getvalue()


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """One file that is not as the bag says."""

    path: str
    words: str


class Bag:
    """A bag that somebody was given, file by file: nothing is unpacked to a disk, and no name in it is a way out."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        entries = [each for each in archive.infolist() if not each.is_dir()]
        if len(entries) > FILES_MOST or sum(each.file_size for each in entries) > BYTES_MOST:
            raise PackUnreadable("It is larger than any pack.")
        self._entries = {each.filename: each for each in entries}
        if len(self._entries) != len(entries):
            raise PackUnreadable("Two files in it have the same name, so that each reader may see another one.")
        declared = [name for name in self._entries if name.rpartition("/")[2] == DECLARATION]
        if not declared:
            raise PackUnreadable(f"There is no {DECLARATION} in it, which each pack has.")
        self._folder = min(declared, key=len).removesuffix(DECLARATION)
        self.strays = tuple(name for name in self._entries if not name.startswith(self._folder))
        self.paths = tuple(name.removeprefix(self._folder) for name in self._entries if name not in self.strays)

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises KeyError where there is none, PackUnreadable for a damaged or too large one."""
        content = b"".join(self._chunks(path))
        if len(content) > TEXT_MOST:
            raise PackUnreadable(f"{path} is too large to be read.")
        return content

    def digest(self, path: str) -> str:
        """Return a file's SHA-256 in hexadecimal digits; "" where its archive is damaged. Raises KeyError."""
        made = hashlib.sha256()
        try:
            for chunk in self._chunks(path):
                made.update(chunk)
        except PackUnreadable:
            return ""
        return made.hexdigest()

    def flaws(self) -> Sequence[Flaw]:
        """Return what is not as the two manifests say, file by file."""
        return [*self._flaws(MANIFEST, inside=True), *self._flaws(TAG_MANIFEST, inside=False)] + [
            Flaw(path=name, words="lies outside of the pack's folder") for name in self.strays
        ]

    def listed(self, manifest: str = MANIFEST) -> dict[str, str]:
        """Return the digests that a manifest names, by path. Raises PackUnreadable."""
        try:
            lines = self.read(manifest).decode().splitlines()
        except (KeyError, UnicodeDecodeError) as error:
            raise PackUnreadable(f"{manifest} is missing or cannot be read.") from error
        found = [LINE.fullmatch(line) for line in lines]
        if not found or not all(found):
            raise PackUnreadable(f"{manifest} is not a list of digests and files.")
        return {each[2].removeprefix("./"): each[1] for each in found if each}

    def _flaws(self, manifest: str, *, inside: bool) -> Iterator[Flaw]:
        try:
            listed = self.listed(manifest)
        except PackUnreadable as error:
            yield Flaw(path=manifest, words=str(error))
            return
        there = {path for path in self.paths if path.startswith(PAYLOAD) is inside} - {TAG_MANIFEST}
        for path in sorted(listed.keys() | there):
            if path not in listed:
                yield Flaw(path=path, words=f"was put in: {manifest} does not name it")
            elif path not in there:
                yield Flaw(path=path, words="is missing")
            elif self.digest(path) != listed[path]:
                yield Flaw(path=path, words="was changed or damaged: its digest is another one")

    def _chunks(self, path: str) -> Iterator[bytes]:
        entry = self._entries[f"{self._folder}{path}"]
        seen = 0
        try:
            with self._archive.open(entry) as file:
                while chunk := file.read(CHUNK):
                    seen += len(chunk)
                    if seen > entry.file_size:
                        raise PackUnreadable(f"{path} is larger than it says.")
                    yield chunk
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
            raise PackUnreadable(f"{path} is damaged.") from error


@contextmanager
def opened_bag(file: Path | BinaryIO) -> Iterator[Bag]:
    """Open a bag in a ZIP archive. Raises PackUnreadable."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise PackUnreadable("It is no ZIP archive, or its end is missing.") from error
    with archive:
        yield Bag(archive)


def digests_of(files: Files) -> dict[str, str]:
    """Return the SHA-256 of each file in hexadecimal digits, by its path."""
    return {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
