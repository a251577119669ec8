"""The places where a slow hash may run: few, so that a flood starves nobody; codes and unlock slots share them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from leeward.foundation.vault.errors import TooManyAtOnce
from leeward.foundation.vault.rules.seals import WorkFactor

# 64 MiB, three passes, one lane: 0.15 to 0.3 seconds of one core. Tests lower it; nothing else may.
WORK_FACTOR = WorkFactor(memory_kib=64 * 1024, passes=3, lanes=1)
# Four runs hold 256 MiB. A fifth is refused at once instead of queueing: a flood must not starve everybody else.
RUNS_AT_ONCE = 4
_places = threading.BoundedSemaphore(RUNS_AT_ONCE)


def work_factor() -> WorkFactor:
    """What a slow hash costs from now on; older rows keep their own."""
    return WORK_FACTOR


@contextmanager
def place() -> Iterator[None]:
    """Take a place for one slow hash. Raises TooManyAtOnce."""
    if not _places.acquire(blocking=False):
        raise TooManyAtOnce
    try:
        yield
    finally:
        _places.release()
