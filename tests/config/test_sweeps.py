"""One sweep that fails keeps no other from its work, and is named with the day since when it fails."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client

from leeward.config import sweeps
from leeward.config.checks import check_sweeps
from leeward.config.management.commands.work import Command as Work
from leeward.foundation.clock.models import BrokenSweep
from tests.databases import is_sqlite

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BROKEN = "counters forgotten"  # the second of all: all but one stand behind it


@pytest.fixture
def rename() -> Iterator[Callable[[str, str], None]]:
    """Rename a table, which breaks one sweep as a half-made repair would; it is put back."""
    undo: list[tuple[str, str]] = []

    def alter(old: str, new: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")
        undo.append((new, old))

    yield alter
    for old, new in reversed(list(undo)):
        alter(old, new)


def test_what_stands_behind_a_broken_sweep_is_done(rename: Callable[[str, str], None]) -> None:
    rename("counters_counter", "counters_elsewhere")
    found = sweeps.do_round(NOW)
    assert found.broken == {BROKEN: "OperationalError" if is_sqlite() else "ProgrammingError"}
    assert found.done.keys() == sweeps.sweeps(NOW).keys() - {BROKEN}
    assert {"codes forgotten", "sealed", "mixed"} <= found.done.keys()


def test_a_mistake_of_ours_stops_nothing_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "expire_submissions", lambda **_: [][1])
    found = sweeps.do_round(NOW)
    assert found.broken == {"expired": "IndexError"}
    assert found.done.keys() == sweeps.sweeps(NOW).keys() - {"expired"}


def test_it_is_named_with_since_when_until_it_works_again(rename: Callable[[str, str], None], client: Client) -> None:
    rename("counters_counter", "counters_elsewhere")
    sweeps.do_round(NOW)
    sweeps.do_round(NOW + HOUR)
    (row,) = BrokenSweep.objects.all()
    assert (row.word, row.since, row.times) == (BROKEN, NOW, 2)
    (warning,) = check_sweeps(databases=["default"])
    assert f"{BROKEN} fails since 2026-11-27 12:00 UTC" in warning.msg
    healthy = client.get("/healthz")
    assert healthy.status_code == 200
    assert f"ok\nnot done: {BROKEN} fails since 2026-11-27 12:00 UTC" in healthy.content.decode()
    rename("counters_elsewhere", "counters_counter")
    sweeps.do_round(NOW + 2 * HOUR)
    assert check_sweeps(databases=["default"]) == []
    assert client.get("/healthz").content == b"ok\n"


def test_the_commands_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "expire_submissions", lambda **_: [][1])
    with pytest.raises(CommandError, match=r"everything else was done: expired \(IndexError\)"):
        call_command("run_sweeps", verbosity=0)
    written = io.StringIO()
    work = Work(stderr=written)
    work.do_round(Event())
    work.do_round(Event())
    monkeypatch.setattr(sweeps, "expire_submissions", lambda **_: 0)
    work.do_round(Event())
    said = written.getvalue()
    assert said.count("expired: this fails (IndexError)") == 1
    assert said.count("expired: this works again.") == 1


def test_a_database_that_is_away_leaves_the_whole_round(monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(**_: object) -> int:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(sweeps, "expire_submissions", lose)
    monkeypatch.setattr(connection, "is_usable", lambda: False)
    with pytest.raises(OperationalError):
        sweeps.do_round(NOW)
