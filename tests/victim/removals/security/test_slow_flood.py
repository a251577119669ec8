"""Lanes of slow hashes: who finds her own lane full is turned away before it costs anybody anything; nobody else is."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts import hashers
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.counters.models import Counter
from leeward.foundation.vault.operations import new_code, slow
from leeward.foundation.vault.rules import seals
from tests.foundation.accounts.people import PASSPHRASE, come_in, employ
from tests.victim.removals.conftest import NOW
from tests.victim.removals.teller import Teller

pytestmark = pytest.mark.postgresql

SECONDS = 30
NEW = "tulip canyon ember violin"
ROOT = Path(__file__).parents[4]


@dataclass
class Hashing:
    """Counts slow hashes at the library itself, and holds each of them until it is told to let go."""

    runs: int = 0
    holds: bool = False
    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    let_go: threading.Event = field(default_factory=threading.Event)

    def wrap(self, library: Any) -> Callable[..., Any]:
        watch = self

        class Watched:
            def __init__(self, **arguments: Any) -> None:
                self._inner = library(**arguments)

            def derive(self, secret: bytes) -> bytes:
                watch.runs += 1
                if watch.holds:
                    watch.begun.release()
                    assert watch.let_go.wait(SECONDS)
                derived: bytes = self._inner.derive(secret)
                return derived

        return Watched


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> Hashing:
    made = Hashing()
    for module in (seals, hashers):
        monkeypatch.setattr(module, "Argon2id", made.wrap(module.Argon2id))
    return made


def _state() -> tuple[Any, ...]:
    """Every try that is counted anywhere."""
    people = User.objects.order_by("username").values_list(
        "username", "unlock_failed_tries", "unlock_resting_until", "link_digest"
    )
    # Of counters that stand at nothing it is all the same whether they are there.
    counters = Counter.objects.filter(amount__gt=0).order_by("name").values_list("name", "amount", "rests_until")
    return list(people), list(counters)


@pytest.fixture
def desks() -> list[Client]:
    """Staff who are signed in and locked."""
    employ("amina")
    made = [come_in("amina") for _ in range(3)]
    for desk in made:
        desk.post(reverse("accounts:lock"))
    return made


class Knocking:
    """Threads that knock at doors and are held in their slow hash, until all may go on."""

    def __init__(self, hashing: Hashing, doors: dict[str, Callable[[], Any]]) -> None:
        self.answers: dict[str, int] = {}
        self._hashing = hashing
        hashing.holds = True
        self._threads = [threading.Thread(target=self._knock, args=[name, door]) for name, door in doors.items()]
        for thread in self._threads:
            thread.start()
        for _ in self._threads:
            assert hashing.begun.acquire(timeout=SECONDS)

    def _knock(self, name: str, door: Callable[[], Any]) -> None:
        try:
            self.answers[name] = door().status_code
        finally:
            connection.close()

    def end(self) -> dict[str, int]:
        self._hashing.holds = False
        self._hashing.let_go.set()
        for thread in self._threads:
            thread.join()
        return self.answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("transactional_db", "house")
def test_each_lane_turns_the_next_one_away_unharmed_and_closes_no_other(
    hashing: Hashing, desks: list[Client], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.LEEWARD_SLOW_HASHES = 6  # two places in each lane
    monkeypatch.setattr(slow, "PATIENCE_SECONDS", 0)
    teller = Teller()
    teller.begin()
    link = create_staff(
        username="newcomer", display_name="N", role=Role.ADMINISTRATOR, by=Actor.operator(), now=NOW
    ).token
    hashing.runs = 0
    staff = Knocking(
        hashing,
        {
            "unlock": lambda: desks[0].post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE}),
            "recovery": lambda: desks[1].post(reverse("accounts:unlock"), {"passphrase": "none of hers"}),
        },
    )
    before = _state()
    third: dict[str, Callable[[], Any]] = {
        "unlock": lambda: desks[2].post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE}),
        "sign-in": lambda: Client().post(reverse("accounts:sign-in"), {"username": "amina", "passphrase": PASSPHRASE}),
        "unknown name": lambda: Client().post(reverse("accounts:sign-in"), {"username": "x", "passphrase": "y"}),
        "enrol": lambda: Client().post(reverse("accounts:enrol", args=[link]), {"passphrase": NEW, "again": NEW}),
    }
    for name, door in third.items():
        answer = door()
        assert answer.status_code == 429, name
        assert 0 < int(answer.headers["Retry-After"]) <= 5, name
        assert answer.headers["Content-Type"].startswith("text/html"), name
        assert "<h1" in answer.content.decode(), name
    assert hashing.runs == 2  # nothing was hashed for any of them
    assert _state() == before  # and nobody has one try less
    hashing.holds = False  # the staff's two are held still; the other lanes are open all the while
    assert Teller().enter(teller.code).status_code == 303
    assert Teller().begin().status_code == 303
    assert staff.end() == {"unlock": 303, "recovery": 200}
    for name, door in third.items():  # the places are given back
        assert door().status_code in (200, 303), name


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("transactional_db", "house")
def test_a_flood_of_codes_leaves_staff_and_new_reports_alone(
    hashing: Hashing, desks: list[Client], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.LEEWARD_SLOW_HASHES = 6
    monkeypatch.setattr(slow, "PATIENCE_SECONDS", 0)
    codes = [" ".join(new_code().groups) for _ in range(3)]
    flood = Knocking(hashing, {code: lambda code=code: Teller().enter(code) for code in codes[:2]})  # type: ignore[misc]
    before = _state()
    turned_away = Teller().enter(codes[2])
    assert turned_away.status_code == 429
    assert _state() == before
    hashing.holds = False
    assert desks[0].post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE}).status_code == 303
    assert (
        Client().post(reverse("accounts:sign-in"), {"username": "amina", "passphrase": PASSPHRASE}).status_code == 303
    )
    assert Teller().begin().status_code == 303
    assert set(flood.end().values()) == {403}


@pytest.mark.django_db
def test_nothing_else_hashes_slowly() -> None:
    """Two modules call the library. The hasher takes a place itself; the vault's function is called inside one."""
    callers = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "leeward").rglob("*.py")
        if re.search(r"Argon2id\(|derive_code_keys\(|slow_slot_key\(", path.read_text(encoding="utf-8"))
    }
    assert callers == {
        "leeward/foundation/accounts/hashers.py",
        "leeward/foundation/vault/operations/codes.py",
        "leeward/foundation/vault/operations/texts.py",
        "leeward/foundation/vault/operations/users.py",
        "leeward/foundation/vault/rules/seals.py",
        "leeward/foundation/vault/rules/slots.py",
    }
