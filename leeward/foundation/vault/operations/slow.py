"""The places where a slow hash may run: few, in lanes that cannot close each other, with a short queue before each.

All web processes of one machine share them: a place is a lock on a file, which the system lets go of when its holder
ends, however that happens. Who waits for one waits in the process: in the order of coming, but who has shown something
(a proof of work, an open session, a link) before who has shown nothing.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from leeward.foundation.turns import WAITING_MOST, set_aside
from leeward.foundation.vault.errors import TooManyAtOnce
from leeward.foundation.vault.rules.lanes import Lane, may_wait, share_places
from leeward.foundation.vault.rules.seals import WorkFactor

# 64 MiB, three passes, one lane: 0.15 to 0.3 seconds of one core. Tests lower it, and the founding of the made-up
# nation, whose passphrases everybody may read; nothing else may.
WORK_FACTOR = WorkFactor(memory_kib=64 * 1024, passes=3, lanes=1)
# Longer than a handful of slow hashes, shorter than people take for a page that hangs.
PATIENCE_SECONDS = 3.0
# How often the first in a queue looks whether another process has given a place back; one of ours says so at once.
LOOK_SECONDS = 0.02
_here = threading.local()


def work_factor() -> WorkFactor:
    """Return the work factor of new slow hashes; older rows keep their own."""
    return WORK_FACTOR


@dataclass(eq=False, kw_only=True)
class _Waiter:
    """Somebody who waits for a place in a lane."""

    lane: Lane
    first: bool
    is_turned_out: bool = False


class _Queue:
    """Those of this process who wait. Whoever is first in a lane looks for a place; nobody overtakes by being quick."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self._waiting: list[_Waiter] = []

    def take(self, lane: Lane, *, first: bool) -> int:
        """A place's open file, at once or after a short wait. Raises TooManyAtOnce."""
        waiter = _Waiter(lane=lane, first=first)
        with self.changed:
            if self._is_next(waiter) and (held := take_place(lane)) is not None:
                return held
            self._enter(waiter)
        try:
            with set_aside(), self.changed:
                return self._wait(waiter)
        finally:  # whatever happens, nobody stands there for ever
            self._leave(waiter)

    def waiting(self, lane: Lane) -> int:
        """Return how many wait in a lane."""
        return sum(each.lane is lane for each in self._waiting)

    def _enter(self, waiter: _Waiter) -> None:
        counts = {lane: self.waiting(lane) for lane in Lane}
        if not may_wait(waiter.lane, counts, most=WAITING_MOST):
            self._turn_out_for(waiter)
        self._waiting.append(waiter)

    def _turn_out_for(self, waiter: _Waiter) -> None:
        """Make room for somebody who has shown something: the last who has not must go. Raises TooManyAtOnce."""
        last = next((each for each in reversed(self._waiting) if each.lane is waiter.lane and not each.first), None)
        if last is None or not waiter.first:
            raise TooManyAtOnce
        last.is_turned_out = True
        self._waiting.remove(last)
        self.changed.notify_all()

    def _wait(self, waiter: _Waiter) -> int:
        ends = time.monotonic() + PATIENCE_SECONDS
        while not waiter.is_turned_out:
            is_next = self._is_next(waiter)
            if is_next and (held := take_place(waiter.lane)) is not None:
                return held
            left = ends - time.monotonic()
            if left <= 0:
                break
            self.changed.wait(min(left, LOOK_SECONDS) if is_next else left)
        raise TooManyAtOnce

    def _leave(self, waiter: _Waiter) -> None:
        with self.changed:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            self.changed.notify_all()

    def _is_next(self, waiter: _Waiter) -> bool:
        """Whether nobody in the lane stands before this one: of those alike, who came first."""
        lane = [each for each in self._waiting if each.lane is waiter.lane]
        ahead = [each for each in lane if each.first] or ([] if waiter.first else lane)
        return not ahead or ahead[0] is waiter


_queue = _Queue()


@contextmanager
def place(lane: Lane, *, first: bool = False) -> Iterator[None]:
    """Take a place for one slow hash, at once or after a short wait. Raises TooManyAtOnce.

    `first` is for who has shown something: they go before those who have not. A thread hashes one thing at a time, so
    whoever has a place and asks again keeps the one that they have. So a try is counted after the place is had and
    before the hash: who is turned away has not tried.
    """
    if getattr(_here, "has_place", False):
        yield
        return
    held = _queue.take(lane, first=first)
    _here.has_place = True
    try:
        yield
    finally:
        _here.has_place = False
        with _queue.changed:
            os.close(held)  # and with it the lock
            _queue.changed.notify_all()


def take_place(lane: Lane) -> int | None:
    """The open file of a place of this lane that was free; None where none is. Closing it gives the place back."""
    folder = Path(settings.LEEWARD_SLOW_PLACES)
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    for number in range(share_places(settings.LEEWARD_SLOW_HASHES)[lane]):
        # Read only: a file that another account of this machine has made can be locked all the same.
        held = os.open(folder / f"{lane}-{number}", os.O_RDONLY | os.O_CREAT, 0o644)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(held)
        else:
            return held
    return None
