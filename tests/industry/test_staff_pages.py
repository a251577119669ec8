"""The officers' pages about platforms: who may open them, and that they say what a person must know."""

import html
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.industry.bank.models import Entry
from leeward.industry.bank.operations import draw_page, publish_pending, record_answers, withdraw_submission
from leeward.industry.bank.rules import Door, FeedbackValue, FeedPosition, NewAnswer
from leeward.industry.platforms.queries import find_partner
from tests.industry.conftest import PERSON, Keys, pdq, picture, protect
from tests.industry.staff_people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Client:
    return signed_in(Role.EXCHANGE_OFFICER)


def page(client: Client, keys: Keys) -> str:
    response = client.get(reverse("exchange-platform", args=[keys.partner.public_id]))
    assert response.status_code == 200
    return " ".join(html.unescape(response.content.decode()).split())


def draw(keys: Keys) -> None:
    publish_pending(now=timezone.now())
    draw_page(partner=keys.partner, door=Door.MODERN, position=FeedPosition(), limit=100, level=3, now=timezone.now())


def test_only_officers_come_in(alpha: Keys, officer: Client) -> None:
    addresses = [reverse("exchange-platforms"), reverse("exchange-platform", args=[alpha.partner.public_id])]
    for address in addresses:
        assert officer.get(address).status_code == 200
        assert Client().get(address).status_code == 302
    practitioner = signed_in(Role.PRACTITIONER)
    for address in addresses:
        assert practitioner.get(address).status_code == 403
    for action in ("suspend", "restore"):
        address = reverse(f"exchange-platform-{action}", args=[alpha.partner.public_id])
        assert practitioner.post(address, {"reason": "x"}).status_code == 403
        assert officer.get(address).status_code == 405


def test_a_page_without_a_platform(officer: Client) -> None:
    assert "create-platform" in officer.get(reverse("exchange-platforms")).content.decode()
    address = reverse("exchange-platform", args=["00000000-0000-4000-8000-000000000000"])
    assert officer.get(address).status_code == 404


def test_what_a_platform_did_and_owes(alpha: Keys, officer: Client) -> None:
    assert "Never" in page(officer, alpha)
    reference = protect(picture("a"), picture("b"))
    draw(alpha)
    told = NewAnswer(value=pdq("a/upright"), answer=FeedbackValue.BLOCKED)
    record_answers(partner=alpha.partner, answers=[told], now=timezone.now())
    shown = page(officer, alpha)
    assert "Modern endpoint" in shown
    assert "Checked and blocked" in shown
    listed = officer.get(reverse("exchange-platforms")).content.decode()
    assert "Up to date" in listed
    withdraw_submission(reference=reference, by=PERSON, now=timezone.now() - timedelta(days=9))
    record_answers(partner=alpha.partner, answers=[told], now=timezone.now())
    other = NewAnswer(value=pdq("b/upright"), answer=FeedbackValue.PENDING_REVIEW)
    record_answers(partner=alpha.partner, answers=[other], now=timezone.now())
    assert "Its list is stale" in page(officer, alpha)
    listed = officer.get(reverse("exchange-platforms")).content.decode()
    assert "Stale" in listed
    assert "Up to date" not in listed
    assert pdq("a/upright") not in page(officer, alpha)


def test_a_leaked_list_is_seen_on_both_pages(alpha: Keys, beta: Keys, officer: Client) -> None:
    canary = Entry.objects.filter(canary_for=alpha.partner.id)[0].value
    told = NewAnswer(value=canary, answer=FeedbackValue.BLOCKED)
    record_answers(partner=beta.partner, answers=[told], now=timezone.now())
    assert "This platform's list has leaked" in page(officer, alpha)
    assert "made for another platform alone" in page(officer, beta)
    assert officer.get(reverse("exchange-platforms")).content.decode().count("Canary alarm") == 2


def test_closing_and_opening_the_feed(alpha: Keys, officer: Client) -> None:
    suspend = reverse("exchange-platform-suspend", args=[alpha.partner.public_id])
    restore = reverse("exchange-platform-restore", args=[alpha.partner.public_id])
    for reason, says in (("", "Enter a reason"), (f"see {pdq(1)}", "Name neither")):
        response = officer.post(suspend, {"reason": reason})
        assert response.status_code == 400
        assert says in response.content.decode()
    assert officer.post(suspend, {"reason": "They sold the list."}).status_code == 303
    assert find_partner(alpha.partner.public_id).suspended_reason == "They sold the list."
    assert "They sold the list." in page(officer, alpha)
    assert officer.post(restore).status_code == 303
    assert not find_partner(alpha.partner.public_id).is_suspended
    acts = AuditEvent.objects.filter(actor_kind="staff").values_list("verb", flat=True)
    assert sorted(acts) == ["platforms.restored", "platforms.suspended"]


def test_who_closes_a_feed_stands_at_the_next_platform_of_the_list(alpha: Keys, beta: Keys, officer: Client) -> None:
    listed = officer.get(reverse("exchange-platforms")).content.decode()
    addresses = [html.unescape(each) for each in re.findall(r'href="([^"]+)" data-leeward-open', listed)]
    ways = [parse_qs(urlsplit(each).query)["list"][0] for each in addresses]
    suspend = reverse("exchange-platform-suspend", args=[alpha.partner.public_id])
    answer = officer.post(suspend, {"reason": "They sold the list.", "list": ways[0]}, follow=True)
    assert answer.redirect_chain[-1][0].startswith(urlsplit(addresses[1]).path)
    assert "This is the next one." in answer.content.decode()
    restore = reverse("exchange-platform-restore", args=[alpha.partner.public_id])
    assert (
        "That was the last one in this list." in officer.post(restore, {"list": ways[1]}, follow=True).content.decode()
    )
