"""Counters: one number each, with an end, within a bound, and no pickle anywhere."""

import ast
import base64
import itertools
import os
import pickle
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from leeward.foundation.counters import operations
from leeward.foundation.counters.models import Counter
from leeward.foundation.counters.operations import add, change, forget, make_room, read, sweep_counters, take, take_back
from leeward.foundation.counters.rules import CounterState, end_of_hour
from leeward.foundation.reach.memory import SITES_KEPT, RobotsMemory
from leeward.foundation.reach.rules.robots import NONE_ALLOWED

NOW = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
END = NOW + timedelta(minutes=10)
ROOT = Path(__file__).parents[3]

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def one(name: str = "a", *, now: datetime = NOW, **values: Any) -> int | None:
    return add(kind="test", name=name, ends_at=values.pop("ends_at", END), now=now, **values)


def says(name: str = "a", *, now: datetime = NOW) -> int:
    return read(kind="test", name=name, now=now).amount


def test_each_is_told_its_number_and_none_is_over_the_limit() -> None:
    assert [one(limit=3) for _ in range(5)] == [1, 2, 3, None, None]
    assert says() == 3
    assert one("b", amount=4, limit=3) is None
    assert (says("b"), one("b", amount=3, limit=3)) == (0, 3)


def test_a_counter_keeps_its_end_and_begins_anew_after_it() -> None:
    one()
    one(now=NOW + timedelta(minutes=9), ends_at=END + timedelta(minutes=9))
    assert says(now=END - timedelta(microseconds=1)) == 2
    assert says(now=END) == 0
    assert one(now=END, ends_at=END + timedelta(minutes=10)) == 1
    assert says(now=END + timedelta(minutes=9)) == 1


def test_what_is_taken_back_never_makes_less_than_nothing() -> None:
    take_back(kind="test", name="a")
    one(amount=2)
    take_back(kind="test", name="a", amount=5)
    assert says() == 0
    forget(kind="test", name="a")
    forget(kind="test", name="a")
    assert Counter.objects.count() == 0


def test_a_turn_is_one_callers_until_its_end() -> None:
    assert take(kind="turn", name="host", until=END, now=NOW)
    assert not take(kind="turn", name="host", until=END, now=END - timedelta(seconds=1))
    assert take(kind="turn", name="host", until=END + timedelta(minutes=1), now=END)


def test_a_rule_changes_a_counter_and_its_rest_ends_with_it() -> None:
    rest = CounterState(amount=6, rests_until=NOW + timedelta(minutes=2))
    assert change(kind="test", name="a", ends_at=END, now=NOW, by=lambda _: rest) == CounterState()
    assert change(kind="test", name="a", ends_at=END, now=NOW, by=lambda before: before) == rest
    assert change(kind="test", name="a", ends_at=END + timedelta(hours=1), now=END, by=lambda _: rest) == CounterState()


def test_an_end_tells_the_hour_and_no_more() -> None:
    assert end_of_hour(NOW) == datetime(2026, 3, 4, 6, tzinfo=UTC)
    assert end_of_hour(datetime(2026, 3, 4, 5, tzinfo=UTC)) == datetime(2026, 3, 4, 6, tzinfo=UTC)


def test_what_has_ended_is_swept_with_a_limit() -> None:
    for name in "abc":
        one(name)
    one("d", ends_at=END + timedelta(hours=1))
    assert sweep_counters(now=END, limit=2) == 2
    assert sweep_counters(now=END, limit=2) == 1
    assert sweep_counters(now=END, limit=2) == 0
    assert says("d", now=END) == 1


def test_a_flood_of_new_names_pushes_itself_out_and_not_who_tries_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "MOST_COUNTERS", 20)
    monkeypatch.setattr(operations, "LOOK_EVERY", 5)
    monkeypatch.setattr(operations, "_made", itertools.count(1))
    one("guesser", amount=7)
    for number in range(200):
        one(f"new {number}")
        assert Counter.objects.count() <= 25
    assert says("guesser") == 7
    Counter.objects.exclude(amount=7).update(ends_at=NOW)
    make_room(now=NOW)  # what has ended goes before anything that counts still, as many at once as there may be
    make_room(now=NOW)
    assert Counter.objects.get().amount == 7


def test_robots_are_remembered_for_few_sites_and_for_their_time() -> None:
    memory = RobotsMemory()
    for number in range(SITES_KEPT + 1):
        memory.keep(f"http://{number}.example", NONE_ALLOWED, until=END)
    assert memory.find("http://0.example", now=NOW) is None
    assert memory.find("http://1.example", now=NOW) == NONE_ALLOWED
    assert memory.find("http://1.example", now=END) is None


# --- no pickle --------------------------------------------------------------------------------------------------------


class Trap:
    """Runs code where it is unpickled, as an attacker's row would."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.path),)


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    return tmp_path / "sprung"


def plant(payload: str) -> None:
    """What a writer of the database plants: a row in the table that was once unpickled."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS leeward_cache")
        cursor.execute(
            "CREATE TABLE leeward_cache (cache_key VARCHAR(255) PRIMARY KEY, value TEXT NOT NULL, expires TIMESTAMP)"
        )
        cursor.execute(
            "INSERT INTO leeward_cache VALUES (':1:planted', %s, '2999-01-01 00:00:00')",
            [payload],
        )


def test_a_planted_pickle_does_not_run(trap: Path, client: Client) -> None:
    packed = pickle.dumps(Trap(trap))
    plant(base64.b64encode(packed).decode())
    assert cache.get("planted") is None
    # The counters' own columns take numbers and moments; whatever text is in the name is compared, never read.
    Counter.objects.create(name=base64.b64encode(packed).decode()[:64], amount=1, ends_at=END)
    one()
    client.post(reverse("accounts:sign-in"), {"username": "nobody", "passphrase": "none at all"})
    client.get(reverse("portal:code"), headers={"cookie": "visit=" + base64.b64encode(packed).decode()})
    assert not trap.exists()
    pickle.loads(packed)  # noqa: S301  # the trap works where somebody steps into it
    assert trap.exists()


RUN_WHAT_THEY_READ = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}


def test_nothing_of_ours_unpickles() -> None:
    """No module of the server imports a library that runs what it reads."""
    found = []
    for path in sorted((ROOT / "leeward").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if not any(name in text for name in (*RUN_WHAT_THEY_READ, "django.core.cache")):
            continue  # to read it as Python takes a hundred times as long
        for node in ast.walk(ast.parse(text)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [
                f"{path.relative_to(ROOT)}: {name}"
                for name in names
                if name.split(".")[0] in RUN_WHAT_THEY_READ or name.startswith("django.core.cache")
            ]
    assert found == []
