"""The pieces of sealed files: a folder of the data directory behind four calls, which an object store can answer too.

A piece is sealed before it comes here. Put twice, the later one counts, so whoever lost the line sends it again.
"""

import os
import shutil
import tempfile
import uuid
from pathlib import Path

from django.conf import settings

from leeward.victim.locker.errors import PieceMissing

PRIVATE = 0o700


def put(*, part: uuid.UUID, number: int, piece: bytes) -> None:
    """Keep a piece; `number` counts from 1. After a crash there is the whole piece, the one before it, or none."""
    folder = _folder(part)
    for each in (folder.parent.parent, folder.parent, folder):  # parents alone would be made for everybody to read
        each.mkdir(mode=PRIVATE, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder)  # readable by its owner alone
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(_path(part, number))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def get(*, part: uuid.UUID, number: int) -> bytes:
    """Return a piece. Raises PieceMissing."""
    try:
        return _path(part, number).read_bytes()
    except FileNotFoundError as error:
        raise PieceMissing from error


def size(*, part: uuid.UUID) -> int:
    """Return how many bytes of a file are here, sealed; 0 where nothing of it is."""
    try:
        return sum(each.stat().st_size for each in _folder(part).iterdir() if each.suffix == ".piece")
    except FileNotFoundError:
        return 0


def delete(*, part: uuid.UUID) -> None:
    """Delete all pieces of a file. Safe to repeat."""
    shutil.rmtree(_folder(part), ignore_errors=True)


def _folder(part: uuid.UUID) -> Path:
    root = Path(settings.LEEWARD_LOCKER_PIECES)
    return root / part.hex[:2] / part.hex


def _path(part: uuid.UUID, number: int) -> Path:
    return _folder(part) / f"{number:05}.piece"
