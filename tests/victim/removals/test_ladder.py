"""The ladder's page: nothing above a site before its time is over, and letters in words that fit their reader."""

import html
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from leeward.industry.platforms.operations import add_channel
from leeward.industry.platforms.rules import ChannelKind, NewChannel, Rung
from leeward.victim.removals.models import Notice, Request
from leeward.victim.removals.operations.complaints import build_complaint
from leeward.victim.removals.operations.desk import climb
from leeward.victim.removals.queries.desk import read_notice
from leeward.victim.removals.queries.reports import read_report
from leeward.victim.removals.rules.notices import Letter
from leeward.victim.removals.views.desk import notices as notice_views
from tests.foundation.accounts.people import at, come_in
from tests.victim.removals.conftest import NOW, OPERATOR, Company, Filed, Worker, told
from tests.victim.removals.desk_people import at_desk, only_request, send_all
from tests.victim.removals.platform_people import chief

pytestmark = pytest.mark.django_db
ADDRESS = "Fairhaven Online Safety Commission\n1 Signal Street\nFairhaven"


@pytest.fixture
def people(house: None, monkeypatch: pytest.MonkeyPatch) -> tuple[Client, Worker]:
    at(monkeypatch, NOW)
    member, worker = chief()
    return come_in(member.name), worker


def sent(worker: Worker, chatter: Company, *, due_at: datetime) -> Filed:
    """A request whose site has until `due_at`, and a regulator that can be written to."""
    channel = NewChannel(kind=ChannelKind.LETTER, rung=Rung.REGULATOR, address=ADDRESS)
    add_channel(partner=chatter.partner, channel=channel, by=OPERATOR, now=NOW)
    filed = told("https://chatter.example/p/1")
    send_all(filed, worker)
    Request.objects.update(law_due_at=due_at)
    return filed


def ladder(client: Client, filed: Filed, query: str = "") -> str:
    address = reverse("removals:desk-ladder", args=[filed.reference, only_request(filed).reference])
    answer = client.get(address + query)
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.content.decode()).split())


def test_the_regulator_comes_after_the_deadline(people: tuple[Client, Worker], chatter: Company) -> None:
    client, worker = people
    filed = sent(worker, chatter, due_at=NOW + timedelta(hours=1))
    page = ladder(client, filed)
    assert "Proposed: Regulator" not in page
    assert "Nothing is proposed now: they still have time." in page
    assert "no result at this site yet" in page
    assert "worked 0 of" not in page
    page = ladder(client, filed, "?rung=regulator")
    assert "Take this step" not in page
    assert "Their time is not over yet." in page
    take = reverse("removals:desk-climb", args=[filed.reference, only_request(filed).reference])
    assert client.post(take, {"rung": "regulator"}).status_code == 409
    assert only_request(filed).rung == Rung.PLATFORM

    Request.objects.update(law_due_at=NOW)
    page = ladder(client, filed)
    assert "Proposed: Regulator" in page
    assert "worked 0 of 1 times at this site" in page
    assert "Take this step" in page
    assert client.post(take, {"rung": "regulator"}).status_code == 303


def test_a_letter_to_a_regulator_bears_its_address_and_speaks_of_the_provider(
    people: tuple[Client, Worker], chatter: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, worker = people
    filed = sent(worker, chatter, due_at=NOW)
    climb(request=only_request(filed).reference, rung=Rung.REGULATOR, by=worker.actor, now=NOW)
    Request.objects.update(state="still_up")
    send_all(filed, worker)
    notice = Notice.objects.get(rung=Rung.REGULATOR)
    text = read_notice(notice.reference, keyring=worker.keyring, by=worker.actor, now=NOW).sent.text
    assert "To: Fairhaven Online Safety Commission" in text
    assert "Provider: Chatter" in text
    assert "The provider's own rule: Rules, 4.2" in text
    assert "Your own rule" not in text
    assert "your own rules" not in text

    made: list[Letter] = []
    monkeypatch.setattr(notice_views, "make_letter", lambda letter: made.append(letter) or b"%PDF")
    assert client.get(reverse("removals:desk-letter", args=[notice.reference])).status_code == 200
    assert made[0].addressee == tuple(ADDRESS.splitlines())

    opened = at_desk(filed, worker)
    view = read_report(file=opened.file, keyring=worker.keyring, by=worker.actor, now=NOW)
    complaint = build_complaint(report=view, request=view.requests[0], signer="Robin", now=NOW)
    assert complaint.letter.addressee == tuple(ADDRESS.splitlines())


def test_a_letter_to_a_platform_is_addressed_to_it(people: tuple[Client, Worker], chatter: Company) -> None:
    _client, worker = people
    filed = sent(worker, chatter, due_at=NOW)
    text = read_notice(Notice.objects.get().reference, keyring=worker.keyring, by=worker.actor, now=NOW).sent.text
    assert "To: Chatter" in text
    assert "Your own rule: Rules, 4.2" in text
    assert only_request(filed).rung == Rung.PLATFORM
