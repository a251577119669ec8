"""The rows by which visits end: they tell nothing, are written by themselves, and go on time or on command."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.signals import request_finished
from django.db import DatabaseError, close_old_connections, connection
from django.test import RequestFactory
from django.utils import timezone

from leeward.config.sweeps import sweeps
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.web.views import leave
from leeward.victim.portal import operations
from leeward.victim.portal.models import OpenVisit
from leeward.victim.portal.operations import is_visit_good, open_visit, start_visit, stop_visit, sweep_visits
from leeward.victim.portal.rules.visits import WHOLE_LIMIT

pytestmark = pytest.mark.postgresql

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MANY = 20


def test_a_row_holds_a_digest_and_a_day(visitor: Any) -> None:
    visitor.protect("one")
    row = OpenVisit.objects.values().get()
    visit = open_visit(visitor.client.cookies["visit"].value)
    assert visit is not None
    assert set(row) == {"id", "digest", "ends_on"}
    assert row["ends_on"] == (timezone.now() + WHOLE_LIMIT).date()
    assert visit.key.encode() not in bytes(row["digest"])
    assert visit.key not in repr(visit)


def test_no_number_tells_in_which_order_visits_began() -> None:
    begun: list[int] = []
    for _ in range(MANY):
        start_visit(now=NOON)
        begun += OpenVisit.objects.exclude(pk__in=begun).values_list("pk", flat=True)
    assert begun != sorted(begun)
    if connection.vendor == "sqlite":  # whose tables have a hidden running number, unless the key is that number
        with connection.cursor() as cursor:
            cursor.execute("SELECT rowid FROM portal_openvisit")
            assert sorted(number for (number,) in cursor.fetchall()) == sorted(begun)


def test_a_row_shares_no_transaction_with_what_is_hers(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shared: list[tuple[str, bool]] = []
    around = len(connection.savepoint_ids)  # the test's own transaction

    def watch(name: str) -> None:
        real: Callable[..., Any] = getattr(operations, name)

        def watched(**given: Any) -> Any:
            shared.append((name, len(connection.savepoint_ids) > around))
            return real(**given)

        monkeypatch.setattr(operations, name, watched)

    watch("start_visit")
    watch("stop_visit")
    code = visitor.protect("one")
    visitor.enter(code)
    page = visitor.get("new-numbers")
    visitor.post("new-numbers", {"token": visitor.field_in(page, "token"), "kept": "on", "numbers": code})
    visitor.post("erase", {"numbers": visitor.code_in(page)})
    assert shared == [
        ("start_visit", False),
        *[("stop_visit", False), ("start_visit", False)] * 2,
        ("stop_visit", False),
    ]
    assert not OpenVisit.objects.exists()


def test_a_visit_is_good_until_it_is_stopped_or_its_day_is_over() -> None:
    key, other = start_visit(now=NOON), start_visit(now=NOON)
    assert is_visit_good(key=key, now=NOON + WHOLE_LIMIT)
    assert not is_visit_good(key=key, now=NOON + timedelta(days=1))
    for _ in range(2):
        stop_visit(key=key)
        assert not is_visit_good(key=key, now=NOON)
        assert is_visit_good(key=other, now=NOON)
    for nobodys in ("", "x", key[:-1]):
        assert not is_visit_good(key=nobodys, now=NOON)


def test_the_sweep_forgets_visits_of_days_that_are_over() -> None:
    late = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)  # one that goes on after midnight
    for begun in (NOON, NOON, NOON, late):
        start_visit(now=begun)
    tomorrow = NOON + timedelta(days=1)
    assert "visits forgotten" in sweeps(tomorrow)
    assert sweep_visits(now=NOON, limit=10) == 0
    assert [sweep_visits(now=tomorrow, limit=2) for _ in range(3)] == [2, 1, 0]
    assert OpenVisit.objects.count() == 1


def test_all_visits_are_dropped_by_one_command(visitor: Any, neighbour: Any) -> None:
    code = visitor.protect("one")
    neighbour.enter(code)
    said = []
    for _ in range(2):
        out = io.StringIO()
        call_command("drop_visits", stdout=out)
        said.append(out.getvalue())
    assert said == ["2 visits ended.\n", "0 visits ended.\n"]
    lines = AuditEvent.objects.filter(verb="portal.visits_dropped").order_by("at")
    assert [(line.actor_kind, json.loads(line.facts)) for line in lines] == [
        ("operator", {"count": 2}),
        ("operator", {"count": 0}),
    ]
    for browser in (visitor, neighbour):
        assert browser.get("status").headers["Location"] == "/status/"
    assert visitor.enter(code).headers["Location"] == "/status/pictures"


def test_the_exit_answers_first_and_ends_the_visit_then(visitor: Any) -> None:
    visitor.protect("one")
    request = RequestFactory().get("/leave")
    request.COOKIES["visit"] = visitor.client.cookies["visit"].value
    answer = leave(request)
    assert (answer.status_code, OpenVisit.objects.count()) == (303, 1)
    request_finished.disconnect(close_old_connections)  # the test's own is not old
    try:
        for _ in range(2):
            answer.close()
            assert OpenVisit.objects.count() == 0
    finally:
        request_finished.connect(close_old_connections)


def test_the_exit_works_when_the_database_does_not(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise DatabaseError

    visitor.protect("one")
    monkeypatch.setattr(operations, "stop_visit", fail)
    answer = visitor.client.get("/leave")
    assert answer.status_code == 303
    assert answer.cookies["visit"].value == ""
