"""The log on the web: its files as tools want them, its pages in words, and checked by strangers over the network."""

import io
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from leeward.config import cli
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.checking.management.commands import verify_log as command
from leeward.foundation.editions.workplace import waiting
from leeward.foundation.notary.operations import enter, found_log, seal
from leeward.foundation.notary.queries import log_keys
from leeward.foundation.notary.rules.leaves import digest_of

NOW = timezone.now()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "keys"


def publish(*names: str, first: int = 0) -> None:
    if first == 0:
        found_log(by=Actor.operator(), now=NOW)
    for name in names:
        enter(kind="duty-version", name=name, content=f'"{name}"'.encode(), now=NOW)
    seal(now=NOW)


@pytest.mark.django_db
class TestPages:
    def test_before_it_is_founded_the_log_says_so(self, client: Client) -> None:
        assert "has not been founded yet" in client.get("/notary").content.decode()
        for path in ("checkpoint", "tile/0/000.p/1", "tile/entries/000", "leaves/0/content"):
            assert client.get(f"/notary/{path}").status_code == 404
        assert client.get("/notary/leaves/0").status_code == 404
        assert client.get("/notary/key").content == b""

    def test_files_are_what_the_standard_says(self, client: Client) -> None:
        publish("xx/1", "xx/2")
        point = client.get("/notary/checkpoint")
        assert point.content.decode().split("\n")[1] == "2"
        assert (point.headers["Cache-Control"], point.headers["Content-Type"]) == (
            "no-cache",
            "text/plain; charset=utf-8",
        )
        tile = client.get("/notary/tile/0/000.p/2")
        assert (len(tile.content), tile.headers["Content-Type"]) == (64, "application/octet-stream")
        assert "immutable" in tile.headers["Cache-Control"]
        assert tile.headers["Access-Control-Allow-Origin"] == "*"
        assert client.get("/notary/tile/0/000.p/1").content == tile.content[:32]
        for path in ("0/000", "0/000.p/3", "1/000.p/1", "0/001.p/1", "7/000", "x/000", "entries/000.p/3"):
            assert client.get(f"/notary/tile/{path}").status_code == 404
        assert client.get("/notary/key").content.decode() == f"{log_keys()[0].text}\n"
        assert client.get("/notary/leaves/1/content").content == b'"xx/2"'
        assert client.post("/notary/checkpoint").status_code == 405

    def test_the_page_lists_leaves_and_says_how_they_are_checked(self, client: Client) -> None:
        publish("xx/1", "yy/2")
        enter(kind="duty-version", name="zz/9", content=b"9", now=NOW - timedelta(days=3))
        page = client.get("/notary").content.decode()
        assert re.findall(r"leaves/(\d+)\?", page) == ["1", "0"]
        assert "zz/9" in page
        assert "should wait for less than an hour" in page
        assert "aics-tlog verify-checkpoint --tiles" in page
        assert "tlog-tiles get-leaf" in page
        assert "leeward verify-log" in page
        assert "Save this view" not in client.get("/notary?find=yy").content.decode()
        for query, found in (
            ("find=YY", ["1"]),
            (f"find={digest_of(b'"xx/1"')}", ["0"]),
            ("kind=duty-version", ["1", "0"]),
            ("kind=statistics-release", []),
        ):
            assert re.findall(r"leaves/(\d+)\?", client.get(f"/notary?{query}").content.decode()) == found, query
        assert "xx/1" in client.get("/notary?format=csv").content.decode()

    def test_a_leaf_s_page_has_the_proof_that_a_reader_can_follow(self, client: Client) -> None:
        publish(*(f"xx/{number}" for number in range(5)))
        page = client.get("/notary/leaves/4").content.decode()
        assert digest_of(b'"xx/4"') in page
        [root] = re.findall(r"checkpoint signs:\s*<code[^>]*>(\w+)<", page)
        hashes = re.findall(r"<code[^>]*>([0-9a-f]{64})<", page)
        assert hashes[-1] == root
        assert client.get("/notary/leaves/5").status_code == 404

    def test_an_administrator_is_told_that_the_log_stands_still(self) -> None:
        publish()
        enter(kind="duty-version", name="zz/9", content=b"9", now=NOW - timedelta(hours=2))
        told = [each.kind for each in waiting(User(role=Role.ADMINISTRATOR), NOW)]
        assert told == ["The public log is behind"]
        assert not list(waiting(User(role=Role.POLICY_OFFICER), NOW))
        assert not list(waiting(User(role=Role.ADMINISTRATOR), NOW - timedelta(hours=1, minutes=30)))


@pytest.mark.django_db(transaction=True)
def test_strangers_check_it_over_the_network_with_our_tool_and_with_others(
    live_server: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LEEWARD_URL = live_server.url
    publish(*(f"xx/{number}" for number in range(3)))
    kept = tmp_path / "kept.txt"

    def verify(*said: object) -> str:
        out = io.StringIO()
        call_command("verify_log", live_server.url, *map(str, said), stdout=out)
        return out.getvalue()

    told = verify("--kept", kept)
    assert "3 leaves" in told
    assert f"  {log_keys()[0].text}\n" in told
    assert "goes on from" not in told
    publish("xx/3", first=4)
    told = verify("--kept", kept, "--key", log_keys()[0].text, "--holds", digest_of(b'"xx/3"').upper())
    assert "goes on from the checkpoint that you kept" in told
    assert "Leaf 3: duty-version xx/3, published on" in told
    assert log_keys()[0].text not in told
    assert kept.read_text().split("\n")[1] == "4"
    with pytest.raises(CommandError, match="No leaf of the log"):
        verify("--holds", "0" * 64)
    kept.write_text(kept.read_text().replace("\n4\n", "\n3\n"))
    with pytest.raises(CommandError, match="does not fit"):
        verify("--kept", kept)
    with pytest.raises(CommandError, match="not a key of a log"):
        verify("--key", "nonsense")
    monkeypatch.setattr(command, "LARGEST", 10)
    with pytest.raises(CommandError, match="larger than any part"):
        verify()

    base, tools = f"{live_server.url}/notary", Path(sys.executable).parent
    page = httpx.get(f"{base}/leaves/2").text.replace("&#39;", "'")
    assert f"--log-key '{log_keys()[0].text}' --index 2" in page
    for told_by, line in (
        ("aics-tlog", ["verify-checkpoint", "--tiles", f"{base}/", "--log-key", log_keys()[0].text]),
        ("aics-tlog", ["verify-inclusion", "--tiles", f"{base}/", "--log-key", log_keys()[0].text, "--index", "2"]),
        ("tlog-tiles", ["get-leaf", "--check", base, "2"]),
    ):
        done = subprocess.run([str(tools / told_by), *line], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert '"name":"xx/2"' in done.stdout


def test_a_stranger_needs_no_installation(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Its own process, in an empty folder, without any setting."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("leeward")), "verify-log", "http://127.0.0.1:1"],
        capture_output=True, text=True, check=False, cwd=tmp_path, env={"PATH": ""},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("http://127.0.0.1:1/notary/key could not be read")
    assert list(tmp_path.iterdir()) == []
    assert "verify-log" in cli._overview()
