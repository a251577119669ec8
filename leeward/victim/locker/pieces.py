"""The pieces of sealed files: one folder, behind a few calls that an object store can answer too.

A piece is sealed before it comes here. Put twice, the later one counts, so whoever lost the line sends it again.
The folder has a mark of its own, by which it is told from another one (`operations.store`).
"""

import contextlib
import os
import shutil
import stat
import tempfile
import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from django.conf import settings

from leeward.victim.locker.errors import PieceMissing

PRIVATE = 0o700
MARK = "store.id"
# What the folder may give to a group, which a web's and a workers' account then share; to all others nothing.
SHARED = 0o2770
ENDING = ".piece"


def root() -> Path:
    """Return the folder."""
    return Path(settings.LEEWARD_LOCKER_PIECES)


def make_mark() -> None:
    """Make the folder and its mark; one that has a mark keeps it."""
    _make_folder(root(), mode=PRIVATE)
    draft = _write(root(), str(uuid.uuid4()).encode("ascii"))
    try:
        os.link(draft, root() / MARK)  # whoever links first wins
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def read_mark() -> uuid.UUID | None:
    """Return the mark of the folder; None where there is none, or no folder."""
    try:
        return uuid.UUID((root() / MARK).read_text(encoding="ascii").strip())
    except (FileNotFoundError, ValueError):
        return None


def put(*, part: uuid.UUID, number: int, piece: bytes) -> None:
    """Keep a piece; `number` counts from 1. After a crash there is the whole piece, the one before it, or none."""
    folder = _folder(part)
    for each in (folder.parent.parent, folder.parent, folder):  # parents alone would be made for everybody to read
        _make_folder(each, mode=_mode())
    _write(folder, piece).replace(_path(part, number))


def get(*, part: uuid.UUID, number: int) -> bytes:
    """Return a piece. Raises PieceMissing."""
    try:
        return _path(part, number).read_bytes()
    except FileNotFoundError as error:
        raise PieceMissing from error


def size(*, part: uuid.UUID) -> int:
    """Return how many bytes of a file are here, sealed; 0 where nothing of it is."""
    try:
        return sum(each.stat().st_size for each in _folder(part).iterdir() if each.suffix == ENDING)
    except FileNotFoundError:
        return 0


def has_any(parts: Iterable[uuid.UUID]) -> bool:
    """Return whether the folder has one of these files at least."""
    return any(_folder(part).is_dir() for part in parts)


def count_pieces() -> Mapping[uuid.UUID, int]:
    """Return how many pieces of each file are in the folder."""
    found = {}
    for folder in root().glob("[0-9a-f][0-9a-f]/*/"):
        with contextlib.suppress(ValueError, FileNotFoundError):  # not ours, or erased just now
            found[uuid.UUID(hex=folder.name)] = sum(each.suffix == ENDING for each in folder.iterdir())
    return found


def delete(*, part: uuid.UUID) -> None:
    """Delete all pieces of a file. Safe to repeat. Raises OSError where this account may not."""
    shutil.rmtree(_folder(part), onexc=_raise_unless_gone)


def _raise_unless_gone(_call: Callable[..., object], _path: str, error: BaseException) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _mode() -> int:
    """Return the rights of new folders: the store's own, so that an operator can give it to a group."""
    try:
        return stat.S_IMODE(root().stat().st_mode) & SHARED | PRIVATE
    except FileNotFoundError:
        return PRIVATE


def _make_folder(folder: Path, *, mode: int) -> None:
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=PRIVATE)
        folder.chmod(mode)  # the process's mask would take the group's rights away


def _write(folder: Path, content: bytes) -> Path:
    """Write a draft whole, readable by whom the store is for, and return where it is."""
    descriptor, name = tempfile.mkstemp(dir=folder)  # readable by its owner alone
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), _mode() & 0o660)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _folder(part: uuid.UUID) -> Path:
    return root() / part.hex[:2] / part.hex


def _path(part: uuid.UUID, number: int) -> Path:
    return _folder(part) / f"{number:05}{ENDING}"
