"""What leaves the house is signed with a chosen working name, or by the desk: never with the account's name."""

import html

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import WORKING_NAME_LIMIT, Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations.posting import sealed_place
from leeward.foundation.vault.operations import open_sealed, open_service
from leeward.foundation.vault.rules.grants import Service
from leeward.victim.removals.models import Notice
from leeward.victim.removals.queries.desk import read_notice
from tests.foundation.accounts.people import at, come_in, employ
from tests.victim.removals.conftest import NOW, Company, Worker, told
from tests.victim.removals.platform_people import chief

pytestmark = pytest.mark.django_db
NAME = "removals:desk-name"


@pytest.fixture
def desk(house: None, monkeypatch: pytest.MonkeyPatch) -> tuple[Client, Worker]:
    """Somebody whose account has a name that no site may learn."""
    at(monkeypatch, NOW)
    member, worker = chief()
    User.objects.filter(username=member.name).update(display_name="Xanthippe Realname")
    return come_in(member.name), worker


def send(client: Client, worker: Worker, url: str) -> tuple[str, str]:
    """Send one report's notice by the pages; returns what was kept as sent, and the mail's own content."""
    filed = told(url)
    address = reverse("removals:desk-send", args=[filed.reference])
    page = client.get(address).content.decode()
    token = page.partition('name="plan" value="')[2].partition('"')[0]
    assert client.post(address, {"plan": token}).status_code == 303
    notice = Notice.objects.get(report__reference=filed.reference)
    kept = read_notice(notice.reference, keyring=worker.keyring, by=worker.actor, now=NOW).sent
    parcel = Parcel.objects.get(public_id=notice.reference)
    mail = open_sealed(open_service(Service.COURIER), parcel.sealed, place=sealed_place(parcel.public_id))
    return kept.to_text(), str(mail)


def test_without_a_working_name_the_desk_signs(desk: tuple[Client, Worker], lantern: Company) -> None:
    client, worker = desk
    for told_to_them in send(client, worker, "https://lantern.example/p/1"):
        assert "Xanthippe" not in told_to_them
        assert "Realname" not in told_to_them
    kept, _mail = send(client, worker, "https://lantern.example/p/2")
    assert f"Signed: {settings.LEEWARD_DESK.name}" in kept
    home = html.unescape(client.get(reverse("removals:desk-home")).content.decode())
    assert "signed by the desk, without a name of yours" in home


def test_the_chosen_name_signs_and_can_be_taken_back(desk: tuple[Client, Worker], lantern: Company) -> None:
    client, worker = desk
    address = reverse(NAME)
    assert "do not choose the name of your account" in client.get(address).content.decode()
    assert client.post(address, {"working_name": " Robin\u202e V. "}).status_code == 303
    for told_to_them in send(client, worker, "https://lantern.example/p/1"):
        assert "Robin V." in told_to_them
        assert "Xanthippe" not in told_to_them
    assert "You sign notices as Robin V." in client.get(reverse("removals:desk-home")).content.decode()
    assert client.post(address, {"working_name": ""}).status_code == 303
    for told_to_them in send(client, worker, "https://lantern.example/p/2"):
        assert "Robin V." not in told_to_them
    lines = AuditEvent.objects.filter(verb="accounts.name_chosen")
    assert lines.count() == 2
    assert "Robin" not in "".join(str(vars(line)) for line in lines)
    assert client.post(address, {"working_name": "x" * (WORKING_NAME_LIMIT + 1)}).status_code == 400


def test_only_the_desk_has_this_page(house: None) -> None:
    employ("olga", Role.EXCHANGE_OFFICER)
    assert come_in("olga").get(reverse(NAME)).status_code == 403
