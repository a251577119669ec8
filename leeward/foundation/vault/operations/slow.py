"""The places where a slow hash may run: few, so that a flood starves nobody, whichever door it comes by.

Codes, unlock slots and staff's sign-in share them, in all web processes of one machine: a place is a lock on a file,
which the system lets go of when its holder ends, however that happens.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from leeward.foundation.vault.errors import TooManyAtOnce
from leeward.foundation.vault.rules.seals import WorkFactor

# 64 MiB, three passes, one lane: 0.15 to 0.3 seconds of one core. Tests lower it; nothing else may.
WORK_FACTOR = WorkFactor(memory_kib=64 * 1024, passes=3, lanes=1)
# Four runs hold 256 MiB. A fifth is refused at once instead of queueing: a flood must not starve everybody else.
RUNS_AT_ONCE = 4
_here = threading.local()


def work_factor() -> WorkFactor:
    """What a slow hash costs from now on; older rows keep their own."""
    return WORK_FACTOR


@contextmanager
def place() -> Iterator[None]:
    """Take a place for one slow hash. Raises TooManyAtOnce.

    A thread hashes one thing at a time, so whoever has a place and asks again keeps the one that they have. So a try
    is counted after the place is had and before the hash: who is turned away has not tried.
    """
    if getattr(_here, "has_place", False):
        yield
        return
    held = take_place()
    if held is None:
        raise TooManyAtOnce
    _here.has_place = True
    try:
        yield
    finally:
        _here.has_place = False
        os.close(held)  # and with it the lock


def take_place() -> int | None:
    """The open file of a place that was free; None where none is. Closing it gives the place back."""
    folder = Path(settings.LEEWARD_SLOW_PLACES)
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    for number in range(RUNS_AT_ONCE):
        # Read only: a file that another account of this machine has made can be locked all the same.
        held = os.open(folder / str(number), os.O_RDONLY | os.O_CREAT, 0o644)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(held)
        else:
            return held
    return None
