"""The staff's pages about reaching platforms: who may open them, and that what is typed there is kept or refused."""

import html
import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import create_staff
from leeward.foundation.accounts.rules import BODY_OF, Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.industry.declarations.operations.information import record_request
from leeward.industry.declarations.rules.information import NewInformationRequest
from leeward.industry.declarations.rules.terms import AskedFor, AskerKind
from leeward.industry.platforms.operations import add_channel, add_domain, meet_site
from leeward.industry.platforms.queries import channels_of, domains_of, find_partner, profile_of
from leeward.industry.platforms.rules import ChannelKind, NewChannel, NewDomain, Partner, Rung
from tests.industry.conftest import NOW, Keys
from tests.industry.staff_people import signed_in

pytestmark = pytest.mark.django_db

DESK = Actor.operator()
CHANNEL = {"rung": "trusted_flagger", "kind": "email", "address": "tf@alpha.example", "language": "en", "position": "3"}
PROFILE = {
    "language": "en",
    "jurisdiction": "DE",
    "policy_url": "https://alpha.example/rules",
    "policy_clause": "4.2 Intimate images",
    "policy_checked_on": "2026-11-01",
    "lead_name": "Image abuse lead",
    "lead_contact": "lead@alpha.example",
    "lead_checked_on": "2026-11-02",
    "reporting_url": "https://alpha.example/report",
    "reporting_checked_on": "2026-11-03",
}


@pytest.fixture
def officer() -> Client:
    return signed_in(Role.EXCHANGE_OFFICER)


def signed_in_at(partner: Partner, role: Role) -> Client:
    """Somebody who works at the platform itself."""
    affiliation = str(partner.public_id)
    create_staff(username="anna", display_name="Anna", role=role, affiliation=affiliation, by=DESK, now=NOW)
    client = Client()
    client.force_login(User.objects.get(username="anna"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def at(name: str, partner: Partner, *rest: uuid.UUID) -> str:
    return reverse(f"platforms-removal{name}", args=[partner.public_id, *rest])


def text_of(response) -> str:
    return " ".join(html.unescape(response.content.decode()).split())


def shown(client: Client, partner: Partner) -> str:
    response = client.get(at("", partner))
    assert response.status_code == 200
    return text_of(response)


def all_addresses(partner: Partner) -> list[tuple[str, str]]:
    some = uuid.uuid4()
    gets = [reverse("platforms-known"), at("", partner), at("-profile", partner), at("-channel-add", partner)]
    posts = [at("-name", partner), at("-domains", partner), at("-domain-remove", partner, some)]
    posts += [at("-channel-remove", partner, some), at("-channel", partner, some)]
    return [*(("get", address) for address in gets), *(("post", address) for address in posts)]


@pytest.mark.parametrize("role", list(Role))
def test_who_comes_in(alpha: Keys, role: Role) -> None:
    client = signed_in(role) if role not in BODY_OF else signed_in_at(alpha.partner, role)
    may = role in (Role.EXCHANGE_OFFICER, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.DESK_PRACTITIONER)
    for method, address in all_addresses(alpha.partner):
        status = getattr(client, method)(address).status_code
        assert (status == 403) is not may
        assert getattr(Client(), method)(address).status_code == 302


def test_nothing_is_changed_by_looking(alpha: Keys, officer: Client) -> None:
    for name in ("-name", "-domains"):
        assert officer.get(at(name, alpha.partner)).status_code == 405
    for name in ("-domain-remove", "-channel-remove"):
        assert officer.get(at(name, alpha.partner, uuid.uuid4())).status_code == 405


def test_where_there_is_nothing(alpha: Keys, officer: Client) -> None:
    nobody = uuid.uuid4()
    for name in ("", "-profile", "-channel-add"):
        assert officer.get(reverse(f"platforms-removal{name}", args=[nobody])).status_code == 404
    assert officer.get(at("-channel", alpha.partner, nobody)).status_code == 404
    for name in ("-domain-remove", "-channel-remove"):
        assert officer.post(at(name, alpha.partner, nobody)).status_code == 404
    page = shown(officer, alpha.partner)
    assert "No domain is known yet" in page
    assert "nothing can be sent" in page


def test_the_list_is_searched_and_says_who_was_only_met(alpha: Keys, beta: Keys, officer: Client) -> None:
    add_domain(partner=alpha.partner, domain=NewDomain(host="pictures.example"), by=DESK, now=NOW)
    meet_site(host="newsite.example", by=DESK, now=NOW)
    everything = text_of(officer.get(reverse("platforms-known")))
    assert all(name in everything for name in ("Alpha", "Beta", "newsite.example"))
    assert everything.count("Not in the list") == 1
    found = text_of(officer.get(reverse("platforms-known"), {"search": "pictures"}))
    assert "Alpha" in found
    assert "Beta" not in found
    assert "No platform is known by that" in text_of(officer.get(reverse("platforms-known"), {"search": "zzz"}))
    assert officer.get(reverse("platforms-known"), {"search": "z" * 101}).status_code == 200


def test_the_exchange_page_links_here(alpha: Keys, officer: Client) -> None:
    page = officer.get(reverse("exchange-platform", args=[alpha.partner.public_id])).content.decode()
    assert at("", alpha.partner) in page


def test_domains_are_added_and_removed(alpha: Keys, beta: Keys, officer: Client) -> None:
    address = at("-domains", alpha.partner)
    assert officer.post(address, {"host": "https://www.Alpha.example/", "path_prefix": "/a/"}).status_code == 303
    assert "alpha.example/a" in shown(officer, alpha.partner)
    for host, says in (("", "Enter a domain"), ("co.uk", "a site of its own"), ("x" * 254, "at most 253")):
        response = officer.post(address, {"host": host})
        assert response.status_code == 400
        assert says in text_of(response)
    taken = officer.post(at("-domains", beta.partner), {"host": "alpha.example", "path_prefix": "a"})
    assert "belongs to a platform already" in text_of(taken)
    (domain,) = domains_of(alpha.partner)
    assert officer.post(at("-domain-remove", alpha.partner, domain.reference)).status_code == 303
    assert domains_of(alpha.partner) == ()
    acts = AuditEvent.objects.filter(actor_kind="staff").order_by("verb").values_list("verb", flat=True)
    assert list(acts) == ["platforms.domain_added", "platforms.domain_removed"]


def test_channels_are_added_changed_and_removed(alpha: Keys, officer: Client) -> None:
    add, answer = at("-channel-add", alpha.partner), {**CHANNEL, "checked_on": "2026-11-03", "source": "their site"}
    assert officer.get(add).status_code == 200
    assert officer.post(add, answer).status_code == 303
    (channel,) = channels_of(alpha.partner)
    assert (channel.rung, channel.kind, channel.position) == (Rung.TRUSTED_FLAGGER, ChannelKind.EMAIL, 3)
    page = shown(officer, alpha.partner)
    for words in ("Its line for trusted flaggers: E-mail", "tf@alpha.example", "2026-11-03", "their site"):
        assert words in page
    edit = at("-channel", alpha.partner, channel.reference)
    assert "tf@alpha.example" in text_of(officer.get(edit))
    letter = {**CHANNEL, "kind": "letter", "address": "Alpha Ltd\r\n1 Quay\r\nPort"}
    assert officer.post(edit, letter).status_code == 303
    (changed,) = channels_of(alpha.partner)
    assert (changed.reference, changed.address) == (channel.reference, "Alpha Ltd\n1 Quay\nPort")
    assert officer.post(add, letter).status_code == 400
    assert officer.post(at("-channel-remove", alpha.partner, channel.reference)).status_code == 303
    assert channels_of(alpha.partner) == ()


def test_how_a_notice_travels_is_chosen_and_never_taken_for_granted(alpha: Keys, officer: Client) -> None:
    add = at("-channel-add", alpha.partner)
    kinds = re.search(r'<select[^>]*name="kind".*?</select>', officer.get(add).content.decode(), re.DOTALL)
    assert kinds is not None
    assert re.findall(r'<option value="(\w*)"', kinds[0])[0] == ""
    assert "selected" not in kinds[0]
    untouched = officer.post(add, {"rung": "platform", "kind": "", "address": "", "position": "0"})
    assert untouched.status_code == 400
    assert "Choose how the notice travels" in text_of(untouched)
    assert channels_of(alpha.partner) == ()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"address": "tf"}, "Enter an e-mail address"),
        ({"kind": "webhook"}, "begins with https://"),
        ({"kind": "inbox"}, "Leave this empty"),
        ({"kind": "letter", "address": "Alpha"}, "whole postal address"),
        ({"kind": "pigeon"}, "pigeon is not one of the available choices"),
        ({"language": "English"}, "code of a language"),
        ({"position": "100"}, "less than or equal to 99"),
        ({"position": "first"}, "whole number from 0 to 99"),
        ({"checked_on": "3 November"}, "Enter a day"),
    ],
)
def test_a_channel_is_refused_beside_its_field(alpha: Keys, officer: Client, wrong: dict[str, str], says: str) -> None:
    response = officer.post(at("-channel-add", alpha.partner), {**CHANNEL, **wrong})
    assert response.status_code == 400
    assert says in text_of(response)
    assert channels_of(alpha.partner) == ()


def test_anothers_channel_is_not_reached(alpha: Keys, beta: Keys, officer: Client) -> None:
    channel = add_channel(partner=beta.partner, channel=NewChannel(kind=ChannelKind.INBOX), by=DESK, now=NOW)
    assert officer.post(at("-channel", alpha.partner, channel.reference), CHANNEL).status_code == 404
    assert officer.post(at("-channel-remove", alpha.partner, channel.reference)).status_code == 404
    assert channels_of(beta.partner) == (channel,)


def test_how_it_works_is_written_down(alpha: Keys, officer: Client) -> None:
    address = at("-profile", alpha.partner)
    assert officer.post(address, PROFILE).status_code == 303
    profile = profile_of(alpha.partner)
    assert profile.is_complete
    assert (profile.jurisdiction, profile.language) == ("DE", "en")
    page = shown(officer, alpha.partner)
    for words in ("4.2 Intimate images, checked on 2026-11-01", "Image abuse lead", "https://alpha.example/report"):
        assert words in page
    assert "2026-11-02" in text_of(officer.get(address))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"policy_url": "javascript:alert(1)"}, "begins with https://"),
        ({"jurisdiction": "Germany"}, "at most 6 characters"),
        ({"jurisdiction": "ger"}, "two capital letters"),
        ({"language": "German"}, "code of a language"),
        ({"lead_checked_on": "yesterday"}, "Enter a day"),
    ],
)
def test_a_profile_is_refused_beside_its_field(alpha: Keys, officer: Client, wrong: dict[str, str], says: str) -> None:
    response = officer.post(at("-profile", alpha.partner), {**PROFILE, **wrong})
    assert response.status_code == 400
    assert says in text_of(response)
    assert not profile_of(alpha.partner).is_complete


def test_a_met_site_is_named_once(alpha: Keys, officer: Client) -> None:
    met = meet_site(host="newsite.example", by=DESK, now=NOW)
    assert "cannot choose this site from the list yet" in shown(officer, met)
    for name, says in (("", "Enter a name"), ("Alpha", "Another platform has this name"), ("a\x7fb", "can be printed")):
        response = officer.post(at("-name", met), {"name": name})
        assert response.status_code == 400
        assert says in text_of(response)
    assert officer.post(at("-name", met), {"name": "New Site"}).status_code == 303
    named = find_partner(met.public_id)
    assert (named.name, named.is_listed) == ("New Site", True)
    assert "met in a report" not in shown(officer, met)
    assert officer.post(at("-name", met), {"name": "Other"}).status_code == 404


def test_what_is_typed_is_never_markup(alpha: Keys, officer: Client) -> None:
    officer.post(at("-profile", alpha.partner), {**PROFILE, "lead_name": "<script>alert(1)</script>"})
    officer.post(at("-channel-add", alpha.partner), {**CHANNEL, "source": "<b>x</b>"})
    page = officer.get(at("", alpha.partner)).content.decode()
    assert "<script>alert" not in page
    assert "<b>x" not in page


def test_one_page_joins_what_each_room_knows_of_a_platform(alpha: Keys, officer: Client) -> None:
    add_domain(partner=alpha.partner, domain=NewDomain(host="pictures.example"), by=DESK, now=NOW)
    page = shown(officer, alpha.partner)
    for said in ("Hash exchange", "Declaration and policy", "It has not signed the declaration.", "pictures.example"):
        assert said in page
    assert "Somebody there has signed in</dt><dd>No" in page
    assert "<strong><bdi>Alpha</bdi></strong>" in page
    assert "Has never fetched the list" in page
    for name in ("exchange-platform", "declarations:platform"):
        assert f'href="{reverse(name, args=[alpha.partner.public_id])}"' in page
    assert "Removal requests" not in page.partition("<main")[2]


def test_overdue_information_waits_on_the_platform(alpha: Keys, officer: Client) -> None:
    long_ago = NewInformationRequest(
        asker_kind=AskerKind.POLICE,
        asker="Saltmere police",
        asked_for=AskedFor.DECISION,
        sent_on=NOW.date() - timedelta(days=20),
        due_on=NOW.date() - timedelta(days=5),
        source="Told by them.",
    )
    record_request(partner=alpha.partner, new=long_ago, by=DESK, now=NOW)
    page = shown(officer, alpha.partner).partition("Open actions")[2].partition("leeward-cards")[0]
    assert f'href="{reverse("declarations:platform", args=[alpha.partner.public_id])}"' in page
    assert "1 request for information overdue" in page


def test_one_without_keys_has_no_part_in_the_exchange(officer: Client) -> None:
    met = meet_site(host="newsite.example", by=DESK, now=NOW)
    page = shown(officer, met)
    assert "Declaration and policy" in page
    assert "Hash exchange" not in page.partition("<main")[2]
    assert officer.get(reverse("exchange-platform", args=[met.public_id])).status_code == 404


def test_others_see_of_it_what_their_role_allows(alpha: Keys) -> None:
    page = shown(signed_in(Role.SUPERVISOR), alpha.partner).partition("<main")[2]
    for hidden in ("Hash exchange", "Declaration and policy", "Has never fetched the list", "Removal requests"):
        assert hidden not in page
    assert "shows once you have unlocked" in page


def test_every_list_of_platforms_and_the_search_lead_to_that_page(alpha: Keys, officer: Client) -> None:
    for name in ("exchange-platforms", "platforms-known", "declarations:platforms"):
        page = officer.get(reverse(name)).content.decode()
        (link,) = re.findall(r'<a class="govuk-link" href="([^"?]+)[^"]*" data-leeward-open><bdi>Alpha</bdi>', page)
        assert link == at("", alpha.partner), name
        led = officer.get(re.findall(r'href="([^"]+)" data-leeward-open', page)[0].replace("&amp;", "&"))
        assert reverse(name) in text_of(led), "the way back to the list"
    found = officer.post(reverse("work:search"), {"term": "Alpha"})
    assert found.headers["Location"] == at("", alpha.partner)
