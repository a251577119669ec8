"""A site that nobody knows is set up on one page, for all addresses of a report there, and written to."""

import html

import pytest
from django.test import Client
from django.urls import reverse

from leeward.industry.platforms.operations import meet_site
from leeward.industry.platforms.queries import channels_of, find_partner_by_id
from leeward.industry.platforms.rules import ChannelKind
from leeward.victim.removals.models import Notice, Request
from tests.foundation.accounts.people import at, come_in
from tests.victim.removals.conftest import NOW, OPERATOR, Company, Filed, told
from tests.victim.removals.platform_people import chief

pytestmark = pytest.mark.django_db
HOST = "nobody-knows.example"
URLS = (f"https://{HOST}/a", f"https://www.{HOST}/b", f"https://{HOST}/c", "https://another.example/d")
TYPED = {
    "name": "Nobody Knows",
    "kind": "email",
    "address": f"abuse@{HOST}",
    "policy_clause": "Rules, 3",
    "law": "generic",
}


@pytest.fixture
def desk(house: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    at(monkeypatch, NOW)
    member, _worker = chief()
    return come_in(member.name)


def site(filed: Filed, ordinal: int = 1) -> str:
    item = Request.objects.get(report__reference=filed.reference, ordinal=ordinal)
    return reverse("removals:desk-site", args=[filed.reference, item.reference])


def see(desk: Client, address: str) -> str:
    answer = desk.get(address)
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.content.decode()).split())


def test_an_unknown_site_is_set_up_on_one_page_and_all_its_addresses_are_sent(desk: Client) -> None:
    filed = told(*URLS)
    report = see(desk, reverse("removals:desk-report", args=[filed.reference]))
    assert f"Set up {HOST}</a> (3 addresses)" in report
    assert "Set up another.example</a> (1 address)" in report
    page = see(desk, site(filed))
    assert "3 addresses of this report stand there." in page
    answer = desk.post(site(filed), TYPED)
    assert answer.status_code == 303
    review = see(desk, answer.headers["Location"])
    assert review.count('name="plan"') == 1
    assert f"abuse@{HOST}" in review
    token = review.partition('name="plan" value="')[2].partition('"')[0]
    assert desk.post(reverse("removals:desk-send", args=[filed.reference]), {"plan": token}).status_code == 303
    notice = Notice.objects.get()
    assert sorted(notice.requests.values_list("ordinal", flat=True)) == [1, 2, 3]
    assert (notice.channel, notice.regime_code) == (ChannelKind.EMAIL, "generic")
    assert notice.platform_id is not None
    partner = find_partner_by_id(notice.platform_id)
    assert (partner.name, partner.is_listed) == ("Nobody Knows", True)
    assert Request.objects.get(ordinal=4).platform_id is None
    # What is set up is known: the next report needs none of this.
    later = told(f"https://{HOST}/z")
    assert "Set up" not in see(desk, reverse("removals:desk-report", args=[later.reference]))


def test_nothing_is_chosen_beforehand_and_what_is_wrong_is_said_at_its_field(desk: Client, chatter: Company) -> None:
    filed = told(*URLS)
    wrong = {
        "Enter a name": {"name": ""},
        "Another platform has this name": {"name": "Chatter"},
        "Choose one from the list": {"kind": ""},
        "Enter where the notice goes": {"address": ""},
        "Enter an e-mail address": {"address": "abuse"},
        "This law asks for the site's own rule": {"policy_clause": ""},
    }
    for says, typed in wrong.items():
        answer = desk.post(site(filed), {**TYPED, **typed})
        assert answer.status_code == 400, says
        assert says in html.unescape(answer.content.decode())
    for kind in ("inbox", "webhook", "pigeon"):
        assert desk.post(site(filed), {**TYPED, "kind": kind}).status_code == 400
    # All or nothing: no half of a site was kept.
    assert not Request.objects.filter(platform__isnull=False).exists()
    assert f"Set up {HOST}" in see(desk, reverse("removals:desk-report", args=[filed.reference]))


def test_a_known_site_has_the_same_page_without_what_is_known(desk: Client) -> None:
    filed = told("https://www.instagram.com/p/1", "https://www.instagram.com/p/2")
    page = see(desk, site(filed))
    assert "It is a known site." in page
    assert 'value="Instagram"' in page
    assert 'name="kind"' not in page
    answer = desk.post(site(filed), {"name": "Instagram", "law": "generic", "policy_clause": "Rules, 3"})
    assert answer.status_code == 303
    assert 'name="plan"' in see(desk, answer.headers["Location"])


def test_a_site_that_was_met_before_and_cannot_be_reached_gets_its_way(desk: Client) -> None:
    partner = meet_site(host=HOST, by=OPERATOR, now=NOW)
    filed = told(f"https://{HOST}/a")
    report = see(desk, reverse("removals:desk-report", args=[filed.reference]))
    assert f"Nobody can be reached at {HOST} yet." in report
    assert site(filed) in report
    assert desk.post(site(filed), TYPED).status_code == 303
    (channel,) = channels_of(partner)
    assert channel.address == f"abuse@{HOST}"


def test_what_has_no_address_has_no_such_page(desk: Client) -> None:
    filed = told("https://chatter.example/p/1")
    Request.objects.update(state="sent")
    assert desk.get(site(filed)).status_code == 404
