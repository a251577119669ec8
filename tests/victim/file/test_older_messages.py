"""Somebody who has written a lot finds every message of theirs, down to the first."""

import html
import re

import pytest

from leeward.victim.file.models import Message, Thread
from leeward.victim.file.rules.threads import Side
from leeward.victim.file.views.threads import SEEN_AT_ONCE
from tests.counters import start_afresh
from tests.foundation.accounts.people import at
from tests.victim.file.people import Browser, Teller, browser_of
from tests.victim.helpline.conftest import NOW, Worker
from tests.victim.removals.conftest import Company

pytestmark = pytest.mark.django_db
COUNT = 2 * SEEN_AT_ONCE + 50


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    start_afresh()


@pytest.fixture
def her(sam: Worker, dee: Worker, chatter: Company) -> Teller:
    her = Teller()
    her.come()
    her.report()
    return her


def fill(her: Teller, team: str, file: object) -> None:
    """Have COUNT messages in a thread, each saying its number."""
    thread = Thread.objects.get(file__reference=her.file, team=team)
    Message.objects.filter(thread=thread).delete()
    rows = [Message(thread=thread, side=Side.PERSON, at=NOW, ordinal=number) for number in range(1, COUNT + 1)]
    for row in rows:
        row.reference = Message._meta.get_field("reference").get_default()
        row.words = Message.box(file, "words", row.reference, f"message {row.ordinal}.")  # type: ignore[arg-type]
    Message.objects.bulk_create(rows)


def numbers(page: str) -> list[int]:
    return [int(found) for found in re.findall(r"message (\d+)\.", page)]


def link(page: str, words: str) -> str:
    found = re.search(rf'href="([^"]+)">{words}</a>', page)
    return html.unescape(found[1]) if found else ""


def read_back(browser: Browser, path: str) -> None:
    """Go from the newest page to the oldest by its own links, and back again."""
    page = browser.see(path)
    newest, read = page, numbers(page)
    assert read == list(range(COUNT - SEEN_AT_ONCE + 1, COUNT + 1))
    assert not link(page, "Newer messages")
    while older := link(page, "Older messages"):
        page = browser.see(older)
        read = numbers(page) + read
    assert read == list(range(1, COUNT + 1))
    steps = 0
    while newer := link(page, "Newer messages"):
        page, steps = browser.see(newer), steps + 1
    assert (steps, numbers(page)) == (2, numbers(newest))
    for wrong in ("0", "-3", "x", "9" * 30, str(COUNT + 7)):
        assert numbers(browser.see(f"{path}?until={wrong}")) == numbers(newest)


def test_of_the_helpline(her: Teller) -> None:
    fill(her, "helpline", her.open_case().thread)
    read_back(browser_of(her, now=NOW, file=her.file, report=her.file), "/status/talk")


def test_of_the_desk(her: Teller) -> None:
    fill(her, "desk", her.open_report().thread)
    read_back(browser_of(her, now=NOW, file=her.file, report=her.file), "/status/messages")
