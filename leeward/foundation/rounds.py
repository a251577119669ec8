"""A worker's life: one round after the other, until it is told to stop, whatever the database does meanwhile."""

import logging
import signal
import threading
from collections.abc import Callable

from django.db import OperationalError, close_old_connections

log = logging.getLogger("leeward.rounds")


def keep_going(do_round: Callable[[threading.Event], None], *, pause_seconds: float) -> None:
    """Call `do_round` again and again, with a pause between, until SIGTERM or SIGINT.

    It is given the event that is set when it should stop, so that a long round can end between two pieces of work.
    """
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    while not stopped.is_set():
        try:
            do_round(stopped)
        except OperationalError as error:  # a full disk or a database that is away: the next round tries again
            log.warning("a round was left: %s", type(error).__name__)
        close_old_connections()
        stopped.wait(pause_seconds)
