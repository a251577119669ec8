"""Lanes of slow hashes: none closes another, few wait and not for long, and pages are served meanwhile."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from leeward.config.environment import EnvironmentIncomplete, read_environment
from leeward.foundation import turns
from leeward.foundation.vault.errors import TooManyAtOnce
from leeward.foundation.vault.operations import slow
from leeward.foundation.vault.rules.lanes import (
    LANES_LEAST,
    PLACES_LEAST,
    PLACES_MOST,
    WAITING_KEPT,
    Lane,
    may_wait,
    places_by_default,
    share_places,
)
from tests.foundation.vault.places import others_hash

SECONDS = 30
OPENING, NEW, STAFF = Lane.OPENING, Lane.NEW_CODES, Lane.STAFF


class Crowd:
    """People who want a place at once, each in a thread; each holds hers until she is told to let go."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.refused: list[str] = []
        self.came_in = threading.Semaphore(0)
        self.sent_away = threading.Semaphore(0)
        self.let_go = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []

    def come(self, name: str, lane: Lane, *, first: bool = False) -> None:
        """Somebody comes, and stands in the queue or has a place when this returns."""

        def knock() -> None:
            try:
                with slow.place(lane, first=first):
                    self.inside.append(name)
                    self.came_in.release()
                    assert self.let_go.acquire(timeout=SECONDS)
            except TooManyAtOnce:
                self.refused.append(name)
                self.sent_away.release()

        before = self._stands(lane)
        thread = threading.Thread(target=knock)
        thread.start()
        self._threads.append(thread)
        until(lambda: self._stands(lane) != before or not thread.is_alive())

    def _stands(self, lane: Lane) -> tuple[int, int, int]:
        return len(self.inside), slow._queue.waiting(lane), len(self.refused)

    def go(self) -> None:
        """Let one go, and wait until the next has come in, if anybody waits."""
        waiting = sum(slow._queue.waiting(lane) for lane in Lane)
        self.let_go.release()
        if waiting:
            assert self.came_in.acquire(timeout=SECONDS)

    def end(self) -> None:
        for _ in self._threads:
            self.let_go.release()
        for thread in self._threads:
            thread.join(SECONDS)


def until(is_so: Callable[[], bool]) -> None:
    """Until it is so; each look gives the other threads the processor."""
    deadline = threading.Event()
    timer = threading.Timer(SECONDS, deadline.set)
    timer.start()
    try:
        while not is_so():
            assert not deadline.is_set()
            with slow._queue.changed:
                slow._queue.changed.wait(0.001)
    finally:
        timer.cancel()


@pytest.fixture
def crowd(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crowd]:
    settings.LEEWARD_SLOW_HASHES = PLACES_LEAST
    monkeypatch.setattr(slow, "PATIENCE_SECONDS", SECONDS)
    made = Crowd()
    yield made
    made.end()


@contextmanager
def full(crowd: Crowd, lane: Lane) -> Iterator[None]:
    for number in range(LANES_LEAST):
        crowd.come(f"{lane} {number}", lane)
        assert crowd.came_in.acquire(timeout=SECONDS)
    yield


def test_no_lane_takes_a_place_of_another(crowd: Crowd) -> None:
    with others_hash(OPENING, STAFF):
        with slow.place(NEW):
            pass
        for lane in (OPENING, STAFF):
            with pytest.raises(TooManyAtOnce), slow.place(lane):
                pass


def test_twenty_people_at_once_are_all_let_in(crowd: Crowd) -> None:
    for number in range(20):
        crowd.come(f"person {number}", OPENING)
    for _ in range(LANES_LEAST):
        assert crowd.came_in.acquire(timeout=SECONDS)
    for _ in range(20 - LANES_LEAST):
        crowd.go()
    assert crowd.refused == []
    assert crowd.inside == [f"person {number}" for number in range(20)]  # in the order in which they came


def test_a_full_queue_refuses_at_once_and_keeps_room_for_the_other_lanes(crowd: Crowd) -> None:
    with full(crowd, OPENING):
        places = turns.WAITING_MOST - 2 * WAITING_KEPT
        for number in range(places):
            crowd.come(f"waits {number}", OPENING)
        assert slow._queue.waiting(OPENING) == places
        crowd.come("too many", OPENING)
        assert crowd.refused == ["too many"]
        with full(crowd, STAFF):
            for number in range(WAITING_KEPT):
                crowd.come(f"staff {number}", STAFF)
            assert slow._queue.waiting(STAFF) == WAITING_KEPT
            assert crowd.refused == ["too many"]


def test_who_has_shown_something_goes_before_who_has_not_and_takes_her_room(crowd: Crowd) -> None:
    with full(crowd, OPENING):
        places = turns.WAITING_MOST - 2 * WAITING_KEPT
        for number in range(places):
            crowd.come(f"flood {number}", OPENING)
        crowd.come("she", OPENING, first=True)
        assert crowd.sent_away.acquire(timeout=SECONDS)
        assert crowd.refused == [f"flood {places - 1}"]
        crowd.come("and she", OPENING, first=True)
        assert crowd.sent_away.acquire(timeout=SECONDS)
        crowd.go()
        crowd.go()
        assert crowd.inside[-2:] == ["she", "and she"]


def test_patience_has_an_end(settings: Any) -> None:
    with others_hash(OPENING, patience=0.001), pytest.raises(TooManyAtOnce), slow.place(OPENING):
        pass
    assert slow.PATIENCE_SECONDS <= 3


def test_a_place_that_another_process_gives_back_is_found(crowd: Crowd) -> None:
    """Nobody tells this process; the first in the queue looks by herself."""
    with others_hash(OPENING, patience=SECONDS):
        crowd.come("she", OPENING)
        assert crowd.inside == []
    assert crowd.came_in.acquire(timeout=SECONDS)
    assert crowd.inside == ["she"]


def test_who_waits_gives_her_turn_to_others(crowd: Crowd) -> None:
    """Whoever waits is not at work: pages are served as before, however many wait."""
    waits = threading.Event()

    def page() -> None:
        with turns.at_work():
            waits.set()

    def visitor(name: str) -> None:
        with turns.at_work(), slow.place(OPENING):
            crowd.inside.append(name)

    with others_hash(OPENING, patience=SECONDS):
        visitors = [threading.Thread(target=visitor, args=[f"{number}"]) for number in range(turns.AT_WORK)]
        for thread in visitors:
            thread.start()
        until(lambda: slow._queue.waiting(OPENING) == turns.AT_WORK)
        other = threading.Thread(target=page)
        other.start()
        assert waits.wait(SECONDS)
        other.join(SECONDS)
    for thread in visitors:
        thread.join(SECONDS)
    assert len(crowd.inside) == turns.AT_WORK
    assert turns.WAITING_MOST * 4 <= turns.THREADS
    assert turns.WAITING_MOST + turns.AT_WORK < turns.THREADS


def test_places_are_shared_by_cores_and_within_limits() -> None:
    assert [places_by_default(cores=cores) for cores in (1, 2, 4, 8, 1000)] == [6, 6, 8, 16, PLACES_MOST]
    for total in range(PLACES_LEAST, PLACES_MOST + 1):
        shares = share_places(total)
        assert sum(shares.values()) == total
        assert min(shares.values()) >= LANES_LEAST
    assert all(may_wait(lane, dict.fromkeys(Lane, 0), most=WAITING_KEPT * 3) for lane in Lane)


@pytest.mark.parametrize("text", ["5", "97", "-6", "six", "6.5"])
def test_a_setting_outside_its_limits_is_named(text: str, tmp_path: Any) -> None:
    variables = {"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path)}
    assert read_environment({**variables, "LEEWARD_SLOW_HASHES": "12"}).slow_hashes == 12
    with pytest.raises(EnvironmentIncomplete, match=r"LEEWARD_SLOW_HASHES.*6 to 96.*64 MiB"):
        read_environment({**variables, "LEEWARD_SLOW_HASHES": text})
