"""Four slow hashes at once, whichever doors they come by: the fifth is turned away before it costs anybody anything."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts import hashers
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.models import AccessCode
from leeward.foundation.vault.operations import slow
from leeward.foundation.vault.rules import seals
from tests.foundation.accounts.people import PASSPHRASE, come_in, employ
from tests.victim.removals.conftest import NOW
from tests.victim.removals.test_person_report import Teller

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
        "username", "failed_tries", "resting_until", "unlock_failed_tries", "unlock_resting_until", "link_digest"
    )
    codes = AccessCode.objects.order_by("look_up").values_list("look_up", "failed_tries", "resting_until")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM leeward_cache ORDER BY cache_key")
        # Of counters that stand at nothing it is all the same whether they are there.
        counters = [(key, cache.get(key.split(":", 2)[2])) for key, _ in cursor.fetchall()]
    return list(people), list(codes), [(key, count) for key, count in counters if count != 0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("transactional_db", "house")
def test_staff_and_codes_share_four_places_and_the_fifth_is_turned_away_unharmed(hashing: Hashing) -> None:
    teller = Teller()
    teller.begin()
    employ("amina")
    desks = [come_in("amina") for _ in range(3)]
    for desk in desks:
        desk.post(reverse("accounts:lock"))
    link = create_staff(
        username="newcomer", display_name="N", role=Role.ADMINISTRATOR, by=Actor.operator(), now=NOW
    ).token
    doors: dict[str, Callable[[], Any]] = {
        "unlock": lambda: desks[0].post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE}),
        "recovery": lambda: desks[1].post(reverse("accounts:unlock"), {"passphrase": "none of hers"}),
        "sign-in": lambda: Client().post(reverse("accounts:sign-in"), {"username": "amina", "passphrase": PASSPHRASE}),
        "code": lambda: Teller().enter(teller.code),
    }
    hashing.holds, hashing.runs = True, 0
    answers: dict[str, int] = {}

    def knock(name: str) -> None:
        try:
            answers[name] = doors[name]().status_code
        finally:
            connection.close()

    threads = [threading.Thread(target=knock, args=[name]) for name in doors]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert hashing.begun.acquire(timeout=SECONDS)
    before = _state()
    fifth: dict[str, Callable[[], Any]] = {
        "unlock": lambda: desks[2].post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE}),
        "sign-in": lambda: Client().post(reverse("accounts:sign-in"), {"username": "amina", "passphrase": PASSPHRASE}),
        "unknown name": lambda: Client().post(reverse("accounts:sign-in"), {"username": "x", "passphrase": "y"}),
        "enrol": lambda: Client().post(
            reverse("accounts:enrol", args=[link]),
            {"passphrase": NEW, "again": NEW},
        ),
        "code": lambda: Teller().enter(teller.code),
        "new report": lambda: Teller().begin(),
    }
    for name, door in fifth.items():
        answer = door()
        assert answer.status_code == 429, name
        assert 0 < int(answer.headers["Retry-After"]) <= 5, name
        assert answer.headers["Content-Type"].startswith("text/html"), name
        assert "<h1" in answer.content.decode(), name
    assert hashing.runs == slow.RUNS_AT_ONCE == 4  # nothing was hashed for any of them
    assert _state() == before  # and nobody has one try less
    hashing.let_go.set()
    for thread in threads:
        thread.join()
    assert answers == {"unlock": 303, "recovery": 200, "sign-in": 303, "code": 303}
    hashing.holds = False
    for name, door in fifth.items():  # the places are given back
        assert door().status_code in (200, 303), name


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
        "leeward/foundation/vault/operations/users.py",
        "leeward/foundation/vault/rules/seals.py",
        "leeward/foundation/vault/rules/slots.py",
    }
