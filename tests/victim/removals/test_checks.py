"""What the monitor makes of real servers that behave as sites do, and as attackers do; and what it keeps: nothing."""

import gzip
import io
import socket
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path as FilePath

import pytest
from django.apps import apps
from pytest_django import Settings

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.reach.rules.limits import Limits
from leeward.foundation.vault.errors import SealBroken, VaultError
from leeward.foundation.vault.operations import derive_key_pair, open_sealed, open_service
from leeward.foundation.vault.rules.grants import GranteeKind, Service
from leeward.victim.removals.models import Request, place
from leeward.victim.removals.operations import checks
from leeward.victim.removals.operations.checks import LEASE, LOOK_LIMITS, PACE, check_due, check_request, note_check
from leeward.victim.removals.operations.reports import erase_report, watch_place
from leeward.victim.removals.operations.steps import locked_request, take_step
from leeward.victim.removals.rules.checks import CheckReason, Signal, Verdict
from leeward.victim.removals.rules.schedule import SHORTEST, wait_for_turn
from leeward.victim.removals.rules.states import RequestState, Step
from tests.counters import start_afresh
from tests.foundation.reach.conftest import Answer as Reply
from tests.foundation.reach.conftest import Server, answer, redirect
from tests.victim.removals.conftest import NOW, PERSON, Filed, told
from tests.victim.removals.listing import page_looks

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

ROBIN, SAM = (Actor(kind=ActorKind.STAFF, id=name) for name in ("robin", "sam"))
CANARY = "canary-9f3b1c"
HTML = ("Content-Type: text/html; charset=utf-8",)
QUICK = Limits(seconds=1.0, body_bytes=LOOK_LIMITS.body_bytes, media=LOOK_LIMITS.media)


def page(title: str, body: str = "", *, status: str = "200 OK") -> Reply:
    text = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return answer(text.encode(), status=status, headers=HTML)


def stream(head: str, piece: bytes, *, hangs: bool = False) -> Reply:
    """An answer that never ends, or whose body never begins."""

    def send(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode())
        while not hangs:
            connection.sendall(piece)
        connection.recv(1)  # until the other side hangs up

    return send


@dataclass(frozen=True, kw_only=True)
class Site:
    """A site on this machine, and the monitor that looks at it."""

    server: Server

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.port}{path}"

    def ask(self, *paths: str) -> Filed:
        """Somebody reports these pages, and the site has been asked to remove them."""
        filed = told(*map(self.url, paths))
        for row in Request.objects.filter(report__reference=filed.reference):
            request = locked_request(pk=row.pk)
            for step in (Step.QUEUED, Step.SENT):
                take_step(request, step=step, by=ROBIN, now=NOW)
        return filed

    def look(self, *, now: datetime = NOW, limits: Limits = LOOK_LIMITS) -> int:
        """The monitor's round at this time, all hosts rested and every address due."""
        start_afresh()
        Request.objects.exclude(watch="").filter(next_check_at__isnull=False).update(next_check_at=now)
        return check_due(now=now, limit=10, monitor=open_service(Service.MONITOR), limits=limits)

    def look_at_each(self, *, now: datetime = NOW) -> int:
        """The same with the host rested before each of its addresses, of which otherwise all but one wait."""
        Request.objects.exclude(watch="").filter(next_check_at__isnull=False).update(next_check_at=now)
        looked = 0
        for reference in Request.objects.exclude(watch="").values_list("reference", flat=True):
            start_afresh()
            looked += check_request(reference=reference, monitor=open_service(Service.MONITOR), now=now) is not None
        return looked

    def say_removed(self, *, now: datetime = NOW) -> None:
        for row in Request.objects.filter(state="sent"):
            take_step(locked_request(pk=row.pk), step=Step.DECIDED_REMOVED, by=ROBIN, now=now, code="removed")


@pytest.fixture
def site(settings: Settings, server: Server, house: None) -> Site:
    settings.LEEWARD_REACH_PRIVATE = True
    return Site(server=server)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


def last_check() -> tuple[str, str]:
    (row,) = Request.objects.all()
    check = row.checks.order_by("-id").first()
    assert check
    assert row.last_signal == check.signal
    return check.signal, check.reason


def everything_kept() -> str:
    """Every value of every column of every table, as text."""
    kept = []
    for model in apps.get_models():
        kept += [repr(values) for values in model.objects.values_list()]  # type: ignore[attr-defined]
    return "\n".join(kept)


def packed_bomb() -> bytes:
    return gzip.compress(b"<title>A post</title>" + bytes(40 * 1024 * 1024), compresslevel=9)


def archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("canary.html", "<title>Page not found</title>")
    return packed.getvalue()


ENDLESS = b"<html><title>A post</title>" + b"x" * 65536
REPLIES: list[tuple[str, Reply, Signal, CheckReason]] = [
    ("404", answer(status="404 Not Found"), Signal.GONE, CheckReason.STATUS),
    ("410", answer(status="410 Gone"), Signal.GONE, CheckReason.STATUS),
    ("up", page("A post"), Signal.UP, CheckReason.FIRST_LOOK),
    ("soft 404", page("Page not found"), Signal.UNSURE, CheckReason.SAYS_GONE),
    ("sign in", redirect("/login?next=/p/1"), Signal.UNSURE, CheckReason.SIGN_IN),
    ("front page", redirect("/"), Signal.UNSURE, CheckReason.MOVED),
    ("for members", answer(status="403 Forbidden"), Signal.UNSURE, CheckReason.CLOSED),
    ("out of order", answer(status="503 Busy"), Signal.TROUBLE, CheckReason.SERVER),
    ("endless", stream("Content-Type: text/html", ENDLESS), Signal.UP, CheckReason.FIRST_LOOK),
    ("drip", stream("Content-Type: text/html", b"", hangs=True), Signal.TROUBLE, CheckReason.UNREACHABLE),
    (
        "gzip bomb",
        answer(packed_bomb(), headers=(*HTML, "Content-Encoding: gzip")),
        Signal.UP,
        CheckReason.FIRST_LOOK,
    ),
    ("behind walls", redirect("http://10.0.0.1/p/1"), Signal.UNSURE, CheckReason.REFUSED_ADDRESS),
    ("archive", answer(archive(), headers=("Content-Type: application/zip",)), Signal.UP, CheckReason.FIRST_LOOK),
    # A body that never comes would be too slow; that the page is up shows that nobody waited for it.
    ("picture", stream("Content-Type: image/jpeg", b"", hangs=True), Signal.UP, CheckReason.FIRST_LOOK),
    ("bytes", answer(bytes(range(256)) * 64, headers=HTML), Signal.UP, CheckReason.FIRST_LOOK),
]


@pytest.mark.parametrize(
    ("reply", "signal", "reason"), [each[1:] for each in REPLIES], ids=[each[0] for each in REPLIES]
)
def test_what_is_made_of_an_answer(reply: Reply, signal: Signal, reason: CheckReason, site: Site) -> None:
    site.server.answers |= {"/p/1": reply, "/login": page("Sign in"), "/": page("Welcome")}
    site.ask("/p/1")
    assert site.look(limits=QUICK) == 1
    assert last_check() == (signal.value, reason.value)


def test_robots_who_are_refused_leave_it_to_a_person(site: Site) -> None:
    site.server.answers |= {"/robots.txt": answer(b"user-agent: *\ndisallow: /p\n"), "/p/1": page("A post")}
    site.ask("/p/1")
    site.say_removed()
    site.look()
    assert last_check() == ("unsure", "robots")
    assert site.server.paths == ["/robots.txt"]
    (line,), _cursor = page_looks()
    assert (line.reason, line.state) == (CheckReason.ROBOTS, RequestState.DECIDED)


def test_a_page_is_known_again_and_another_in_its_place_is_for_a_person(site: Site) -> None:
    site.server.answers["/p/1"] = page("A post", "words")
    site.ask("/p/1")
    site.look()
    site.server.answers["/p/1"] = page("A post", "other words, and a new advertisement")
    site.look(now=NOW + timedelta(days=1))
    assert last_check() == ("up", "same_page")
    site.say_removed(now=NOW + timedelta(days=1))
    site.server.answers["/p/1"] = page("Somebody else's post")
    site.look(now=NOW + timedelta(days=2))
    assert last_check() == ("unsure", "other_page")
    assert [line.reason for line in page_looks()[0]] == [CheckReason.OTHER_PAGE]


def test_nothing_of_a_page_is_kept_anywhere(site: Site) -> None:
    hidden = f'<link rel="canonical" href="http://chatter.example/{CANARY}"><p>{CANARY}</p>'
    site.server.answers["/p/1"] = page(CANARY, hidden)
    site.server.answers["/p/2"] = redirect(f"/{CANARY}")
    site.server.answers[f"/{CANARY}"] = answer(CANARY.encode(), headers=(*HTML, f"X-Name: {CANARY}"))
    site.ask("/p/1", "/p/2")
    assert site.look_at_each() == 2
    assert site.look_at_each(now=NOW + timedelta(days=1)) == 2
    kept = everything_kept()
    assert "same_page" in kept
    assert CANARY not in kept
    assert f"127.0.0.1:{site.server.port}" not in kept


def test_pages_made_to_be_read_for_hours_are_read_once(site: Site) -> None:
    for text in ("<title" * 40_000, "<title>" * 35_000, "<link " * 40_000, "<meta property='og:url' " * 10_000):
        site.server.answers["/p/1"] = answer(text.encode(), headers=HTML)
        site.ask("/p/1")
        site.look()
        assert last_check() == ("up", "first_look")
        Request.objects.all().delete()
    site.server.answers["/p/1"] = page("A post", '<link rel="canonical" href="http://[">')
    site.ask("/p/1")
    site.look()
    assert last_check() == ("up", "first_look")


def test_a_host_is_asked_in_its_turn_and_the_others_wait(site: Site) -> None:
    site.ask("/p/1", "/p/2", "/p/3")
    start_afresh()
    Request.objects.update(next_check_at=NOW)
    monitor = open_service(Service.MONITOR)
    assert check_due(now=NOW, limit=10, monitor=monitor) == 3
    assert sorted(site.server.paths) in (["/p/1", "/robots.txt"], ["/p/2", "/robots.txt"], ["/p/3", "/robots.txt"])
    waiting = Request.objects.filter(last_checked_at__isnull=True)
    assert waiting.count() == 2
    for row in waiting:
        assert row.next_check_at is not None
        assert PACE.interval <= row.next_check_at - NOW <= wait_for_turn(interval=PACE.interval, waiting=3, draw=1.0)


def test_two_monitors_do_not_look_at_the_same_address(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.server.answers["/p/1"] = page("A post")
    site.ask("/p/1")
    monitor, (row,) = open_service(Service.MONITOR), Request.objects.all()
    alone = checks.look

    def look_beside_another(url: str, *, limits: Limits) -> object:
        assert check_due(now=NOW, limit=10, monitor=monitor) == 0
        # One that had read the list before the first took the address finds it taken.
        assert not checks._take(row, now=NOW)
        return alone(url, limits=limits)

    monkeypatch.setattr(checks, "look", look_beside_another)
    start_afresh()
    Request.objects.update(next_check_at=NOW)
    row.refresh_from_db()
    assert check_due(now=NOW, limit=10, monitor=monitor) == 1
    assert site.server.paths.count("/p/1") == 1


def test_a_monitor_that_dies_is_followed_up_after_its_lease(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.ask("/p/1")

    def die(url: str, *, limits: Limits) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(checks, "look", die)
        with pytest.raises(KeyboardInterrupt):
            site.look()
    start_afresh()
    monitor, (row,) = open_service(Service.MONITOR), Request.objects.all()
    assert (row.state, row.next_check_at, row.checks.count()) == ("sent", NOW + LEASE, 0)
    assert check_due(now=NOW + LEASE - timedelta(seconds=1), limit=10, monitor=monitor) == 0
    assert check_due(now=NOW + LEASE, limit=10, monitor=monitor) == 1
    assert last_check() == ("gone", "status")


@pytest.mark.parametrize("ends", ["withdrawn", "erased"])
def test_what_ends_while_the_monitor_looks_stays_ended(ends: str, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    filed, alone = site.ask("/p/1"), checks.look

    def look_late(url: str, *, limits: Limits) -> object:
        seen = alone(url, limits=limits)
        if ends == "erased":
            erase_report(reference=filed.reference, by=PERSON, now=NOW)
        else:
            Request.objects.update(state="withdrawn", watch="")
        return seen

    monkeypatch.setattr(checks, "look", look_late)
    assert site.look() == 1
    assert [(row.state, row.checks.count()) for row in Request.objects.all()] in ([], [("withdrawn", 0)])


def test_no_secret_of_the_web_process_opens_a_watched_address(
    site: Site, settings: Settings, tmp_path: FilePath
) -> None:
    site.ask("/p/1")
    (row,) = Request.objects.all()
    where = watch_place(row)
    assert open_sealed(open_service(Service.MONITOR), row.watch, place=where) == site.url("/p/1")
    secrets = [
        settings.SECRET_KEY,
        settings.LEEWARD_CODE_PEPPER,
        settings.LEEWARD_SIGNING_KEY,
        settings.LEEWARD_INDEX_KEY,
    ]
    keys = [derive_key_pair(str(secret), purpose="removals/link", kind=GranteeKind.LINK) for secret in secrets]
    for key in [*keys, open_service(Service.COURIER), open_service(Service.NOTIFIER)]:
        with pytest.raises(SealBroken):
            open_sealed(key, row.watch, place=where)
    with pytest.raises(SealBroken):
        open_sealed(open_service(Service.MONITOR), row.watch, place=place("request", "watch", row.report.reference))
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "a-folder-that-the-web-process-sees"
    with pytest.raises(VaultError):
        open_service(Service.MONITOR)


def test_an_address_sealed_to_a_lost_key_is_left_to_a_person(site: Site) -> None:
    site.ask("/p/1", "/p/2")
    first, second = Request.objects.order_by("id")
    Request.objects.filter(pk=first.pk).update(watch=second.watch, next_check_at=NOW)
    Request.objects.filter(pk=second.pk).update(next_check_at=None)
    assert check_due(now=NOW, limit=10, monitor=open_service(Service.MONITOR)) == 1
    first.refresh_from_db()
    assert (first.next_check_at, first.attention_at) == (None, NOW)
    assert site.server.paths == []


def test_the_same_doubt_is_not_told_twice(site: Site) -> None:
    site.server.answers["/p/1"] = page("Page not found")
    site.ask("/p/1")
    site.say_removed()
    for day in range(3):
        site.look(now=NOW + timedelta(days=day))
    (row,) = Request.objects.all()
    assert row.events.filter(step="seen_unsure").count() == 1
    assert row.checks.count() == 3
    note_check(
        reference=row.reference,
        verdict=Verdict(signal=Signal.GONE, reason=CheckReason.PERSON),
        status=None,
        by=ROBIN,
        now=NOW + timedelta(days=4),
    )
    row.refresh_from_db()
    assert (row.state, row.attention_at) == ("gone", None)
    site.look(now=NOW + timedelta(days=11))  # a page that says so itself: a person has settled it
    row.refresh_from_db()
    assert (row.state, row.attention_at) == ("gone", None)
    assert page_looks() == ((), "")


def test_a_person_who_cannot_tell_leaves_it_to_a_colleague(site: Site) -> None:
    site.server.answers |= {"/p/1": redirect("/"), "/": page("Welcome")}
    site.ask("/p/1")
    site.say_removed()
    site.look()
    (line,), _cursor = page_looks()
    note_check(
        reference=line.reference,
        verdict=Verdict(signal=Signal.UNSURE, reason=CheckReason.PERSON),
        status=None,
        by=ROBIN,
        now=NOW + timedelta(hours=1),
    )
    assert [each.reference for each in page_looks()[0]] == [line.reference]
    note_check(
        reference=line.reference,
        verdict=Verdict(signal=Signal.UP, reason=CheckReason.PERSON),
        status=None,
        by=SAM,
        now=NOW + timedelta(hours=2),
    )
    assert page_looks() == ((), "")
    (row,) = Request.objects.all()
    assert (row.state, row.law_stopped_at) == ("still_up", None)


def test_the_list_of_looks_is_paged(site: Site) -> None:
    site.ask("/p/1", "/p/2", "/p/3")
    Request.objects.update(state="gone", last_signal="unsure", attention_at=NOW)
    Request.objects.filter(ordinal=2).update(attention_at=NOW - timedelta(hours=1))
    seen, cursor = [], ""
    for _ in range(3):
        lines, cursor = page_looks(cursor, 1)
        seen += [line.ordinal for line in lines]
    assert seen == [2, 1, 3]
    assert cursor == ""
    Request.objects.update(state="sent")
    assert page_looks() == ((), "")


def test_a_host_in_trouble_is_tried_again_soon_once_and_then_as_all(site: Site) -> None:
    site.server.answers["/p/1"] = answer(status="503 Busy")
    site.ask("/p/1")
    pauses = []
    for day in range(3):
        now = NOW + timedelta(days=day)
        site.look(now=now)
        (row,) = Request.objects.all()
        assert row.next_check_at is not None
        pauses.append(row.next_check_at - now)
    assert pauses == [timedelta(hours=1), timedelta(hours=12), timedelta(hours=12)]
    assert all(pause >= SHORTEST for pause in pauses)
