"""Production from an empty folder: the page's commands, one after the other, up to the first notice."""

import hashlib
import io
import json
import re
import socket
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from leeward.config.checks import check_founded
from leeward.foundation.audit.rules import Actor
from leeward.foundation.signing.operations.keys import found_signer
from leeward.foundation.vault.operations import found_services
from leeward.victim.portal.hasher import ADDONS_PATH, load_hasher
from tests.config.installation import HOST, Installation, production

# One installation for all of them: founding it takes a dozen processes.
pytestmark = [
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.postgresql(alone=True),
    pytest.mark.turn(0, days=2),
]

PASSPHRASE = "lantern orbit pepper quilt"
PLATFORMS = {
    "platforms": [
        {
            "name": "Chatter",
            "domains": ["chatter.example"],
            "language": "en",
            "policy": {"url": "https://chatter.example/rules", "clause": "4.2", "checked_on": "2026-11-02"},
            "channels": [{"kind": "email", "address": "notices@chatter.example", "language": "en"}],
        }
    ]
}
HANDOVER = {
    "urls": ["https://chatter.example/p/very-private-1"],
    "harm": "shared",
    "story": "It was shared.",
    "language": "en",
    "consent": True,
}
SERVICES = ("courier", "monitor", "notifier", "teller", "forwarder")
TICK = re.compile(r'name="plan" value="([^"]+)"')
TYPED = "planted-in-a-path"


@dataclass(frozen=True, kw_only=True)
class Founded:
    """An installation whose web server runs, and what its commands said on the way."""

    made: Installation
    check_before: str
    said: tuple[str, str]
    keys: tuple[dict[str, bytes], dict[str, bytes]]
    link: str


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Founded]:
    folder = tmp_path_factory.mktemp("production")
    with production(folder) as made:
        (folder / "platforms.json").write_text(json.dumps(PLATFORMS), encoding="utf-8")
        (folder / "handover.json").write_text(json.dumps(HANDOVER), encoding="utf-8")
        made.ask("migrate", "--verbosity", "0")
        check = made.run("check")
        first = made.ask("found")
        keys = keys_of(made)
        second = made.ask("found")
        made.ask("collectstatic", "--verbosity", "0")
        made.ask("import-platforms", "platforms.json")
        link = made.ask("create-staff", "rob", "--role", "desk_practitioner").strip()
        assert check.returncode == 0
        with made.serving():
            yield Founded(
                made=made,
                check_before=check.stderr,
                said=(first, second),
                keys=(keys, keys_of(made)),
                link=link,
            )


def keys_of(made: Installation) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in (made.folder / "data" / "service-keys").iterdir()}


def test_founding_makes_the_workers_keys_once_and_says_where_to_go_on(founded: Founded) -> None:
    first, second = founded.said
    assert "made for courier, monitor, notifier, teller, forwarder, signer" in first
    assert "Keys of the workers: as they were." in second
    assert founded.keys[0].keys() == {*SERVICES, "notary", "signer-1", "snapshots-1"}
    assert founded.keys[0] == founded.keys[1]
    for said in founded.said:
        assert f"https://{HOST}/staff/sign-in" in said
        assert f"https://{HOST}/healthz" in said
        assert f"which you make known: {HOST}/notary+" in said


def test_before_it_the_check_names_what_is_missing_and_the_command(founded: Founded) -> None:
    assert all(name in founded.check_before for name in SERVICES)
    assert "leeward found" in founded.check_before


@pytest.mark.django_db
def test_the_check_says_so_until_it_is_founded(settings: Any, tmp_path: Path) -> None:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "keys"
    (before,) = check_founded(databases=["default"])
    assert "leeward found" in str(before.hint)
    assert check_founded(databases=None) == []  # without a database nothing is asked of it
    found_services(by=Actor.operator(), now=timezone.now())
    (unsigned,) = check_founded(databases=["default"])
    assert "(signer, types of court orders, words of the directory)" in unsigned.msg
    found_signer(by=Actor.operator(), now=timezone.now())
    (half,) = check_founded(databases=["default"])
    assert "(types of court orders, words of the directory)" in half.msg
    call_command("found", stdout=io.StringIO())
    assert check_founded(databases=["default"]) == []


def test_the_first_notice_is_sent(founded: Founded) -> None:
    shut = founded.made.run("file-report", "handover.json")
    assert shut.returncode == 2
    assert "Nobody in the team that this goes to can open it at the moment" in shut.stderr
    browser = founded.made.browser()
    assert f"https://{HOST}/" not in browser.get("/").headers.get("Location", "")
    assert browser.get("/").ok
    enrolled = browser.send(founded.link, {"passphrase": PASSPHRASE, "again": PASSPHRASE})
    assert enrolled.ok, enrolled.text
    signed = browser.send("/staff/sign-in", {"username": "rob", "passphrase": PASSPHRASE})
    assert signed.status_code == 303, signed.text
    # Now somebody at the desk can read what comes in.
    report = json.loads(founded.made.ask("file-report", "handover.json"))["report"]
    path = f"/staff/removals/reports/{report}/send"
    page = browser.get(path)
    assert page.ok, page.text
    (tick,) = TICK.findall(page.text)
    begun = browser.send(path, {"plan": tick})
    assert begun.status_code == 303, begun.text
    sent = browser.get(begun.headers["Location"])
    assert sent.ok, sent.text
    assert "1 notice made" in sent.text


def test_every_file_is_for_its_owner_alone(founded: Founded) -> None:
    """All was made under the usual umask of a machine, by which others may read what is new."""
    data = founded.made.folder / "data"
    found = {path.relative_to(data).as_posix(): stat.S_IMODE(path.lstat().st_mode) for path in data.rglob("*")}
    # What everybody may read on the site may be readable here, too; nobody else comes through the folder above it.
    others = {name: oct(mode) for name, mode in found.items() if mode & 0o077 and not name.startswith("static/")}
    assert others == {}
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert "service-keys/courier.key" in found
    if "sqlite" in founded.made.environment["DATABASE_URL"]:
        assert {"leeward.sqlite3", "leeward.sqlite3-wal", "leeward.sqlite3-shm"} <= found.keys()


def test_each_file_of_the_site_lies_there_once_by_the_name_that_pages_ask_for(founded: Founded) -> None:
    """What the hasher fetches keeps its own name, since its digest is pinned; all is packed."""
    folder = founded.made.folder / "data" / "static"
    asked = set(json.loads((folder / "staticfiles.json").read_text())["paths"].values())
    lying = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    packed = {name for name in lying - asked if name.endswith((".br", ".gz"))}
    assert lying - packed == {*asked, "staticfiles.json"}
    assert {name.rpartition(".")[0] for name in packed} <= asked
    browser = founded.made.browser()
    addons = {name: digest for name, digest in load_hasher().files.items() if name.startswith("addons/")}
    assert addons
    for name, digest in addons.items():
        answer = browser.get(f"/static/{ADDONS_PATH.removesuffix('addons/')}{name}")
        assert "Content-Encoding" in answer.headers, name
        assert hashlib.sha256(answer.content).hexdigest() == digest, name


@pytest.mark.parametrize(
    ("request_of", "status"),
    [
        (f"GET /{TYPED} HTTP/9.9\r\n\r\n", 400),
        (f"GET /{TYPED}/{'a' * 9000} HTTP/1.1\r\nHost: {HOST}\r\n\r\n", 414),
        (f"{TYPED}\r\n\r\n", 400),
        (f"GET / HTTP/1.1\r\nHost: {HOST}\r\n{TYPED} : x\r\n\r\n", 400),
        (f"GET / HTTP/1.1\r\nHost: {HOST}\r\nX-Typed: {TYPED}{'a' * 9000}\r\n\r\n", 431),
        (f"POST /{TYPED} HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: {TYPED}\r\n\r\n", 501),
        (f"POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {TYPED}\r\n\r\n", 400),
        (f"GET / HTTP/1.1\r\nHost: {HOST}\r\nExpect: {TYPED}\r\n\r\n", 417),
    ],
)
def test_what_cannot_be_read_is_refused_in_plain_words_and_leaves_no_trace_of_it(
    founded: Founded, request_of: str, status: int
) -> None:
    with socket.create_connection(("127.0.0.1", founded.made.port), timeout=30) as line:
        line.sendall(request_of.encode())
        answer = b"".join(iter(lambda: line.recv(65536), b"")).decode()
    head, _blank, body = answer.partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert "Content-Type: text/plain; charset=utf-8" in head
    assert f"Content-Length: {len(body)}" in head
    assert body.endswith(".\n")
    assert not any(word in answer.lower() for word in ("<", "gunicorn", TYPED))
    log = founded.made.log.read_text()
    assert f"A request was refused: {status} " in log
    assert not any(word in log for word in (TYPED, "127.0.0.1", "192.0.2.7", "/staff", "ip="))


def test_tables_that_are_not_up_to_date_are_named(tmp_path: Path) -> None:
    with production(tmp_path) as made:
        (tmp_path / "data").mkdir()
        done = made.run("found")
        assert done.returncode == 1
        assert "leeward migrate" in done.stderr
        assert "Traceback" not in done.stderr
