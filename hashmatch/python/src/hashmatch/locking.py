"""One writer at a time: a lock on a file beside the one that is written, let go by the system if the process dies."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from hashmatch.errors import BankLockedError


@contextlib.contextmanager
def lock_for_writing(path: Path) -> Iterator[None]:
    """Hold the right to write `path`; refuse at once if another process holds it."""
    # The file itself is replaced at each rewrite, so a lock on it would be lost: lock a neighbour that stays.
    descriptor = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BankLockedError(
                f"Another process is writing to {path}. Wait until it has ended, or give this one a bank of its own."
            ) from error
        yield
    finally:
        os.close(descriptor)
