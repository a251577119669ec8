"""Turns at work in one web process: few requests are at work at once, however many wait for something.

The server has many threads, because one that waits for a slow hash costs next to nothing. What costs is to be at work:
processor, memory, a connection to the database. So a request takes a turn, and gives it up while it only waits.
"""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

# The server's threads (gunicorn makes one only when it is needed), and how many of them are at work at once.
THREADS = 96
AT_WORK = 16
# At most a quarter of the threads waits for slow hashes; whoever comes then is asked to come again.
WAITING_MOST = THREADS // 4

_turns = threading.BoundedSemaphore(AT_WORK)
_numbers = itertools.count()
_here = threading.local()


@contextmanager
def at_work() -> Iterator[None]:
    """Take a turn for one request, in the order in which they come."""
    if not hasattr(_here, "number"):
        _here.number = next(_numbers)
    with _turns:
        _here.is_at_work = True
        try:
            yield
        finally:
            _here.is_at_work = False
            # As many threads as are at work keep their connection for the next request; those that waits made do not.
            if _here.number >= AT_WORK:
                let_connections_go()


@contextmanager
def set_aside() -> Iterator[None]:
    """Give the turn and the database connection up while this thread only waits; take a turn again afterwards."""
    if not getattr(_here, "is_at_work", False):
        yield
        return
    let_connections_go()
    _turns.release()
    try:
        yield
    finally:
        _turns.acquire()


def let_connections_go() -> None:
    """Close this thread's database connections, but for one in the middle of a transaction."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
