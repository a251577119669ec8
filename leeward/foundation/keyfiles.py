"""Files of private keys, and of what a worker must not forget: read by their owner alone, whole or not there at all."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def write_once(path: Path, text: str) -> None:
    """Write a new file. Whoever is first wins: one that is there already stays as it is."""
    draft = _draft(path, text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _settle(path.parent)  # what is sealed to a key must not be on the disk before the key is


def read_or_make(path: Path, draw: Callable[[], str]) -> str:
    """Return what a file says; where there is none yet, a new one says what `draw` gives."""
    if not path.exists():
        write_once(path, draw())
    return path.read_text(encoding="utf-8")


def write_over(path: Path, text: str) -> None:
    """Write a file in the place of the one that is there: a reader sees the old one or the new one."""
    _draft(path, text).replace(path)
    _settle(path.parent)


def _draft(path: Path, text: str) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    _give_to_owner(draft, of=path.parent)
    draft.write_text(text, encoding="utf-8")
    _settle(draft)
    return draft


def _give_to_owner(path: Path, *, of: Path) -> None:
    """An administrator may run the command; the worker, whose folder it is, must read the file."""
    if os.geteuid() == 0:
        folder = of.stat()
        os.chown(path, folder.st_uid, folder.st_gid)


def _settle(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk itself."""
    held = os.open(path, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
