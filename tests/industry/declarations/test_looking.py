"""Looks at statements on a real server of this machine: what each answer means, and that no look is made twice."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command

from leeward.industry.declarations.models import Outage, Statement
from leeward.industry.declarations.operations import looking
from leeward.industry.declarations.operations.handing_in import hand_in_statement
from leeward.industry.declarations.operations.looking import look_at_statements
from leeward.industry.declarations.rules.entries import NewStatement
from leeward.industry.declarations.rules.looking import next_look, trouble_of
from leeward.industry.declarations.rules.terms import HandedInBy, LinkTrouble
from tests.counters import start_afresh
from tests.industry.declarations.conftest import DAY, NOW, OFFICER, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("version")]


@dataclass
class Site:
    """A site of this machine: the status of each path, and what was asked for."""

    url: str = ""
    statuses: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def site(settings: Any) -> Iterator[Site]:
    settings.LEEWARD_REACH_PRIVATE = True
    start_afresh()
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            self.send_response(made.statuses.get(self.path, 404))
            if made.statuses.get(self.path) == 302:
                self.send_header("Location", "/why")
            body = b"User-agent: *\nDisallow: /private\n" if self.path == "/robots.txt" else b"We signed."
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    made.statuses = {"/why": 200, "/robots.txt": 200}
    yield made
    server.shutdown()
    thread.join()
    server.server_close()
    start_afresh()


def listed(url: str) -> UUID:
    return hand_in_statement(
        public_id=signed(), new=NewStatement(title="Why", url=url), source=HandedInBy.STAFF, by=OFFICER, now=NOW
    )


@pytest.mark.parametrize(
    ("path", "status", "trouble"),
    [
        ("/why", 200, LinkTrouble.NONE),
        ("/moved", 302, LinkTrouble.NONE),
        ("/gone", 404, LinkTrouble.NOT_FOUND),
        ("/gone", 410, LinkTrouble.NOT_FOUND),
        ("/broken", 503, LinkTrouble.SERVER_ERROR),
        ("/members", 403, LinkTrouble.CLOSED),
        ("/private/why", 200, LinkTrouble.CLOSED),
    ],
)
def test_what_an_answer_means(site: Site, path: str, status: int, trouble: LinkTrouble) -> None:
    site.statuses[path] = status
    listed(site.url + path)
    assert look_at_statements(now=NOW, limit=10) == 1
    row = Statement.objects.get()
    assert (row.trouble, row.checked_at) == (trouble.value, NOW)
    assert row.look_at == next_look(trouble, now=NOW)
    counts = trouble not in (LinkTrouble.NONE, LinkTrouble.CLOSED)
    assert Outage.objects.filter(ended_on__isnull=True).exists() is counts
    assert ("/private/why" in site.asked) is False
    assert look_at_statements(now=NOW, limit=10) == 0  # it was just looked at


def test_a_page_that_is_back_ends_its_outage(site: Site) -> None:
    site.statuses["/why"] = 500
    listed(site.url + "/why")
    look_at_statements(now=NOW, limit=10)
    site.statuses["/why"] = 200
    start_afresh()
    assert look_at_statements(now=NOW + 3 * DAY, limit=10) == 1
    outage = Outage.objects.get()
    assert outage.ended_on is not None
    assert outage.ended_on - outage.began_on == 3 * DAY


def test_a_site_is_asked_at_its_own_pace(site: Site) -> None:
    reference = signed()
    for path in ("/why", "/more"):
        new = NewStatement(title="Why", url=site.url + path)
        hand_in_statement(public_id=reference, new=new, source=HandedInBy.STAFF, by=OFFICER, now=NOW)
    assert look_at_statements(now=NOW, limit=10) == 1
    waiting = Statement.objects.get(checked_at__isnull=True)
    assert waiting.look_at is not None
    assert NOW < waiting.look_at <= NOW + timedelta(minutes=1)


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "http://10.0.0.1/", "http://[::ffff:10.0.0.1]/"])
def test_nothing_behind_our_walls_is_fetched(url: str) -> None:
    start_afresh()
    listed(url)
    look_at_statements(now=NOW, limit=10)
    assert Statement.objects.get().trouble == LinkTrouble.REFUSED.value


def test_what_is_in_another_sweeps_hands_is_left_and_a_kill_is_made_up_for(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(site.url + "/why")

    def killed(_url: str) -> LinkTrouble:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(looking, "_look", killed)
        with pytest.raises(KeyboardInterrupt):
            look_at_statements(now=NOW, limit=10)
    assert look_at_statements(now=NOW + timedelta(minutes=59), limit=10) == 0
    assert look_at_statements(now=NOW + timedelta(minutes=61), limit=10) == 1


def test_the_command_looks_now(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    listed(site.url + "/why")
    Statement.objects.update(look_at=NOW - 3_000 * DAY)
    call_command("look_at_statements")
    assert "looked at: 1" in capsys.readouterr().out


def test_statuses() -> None:
    assert [trouble_of(status) for status in (200, 204, 301, 404, 418, 429, 500, 599)] == [
        LinkTrouble.NONE,
        LinkTrouble.NONE,
        LinkTrouble.NOT_FOUND,
        LinkTrouble.NOT_FOUND,
        LinkTrouble.NOT_FOUND,
        LinkTrouble.CLOSED,
        LinkTrouble.SERVER_ERROR,
        LinkTrouble.SERVER_ERROR,
    ]
