"""Everybody can download the package: kept until an entry changes, never an older one than what is published."""

import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from leeward.society.directory.models import Service
from leeward.society.directory.operations.saving import withdraw_service
from leeward.society.directory.rules.history import Source
from tests.society.directory.factories import BY, NOW, make_service
from tests.society.directory.packages import export
from tests.society.directory.varied import Varied

pytestmark = pytest.mark.django_db

PATH = "/directory/open-data/services.zip"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: LazySettings) -> Iterator[Path]:
    settings.LEEWARD_OPEN_DATA = tmp_path / "open-data"
    return settings.LEEWARD_OPEN_DATA


def body(answer: Any) -> bytes:
    """What was sent; reading it to its end closes the file."""
    return b"".join(answer.streaming_content)


def test_it_is_what_the_command_writes_and_may_be_read_by_any_site(varied: Varied) -> None:
    answer = Client().get(PATH)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert "services.zip" in answer.headers["Content-Disposition"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    content = body(answer)
    assert content == export()
    assert answer.headers["Content-Length"] == str(len(content))


def test_the_api_names_it_and_its_licence(varied: Varied) -> None:
    root = Client().get("/directory/api/v3/").json()
    assert root["package_url"] == f"http://testserver{PATH}"
    assert root["licence"].startswith("https://creativecommons.org/")


def test_it_is_made_once_and_again_after_a_change(varied: Varied, folder: Path) -> None:
    first = Client().get(PATH)
    content = body(first)
    made = sorted(folder.glob("services-*.zip"))
    assert body(Client().get(PATH)) == content
    assert sorted(folder.glob("services-*.zip")) == made
    same = Client().get(PATH, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.headers["ETag"]) == (304, first.headers["ETag"])
    assert same.headers["Access-Control-Allow-Origin"] == "*"
    withdraw_service(varied.full.id, source=Source.EDITOR, by=BY, now=NOW)
    changed = Client().get(PATH, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert body(changed) != content
    assert len(list(folder.glob("services-*.zip"))) == 1, "the older one is gone"


def test_an_older_one_is_never_given_while_a_newer_is_made(varied: Varied, folder: Path) -> None:
    body(Client().get(PATH))
    make_service("One more")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = Client().get(PATH)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.json()["error"]["code"] == "being_made"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert body(Client().get(PATH))


def test_a_draft_of_one_that_was_killed_is_cleared_away(folder: Path) -> None:
    folder.mkdir()
    (folder / "draft-old").write_bytes(b"half")
    assert body(Client().get(PATH))
    assert not list(folder.glob("draft-*"))


def test_it_can_only_be_read() -> None:
    head = Client().head(PATH)
    assert (head.status_code, body(head)) == (200, b"")
    assert int(head.headers["Content-Length"]) > 0
    for method in ("post", "put", "delete"):
        answer = getattr(Client(), method)(PATH)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert Client().options(PATH).headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert not Service.objects.exists()
