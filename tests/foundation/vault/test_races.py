"""Two at the same time: one team key, one generation, and nobody is told that the server failed."""

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from leeward.foundation.vault.errors import CompartmentClosed, FileTaken
from leeward.foundation.vault.models import Grant, TeamKey
from leeward.foundation.vault.operations import (
    files,
    found_team,
    make_file,
    make_victim_key,
    open_file,
    renew_generation,
    teams,
)
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from tests.foundation.vault.conftest import BY, NOW

STORY = Compartment.STORY

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.postgresql]


def _both(act: Callable[[], object]) -> list[object]:
    """Run the same in two threads; what each returned or raised."""
    results: list[object] = []

    def run() -> None:
        try:
            results.append(act())
        except (CompartmentClosed, FileTaken) as error:
            results.append(type(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_who_act_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One test for all: emptying every table between two of them would cost seconds."""
    _founding(monkeypatch)
    _making(monkeypatch)
    _renewing()


def _founding(monkeypatch: pytest.MonkeyPatch) -> None:
    barrier = threading.Barrier(2, timeout=60)
    make_founding_key = teams.make_founding_key

    def both_have_looked() -> object:
        barrier.wait()
        return make_founding_key()

    with monkeypatch.context() as patch:
        patch.setattr(teams, "make_founding_key", both_have_looked)
        first, second = _both(lambda: found_team(team="desk", by=BY, now=NOW))
    assert first == second
    assert TeamKey.objects.count() == 1


def _making(monkeypatch: pytest.MonkeyPatch) -> None:
    file, victim = uuid.uuid4(), make_victim_key()
    barrier = threading.Barrier(2, timeout=60)
    new_grant = files.new_grant

    def both_have_begun(**parts: object) -> object:
        barrier.wait()
        return new_grant(**parts)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(files, "new_grant", both_have_begun)
        results = _both(lambda: make_file(file=file, grants={STORY: [victim.grantee]}, by=BY, now=NOW))
    assert FileTaken in results
    assert Grant.objects.filter(file=file).count() == 1


def _renewing() -> None:
    file, victim = uuid.uuid4(), make_victim_key()
    make_file(file=file, grants={STORY: [victim.grantee]}, by=BY, now=NOW)
    barrier = threading.Barrier(2, timeout=60)

    def renew() -> None:
        opened = open_file(file=file, keyring=Keyring(victim), by=BY, now=NOW)
        barrier.wait()
        renew_generation(opened=opened, compartment=STORY, by=BY, now=NOW)

    results = _both(renew)
    assert sorted(map(str, results)) == sorted(map(str, [None, CompartmentClosed]))
    assert sorted(Grant.objects.filter(file=file).values_list("generation", flat=True)) == [1, 2]
