"""How often one upload matched lately, so that a platform puts it to review once, though it comes a thousand times.

Nothing that was uploaded can be read from the counters: each is kept under a digest whose key is drawn at the start,
held in memory alone and never shown. An upload that matches nothing leaves no trace. What is forgotten early, by a
restart or because too much else came, counts from one again: an upload is then reviewed once more, never once less.
"""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from hashmatch.hashes import HashValue

MOST_COUNTERS = 200_000
LARGEST_COUNT = 2**32 - 1  # what the binary form can hold
DIGEST_BYTES = 16
FORGOTTEN_AT_ONCE = 1000  # so that nobody waits while many windows end together


@dataclass(frozen=True, slots=True)
class Seen:
    """How often an entry was matched in the window, this time included: by the same upload, and by any upload."""

    upload: int
    entry: int

    @property
    def is_first(self) -> bool:
        """Whether this upload did not match this entry before, as far as is remembered."""
        return self.upload == 1


class Repeats:
    """Counts what matched; every method may be called from any thread.

    `window` is in seconds and begins when a counter does, so a flood that never ends is told as first once in each
    window. At most `most` counters are kept, two for each upload and entry; the oldest goes first. A clock that goes
    back is taken as standing still.
    """

    def __init__(
        self, window: float, most: int = MOST_COUNTERS, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if window <= 0 or most < 1:
            raise ValueError("The window is longer than 0 seconds, and at least one counter is kept.")
        self.pushed_out = 0  # counters that were forgotten before their window was over
        self._window, self._most, self._clock = window, most, clock
        self._counters: OrderedDict[bytes, tuple[float, int]] = OrderedDict()  # start and count, the oldest first
        self._now = clock()
        self._lock = threading.Lock()
        key = secrets.token_bytes(hashlib.blake2b.MAX_KEY_SIZE)
        self._pair = hashlib.blake2b(key=key, digest_size=DIGEST_BYTES, person=b"upload and entry")
        self._single = hashlib.blake2b(key=key, digest_size=DIGEST_BYTES, person=b"entry")

    def __len__(self) -> int:
        return len(self._counters)

    def count(self, upload: Collection[HashValue], entries: Sequence[HashValue]) -> list[Seen]:
        """Note that an upload, known by all its hashes together, matched these entries; say of each how often."""
        if not entries:
            return []
        pair = self._pair.copy()
        for one in sorted(write_hash(one) for one in upload):
            pair.update(one)
        keys = []
        for entry in map(write_hash, entries):
            both, single = pair.copy(), self._single.copy()
            both.update(b"=" + entry)
            single.update(entry)
            keys.append((both.digest(), single.digest()))
        with self._lock:
            self._drop_old(FORGOTTEN_AT_ONCE)
            return [Seen(self._add(both), self._add(single)) for both, single in keys]

    def forget(self) -> bool:
        """Drop some of the counters whose window is over; whether there are more. `count` does so too."""
        with self._lock:
            return self._drop_old(FORGOTTEN_AT_ONCE) == FORGOTTEN_AT_ONCE

    def _add(self, key: bytes) -> int:
        started, count = self._counters.get(key, (self._now, 0))
        if self._is_over(started):
            del self._counters[key]
            started, count = self._now, 0
        if count == 0 and len(self._counters) == self._most:
            _, (oldest, _) = self._counters.popitem(last=False)
            self.pushed_out += not self._is_over(oldest)
        count = min(count + 1, LARGEST_COUNT)
        self._counters[key] = started, count
        return count

    def _is_over(self, started: float) -> bool:
        return self._now - started >= self._window

    def _drop_old(self, most: int) -> int:
        """Drop counters whose window is over, at most so many, and give their number."""
        self._now = max(self._now, self._clock())
        dropped = 0
        while dropped < most and self._counters and self._is_over(next(iter(self._counters.values()))[0]):
            self._counters.popitem(last=False)
            dropped += 1
        return dropped


def write_hash(one: HashValue) -> bytes:
    """A hash with its type; no two of them give the same bytes, whatever follows."""
    return one.TYPE_NAME.encode() + b":" + one.bytes
