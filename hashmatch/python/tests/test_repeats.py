"""Repeats are counted within a window and a bound of memory; whatever is forgotten counts as new, never as seen."""

import gc
import sys
import threading
import tracemalloc
from collections.abc import Callable

import pytest
from hashmatch.hashes import Md5Hash, PdqHash, Sha256Hash
from hashmatch.repeats import LARGEST_COUNT, Repeats, Seen

from hashmatch import repeats as repeats_module

UPLOAD, ENTRY = PdqHash(b"u" * 32), PdqHash(b"e" * 32)


def number(value: int) -> PdqHash:
    return PdqHash(value.to_bytes(32, "big"))


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_same_upload_is_first_once_and_another_counts_for_the_entry_alone() -> None:
    repeats = Repeats(60)
    assert repeats.count([UPLOAD], [ENTRY]) == [Seen(1, 1)]
    assert repeats.count([UPLOAD], [ENTRY]) == [Seen(2, 2)]
    assert repeats.count([number(1)], [ENTRY]) == [Seen(1, 3)]
    assert repeats.count([UPLOAD], [number(2), ENTRY]) == [Seen(1, 1), Seen(3, 4)]
    assert [seen.is_first for seen in repeats.count([UPLOAD], [number(2), number(3)])] == [False, True]


def test_an_upload_is_all_that_is_seen_of_it_in_any_order() -> None:
    """A file whose other frames differ is another upload: what was said of the first says nothing of it."""
    repeats = Repeats(60)
    repeats.count([UPLOAD, number(1)], [ENTRY])
    assert repeats.count([number(1), UPLOAD], [ENTRY])[0].upload == 2
    assert repeats.count([UPLOAD], [ENTRY])[0].is_first
    assert repeats.count([UPLOAD, number(2)], [ENTRY])[0].is_first
    assert repeats.count([Md5Hash(b"1" * 16)], [ENTRY])[0].is_first
    assert repeats.count([Sha256Hash(UPLOAD.bytes)], [ENTRY])[0].is_first


def test_an_upload_without_a_match_leaves_nothing() -> None:
    repeats = Repeats(60)
    assert (repeats.count([UPLOAD], []), len(repeats)) == ([], 0)


def test_a_window_begins_with_the_first_time_and_ends_for_good() -> None:
    """An endless flood is told as first once in each window, and memory is given back."""
    clock = Clock()
    repeats = Repeats(60, clock=clock)
    firsts = 0
    for second in range(180):
        clock.now = 1000.0 + second
        firsts += repeats.count([UPLOAD], [ENTRY])[0].is_first
    assert firsts == 3
    clock.now += 60
    repeats.count([number(1)], [number(2)])
    assert len(repeats) == 2


def test_many_windows_that_end_together_are_forgotten_in_steps() -> None:
    """Nobody waits for it, and what is not dropped yet counts as new all the same."""
    clock = Clock()
    repeats = Repeats(60, clock=clock)
    for value in range(1600):
        repeats.count([number(value)], [number(value)])
    clock.now += 60
    assert repeats.count([number(1599)], [number(1599)]) == [Seen(1, 1)]
    assert len(repeats) == 2200
    assert repeats.count([number(1599)], [number(1599)]) == [Seen(2, 2)]
    assert (len(repeats), repeats.forget()) == (1200, True)
    assert (len(repeats), repeats.forget()) == (200, False)
    assert (len(repeats), repeats.pushed_out) == (2, 0)
    assert repeats.count([number(1599)], [number(1599)]) == [Seen(3, 3)]


def test_a_clock_that_goes_back_stands_still() -> None:
    """Nothing is forgotten twice or kept for longer than a window after the clock is right again."""
    clock = Clock()
    repeats = Repeats(60, clock=clock)
    repeats.count([UPLOAD], [ENTRY])
    clock.now = 10.0
    assert repeats.count([UPLOAD], [ENTRY]) == [Seen(2, 2)]
    repeats.count([number(1)], [ENTRY])
    clock.now = 1059.9
    assert repeats.count([number(1)], [ENTRY])[0].upload == 2
    clock.now = 1060.0
    assert repeats.count([number(1)], [ENTRY]) == [Seen(1, 1)]
    assert repeats.count([UPLOAD], [ENTRY])[0].is_first


def test_many_more_counters_than_fit_take_the_room_of_the_bound() -> None:
    """Of sixty thousand different uploads the oldest make room, and count as first once more."""
    most, repeats = 10_000, Repeats(3600, 10_000)
    bound = 0
    gc.collect()
    tracemalloc.start()
    try:
        for value in range(60_000):
            if len(repeats) == most and not bound:
                made_there = tracemalloc.take_snapshot().filter_traces(
                    [tracemalloc.Filter(True, repeats_module.__file__)]
                )
                bound = sum(one.size for one in made_there.traces)
                tracemalloc.stop()  # it makes the rest ten times slower
            repeats.count([number(value)], [number(value)])
        size = sys.getsizeof(repeats._counters)
    finally:
        tracemalloc.stop()
    assert len(repeats) == most
    assert repeats.pushed_out == 120_000 - most
    assert 100 * most < bound < 300 * most
    assert size < 200 * most
    assert repeats.count([number(0)], [number(0)])[0].is_first
    assert repeats.count([number(59_999)], [number(59_999)]) == [Seen(2, 2)]


def test_threads_lose_no_count() -> None:
    """Exactly one of many at once is told that it is first."""
    repeats = Repeats(3600)
    told: list[Seen] = []

    def flood() -> None:
        told.extend(repeats.count([UPLOAD], [ENTRY])[0] for _ in range(2000))

    previous = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=flood) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(previous)
    assert sorted(one.upload for one in told) == list(range(1, 8001))


def test_nothing_of_an_upload_or_entry_is_held_and_another_start_has_other_digests() -> None:
    one, other = Repeats(60), Repeats(60)
    one.count([UPLOAD], [ENTRY])
    other.count([UPLOAD], [ENTRY])
    assert not any(UPLOAD.bytes in key or ENTRY.bytes in key for key in one._counters)
    assert {len(key) for key in one._counters} == {16}
    assert one._counters.keys().isdisjoint(other._counters)


def test_a_count_stays_within_what_the_binary_form_holds() -> None:
    repeats = Repeats(60)
    repeats.count([UPLOAD], [ENTRY])
    repeats._counters.update({key: (start, LARGEST_COUNT) for key, (start, _) in repeats._counters.items()})
    assert repeats.count([UPLOAD], [ENTRY]) == [Seen(LARGEST_COUNT, LARGEST_COUNT)]


@pytest.mark.parametrize("make", [lambda: Repeats(0), lambda: Repeats(60, 0)])
def test_a_window_or_bound_of_nothing_is_refused(make: Callable[[], Repeats]) -> None:
    with pytest.raises(ValueError, match="window"):
        make()
