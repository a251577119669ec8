"""Asking a site's robots.txt first, and leaving a host alone between two visits."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from leeward.foundation.counters.models import Counter
from leeward.foundation.reach.errors import PrivateAddress, SchemeRefused
from leeward.foundation.reach.operations import may_fetch, take_turn
from leeward.foundation.reach.rules.limits import Pace
from tests.counters import start_afresh
from tests.foundation.reach.conftest import Names, Server, answer, redirect

pytestmark = pytest.mark.django_db


def test_robots_are_asked_once_and_respected(server: Server, names: Names) -> None:
    server.answers["/robots.txt"] = answer(b"user-agent: *\ndisallow: /private\n")
    assert may_fetch("http://site.example/open", network=names.network)
    assert not may_fetch("http://site.example/private/x", network=names.network)
    assert server.paths == ["/robots.txt"]


@pytest.mark.parametrize(("status", "allowed"), [("404 Not Found", True), ("403 Forbidden", True), ("503 Busy", False)])
def test_no_robots_allow_everything_and_a_failing_site_nothing(
    status: str, allowed: object, server: Server, names: Names
) -> None:
    server.answers["/robots.txt"] = answer(status=status)
    assert may_fetch("http://site.example/", network=names.network) is allowed


def test_a_site_that_does_not_answer_is_left_alone(server: Server, names: Names) -> None:
    assert not may_fetch("http://unknown.example/", network=names.network)
    server.answers["/robots.txt"] = answer(b"", headers=("Content-Encoding: br",))
    assert not may_fetch("http://site.example/", network=names.network)


def test_an_address_that_is_never_fetched_is_refused(names: Names) -> None:
    with pytest.raises(PrivateAddress):
        may_fetch("http://10.0.0.1/", network=names.network)
    with pytest.raises(SchemeRefused):
        may_fetch("file:///etc/passwd", network=names.network)


def test_robots_that_lead_behind_our_walls_allow_nothing(server: Server, names: Names) -> None:
    for location in ("http://10.0.0.1/robots.txt", "file:///etc/passwd"):
        server.answers["/robots.txt"] = redirect(location)
        assert not may_fetch("http://site.example/", network=names.network)
        start_afresh()


def test_very_long_robots_are_read_to_their_limit(server: Server, names: Names) -> None:
    server.answers["/robots.txt"] = answer(b"user-agent: *\ndisallow: /first\n" + b"disallow: /x\n" * 100_000)
    assert not may_fetch("http://site.example/first", network=names.network)
    assert may_fetch("http://site.example/other", network=names.network)


def test_a_host_is_left_alone_between_two_visits(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    pace = Pace(interval=timedelta(seconds=10))
    assert take_turn("http://site.example/a", pace=pace)
    assert not take_turn("https://SITE.example/b", pace=pace)
    assert take_turn("http://other.example/", pace=pace)
    now += timedelta(seconds=9.9)
    assert not take_turn("http://site.example/a", pace=pace)
    now += timedelta(seconds=0.1)
    assert take_turn("http://site.example/a", pace=pace)


def test_the_counters_do_not_tell_which_sites_were_asked(server: Server, names: Names) -> None:
    server.answers["/robots.txt"] = answer(b"")
    take_turn("http://site.example/", pace=Pace())
    may_fetch("http://site.example/", network=names.network)
    rows = list(Counter.objects.values_list())
    assert len(rows) == 1  # the turn; robots are in no table
    assert "site.example" not in str(rows)
    start_afresh()
