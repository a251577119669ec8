"""Which platform an address belongs to, sites that the desk meets, and that they never touch the exchange."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.operations import publish_pending, suspend_stale_platforms
from leeward.industry.exchange.operations import enrol_platform
from leeward.industry.platforms.errors import (
    AddressRefused,
    DomainRefused,
    DomainTaken,
    DomainUnknown,
    PlatformKeyless,
    PlatformNameTaken,
)
from leeward.industry.platforms.models import Platform, PlatformDomain
from leeward.industry.platforms.operations import add_domain, list_platform, meet_site, remove_domain, rotate_keys
from leeward.industry.platforms.queries import (
    all_partners,
    domains_of,
    find_partner,
    find_partners,
    key_ages,
    known_platforms,
    listed_platforms,
    recognise,
)
from leeward.industry.platforms.rules import NewDomain, Partner, clean_url
from tests.industry.conftest import NOW, Keys, picture, protect

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

DESK = Actor.operator()


def give(partner: Partner, host: str, path_prefix: str = "") -> None:
    add_domain(partner=partner, domain=NewDomain(host=host, path_prefix=path_prefix), by=DESK, now=NOW)


def name_at(address: str) -> str | None:
    partner = recognise(address)
    return partner.name if partner else None


def test_the_longest_host_wins_then_the_longest_path(alpha: Keys, beta: Keys) -> None:
    give(alpha.partner, "example.com")
    give(beta.partner, "photos.example.com")
    give(beta.partner, "example.com", "/beta")
    assert name_at("https://example.com/x") == "Alpha"
    assert name_at("WWW.Example.com") == "Alpha"
    assert name_at("cdn.eu.example.com") == "Alpha"
    assert name_at("https://a.photos.example.com/x") == "Beta"
    assert name_at("https://example.com/beta") == "Beta"
    assert name_at("https://m.example.com/beta/7?x=1") == "Beta"
    assert name_at("https://example.com/betamax") == "Alpha"
    assert name_at("https://photos.example.com/beta") == "Beta"


@pytest.mark.parametrize(
    "address",
    [
        "https://notexample.com/",
        "https://example.com.evil.test/",
        "https://evil.test/?u=example.com",
        "com",
        "mailto:a@example.com",
        "https://example.com@evil.test/",
        "",
        "\ud800",
    ],
)
def test_what_only_looks_alike_is_not_recognised(alpha: Keys, address: str) -> None:
    give(alpha.partner, "example.com")
    assert recognise(address) is None


def test_a_host_in_other_letters_is_recognised(alpha: Keys) -> None:
    give(alpha.partner, "https://www.Bücher.example/shop/")
    assert [str(domain.host) for domain in domains_of(alpha.partner)] == ["xn--bcher-kva.example"]
    assert name_at("bücher.example") == "Alpha"
    assert recognise(clean_url("https://m.xn--bcher-kva.example/a")) is not None


def test_an_address_in_digits_has_no_names_above_it(alpha: Keys) -> None:
    give(alpha.partner, "127.0.0.1")
    assert name_at("http://127.0.0.1:8001/a") == "Alpha"
    assert recognise("http://127.0.0.2:8001/a") is None


def test_a_domain_has_one_owner(alpha: Keys, beta: Keys) -> None:
    give(alpha.partner, "example.com")
    for owner in (alpha, beta):
        with pytest.raises(DomainTaken, match="belongs to Alpha"):
            give(owner.partner, "www.example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        PlatformDomain.objects.create(platform_id=beta.partner.id, host="example.com")
    (domain,) = domains_of(alpha.partner)
    with pytest.raises(DomainUnknown):
        remove_domain(partner=beta.partner, reference=domain.reference, by=DESK, now=NOW)
    remove_domain(partner=alpha.partner, reference=domain.reference, by=DESK, now=NOW)
    assert recognise("example.com") is None
    give(beta.partner, "example.com")


@pytest.mark.parametrize(
    ("host", "prefix"), [("co.uk", ""), ("", ""), ("mailto:a@b.example", ""), ("a.example", "/x?y")]
)
def test_what_is_no_site_is_no_domain(alpha: Keys, host: str, prefix: str) -> None:
    with pytest.raises(DomainRefused):
        give(alpha.partner, host, prefix)
    assert domains_of(alpha.partner) == ()


def test_meeting_a_site_makes_it_once() -> None:
    met = meet_site(host="https://www.newsite.example/photo/1", by=DESK, now=NOW)
    assert (met.name, met.is_listed, met.is_suspended) == ("newsite.example", False, False)
    assert meet_site(host="cdn.newsite.example", by=DESK, now=NOW) == met
    assert recognise("https://newsite.example/") == met
    assert Platform.objects.count() == 1
    event = AuditEvent.objects.get()
    assert event.verb == "platforms.met"
    assert event.subject_reference == str(met.public_id)
    assert "newsite" not in event.facts


def test_meeting_a_known_site_makes_nothing(alpha: Keys) -> None:
    give(alpha.partner, "example.com")
    assert meet_site(host="https://example.com/a", by=DESK, now=NOW).id == alpha.partner.id


def test_two_who_meet_a_site_at_once_get_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    first = meet_site(host="newsite.example", by=DESK, now=NOW)
    answers = iter([None, first])
    monkeypatch.setattr("leeward.industry.platforms.operations.removal.recognise", lambda _address: next(answers))
    assert meet_site(host="newsite.example", by=DESK, now=NOW) == first
    assert Platform.objects.count() == 1


@pytest.mark.parametrize(
    ("host", "error"), [("co.uk", DomainRefused), ("com", AddressRefused), ("mailto:a@b.c", AddressRefused)]
)
def test_a_site_that_is_none_is_not_met(host: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        meet_site(host=host, by=DESK, now=NOW)
    assert Platform.objects.count() == 0


def test_a_met_site_whose_name_is_taken_or_long_still_has_a_name() -> None:
    Platform.objects.create(name="newsite.example", created_at=NOW)
    assert meet_site(host="newsite.example", by=DESK, now=NOW).name.startswith("newsite.example (")
    long = ".".join(["a" * 40, "b" * 40, "example"])
    other = ".".join(["a" * 40, "b" * 39 + "c", "example"])
    names = {meet_site(host=host, by=DESK, now=NOW).name for host in (long, other)}
    assert len(names) == 2
    assert all(len(name) <= 60 for name in names)


def test_a_met_site_never_touches_the_exchange(alpha: Keys) -> None:
    met = meet_site(host="newsite.example", by=DESK, now=NOW)
    named = list_platform(partner=meet_site(host="other.example", by=DESK, now=NOW), name="Other", by=DESK, now=NOW)
    assert all_partners() == (alpha.partner,)
    assert listed_platforms() == (alpha.partner, named)
    assert key_ages(met.id, now=NOW) == ()
    with pytest.raises(PlatformKeyless):
        rotate_keys(name=met.name, by=DESK, now=NOW)
    protect(picture("a"))
    publish_pending(now=NOW)
    assert suspend_stale_platforms(now=NOW) == 0


def test_a_met_site_joins_the_exchange_under_its_name() -> None:
    met = meet_site(host="newsite.example", by=DESK, now=NOW)
    keys = enrol_platform(name="newsite.example", by=DESK, now=NOW).issued
    assert keys.partner.public_id == met.public_id
    assert find_partner(met.public_id).is_listed
    assert [partner.id for partner in all_partners()] == [met.id]
    with pytest.raises(PlatformNameTaken):
        enrol_platform(name="newsite.example", by=DESK, now=NOW)


def test_naming_a_site(alpha: Keys) -> None:
    met = meet_site(host="newsite.example", by=DESK, now=NOW)
    with pytest.raises(PlatformNameTaken):
        list_platform(partner=met, name="Alpha", by=DESK, now=NOW)
    named = list_platform(partner=met, name=" New Site ", by=DESK, now=NOW)
    assert (named.name, named.is_listed, named.public_id) == ("New Site", True, met.public_id)
    assert list_platform(partner=met, name="New Site", by=DESK, now=NOW) == named
    assert AuditEvent.objects.filter(verb="platforms.listed").count() == 1


def test_a_domain_of_a_met_site_can_be_given_to_its_platform(alpha: Keys) -> None:
    met = meet_site(host="cdn-alpha.example", by=DESK, now=NOW)
    give(alpha.partner, "cdn-alpha.example")
    assert name_at("cdn-alpha.example") == "Alpha"
    assert domains_of(met) == ()


def test_looking_for_platforms(alpha: Keys, beta: Keys) -> None:
    give(alpha.partner, "pictures.example")
    give(alpha.partner, "photos.example")
    met = meet_site(host="newsite.example", by=DESK, now=NOW)
    assert [partner.name for partner in known_platforms()] == ["Alpha", "Beta", "newsite.example"]
    assert [partner.name for partner in known_platforms(search="p")] == ["Alpha", "newsite.example"]
    assert [partner.name for partner in known_platforms(search="BET")] == ["Beta"]
    assert len(known_platforms(limit=2)) == 2
    assert find_partners([met.id, 0]) == {met.id: met}
    assert find_partner(uuid.UUID(str(met.public_id))) == met
