"""What waits to be sent is what a press can send; the rest says what is missing and who can give it."""

import html

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.reports import save_consents
from leeward.victim.removals.queries.lists import Queue, count_queues, reports_with_unsent, requests_in
from leeward.victim.removals.rules.reports import Consents
from tests.foundation.accounts.people import at, come_in
from tests.victim.removals.conftest import NOW, PERSON, Company, Filed, told
from tests.victim.removals.platform_people import chief

pytestmark = pytest.mark.django_db
URLS = [f"https://chatter.example/p/{number}" for number in range(4)]


@pytest.fixture
def desk(house: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    at(monkeypatch, NOW)
    member, _worker = chief()
    return come_in(member.name)


def see(desk: Client, name: str, *args: object) -> str:
    answer = desk.get(reverse(f"removals:desk-{name}", args=args))
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.content.decode()).split())


def agree(filed: Filed) -> None:
    save_consents(opened=filed.open(), consents=Consents(notices=True), by=PERSON, now=NOW)


def test_without_their_yes_nothing_waits_to_be_sent(desk: Client, chatter: Company) -> None:
    filed = told(*URLS, consents=Consents())
    page = see(desk, "report", filed.reference)
    assert "wait to be sent" not in page
    assert "Review and send" not in page
    assert "4 requests cannot be sent: they have not agreed that we write to platforms." in page
    assert "Only they can say yes, on their own page." in page
    assert count_queues(now=timezone.now()).unsent == 0
    assert not requests_in(Queue.UNSENT, now=NOW).exists()
    assert reports_with_unsent(now=NOW) == ()
    assert "They have not agreed that we write" in see(desk, "queue", "due")
    send = see(desk, "send", filed.reference)
    assert "Only they can say yes" in send
    assert 'name="plan"' not in send
    assert "Send the selected notices" not in send

    agree(filed)
    page = see(desk, "report", filed.reference)
    assert "4 requests wait to be sent." in page
    assert "cannot be sent" not in page
    assert count_queues(now=timezone.now()).unsent == 4
    assert "Send the selected notices" in see(desk, "send", filed.reference)


def test_what_has_no_platform_or_no_way_there_does_not_wait_either(desk: Client, chatter: Company) -> None:
    filed = told(URLS[0], "https://nobody-knows.example/1")
    page = see(desk, "report", filed.reference)
    assert "1 request waits to be sent." in page
    assert "1 request has no platform or no law yet. Choose them on its page." in page
    Request.objects.filter(platform__isnull=False).update(rung="host")
    page = see(desk, "report", filed.reference)
    assert "to be sent." not in page
    assert "Nobody can be reached at Chatter yet." in page
