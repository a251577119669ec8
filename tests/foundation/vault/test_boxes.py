"""Boxes, holdings, releases, services and the blind index: what is sealed outside files."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.vault.errors import (
    HoldingTaken,
    HoldingUnknown,
    KeyMalformed,
    PublicKeySwapped,
    SealBroken,
    SealRefused,
    ServiceKeyMissing,
    ServiceUnknown,
)
from leeward.foundation.vault.models import Holding, ServiceKey
from leeward.foundation.vault.operations import (
    Service,
    blind_index,
    boxes,
    change_holding,
    derive_key_pair,
    destroy_holding,
    found_services,
    keep_holding,
    make_victim_key,
    open_sealed,
    open_service,
    read_holding,
    seal_to,
    service_grantee,
    sweep_holdings,
)
from leeward.foundation.vault.rules.grants import Grantee, GranteeKind
from tests.foundation.vault.conftest import BY, NOW

PLACE = "outbox.Parcel.sealed|one"
RANDOM = "kFzX2c0pVtq7m1uYwB3nQe8sJd5gHa9LrT4iNvKo6Ub"


def test_a_box_opens_with_its_key_at_its_place_alone() -> None:
    key, other = make_victim_key(), make_victim_key()
    box = seal_to(key.grantee, "to her@example.org", place=PLACE)
    assert open_sealed(key, box, place=PLACE) == "to her@example.org"
    assert len(box) == len(seal_to(key.grantee, "", place=PLACE))
    for wrong_key, sealed, place in (
        (other, box, PLACE),
        (key, box, "outbox.Parcel.sealed|two"),
        (key, box[:-12] + "AAAAAAAAAAAA", PLACE),
        (key, box.replace("lwb1", "lwb2"), PLACE),
        (key, "", PLACE),
    ):
        with pytest.raises(SealBroken):
            open_sealed(wrong_key, sealed, place=place)


def test_nothing_is_sealed_to_what_is_no_public_key() -> None:
    name = make_victim_key().grantee
    for public in (b"", b"short", bytes(32)):  # the last one would make every secret the same
        bad = Grantee(kind=name.kind, id=name.id, generation=1, public_key=public)
        with pytest.raises(KeyMalformed):
            seal_to(bad, "x", place=PLACE)


def test_no_text_is_sealed_that_could_not_be_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    key = make_victim_key()
    with pytest.raises(SealRefused, match="half a character"):
        seal_to(key.grantee, "\ud83d", place=PLACE)
    monkeypatch.setattr(boxes, "BOX_LIMIT", 1000)
    assert open_sealed(key, seal_to(key.grantee, "é" * 500, place=PLACE), place=PLACE) == "é" * 500
    with pytest.raises(SealRefused, match="1000 bytes"):
        seal_to(key.grantee, "é" * 501, place=PLACE)


def test_a_derived_key_comes_back_from_its_text_and_purpose() -> None:
    first = derive_key_pair(RANDOM, purpose="platform/api", kind=GranteeKind.API_KEY)
    assert first == derive_key_pair(RANDOM, purpose="platform/api", kind=GranteeKind.API_KEY)
    assert first.private != derive_key_pair(RANDOM, purpose="notice/link").private
    assert derive_key_pair(RANDOM, purpose="notice/link").grantee.kind is GranteeKind.LINK
    with pytest.raises(SealRefused):
        derive_key_pair("a guessable one", purpose="platform/api")


def test_equal_texts_have_one_blind_name_per_purpose_and_key(settings: pytest.FixtureRequest) -> None:
    name = blind_index("example.org/a", purpose="address")
    assert name == blind_index("example.org/a", purpose="address")
    assert len(name) == 64
    assert len({name, blind_index("example.org/b", purpose="address"), blind_index("example.org/a", purpose="p")}) == 3
    settings.LEEWARD_INDEX_KEY = "another index key"
    assert blind_index("example.org/a", purpose="address") != name


# --- services --------------------------------------------------------------------------------------------------------


def test_services_have_a_key_each_whose_private_half_is_the_workers_own_file(db: None, key_files: Path) -> None:
    with pytest.raises(ServiceUnknown):
        service_grantee(Service.COURIER)
    for _ in range(2):
        found_services(by=BY, now=NOW)
    folder = key_files / "service-keys"
    assert sorted(path.name for path in folder.iterdir()) == [
        "courier.key",
        "forwarder.key",
        "monitor.key",
        "notifier.key",
        "teller.key",
    ]
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())} == {0}
    courier = open_service(Service.COURIER)
    assert courier.grantee == service_grantee(Service.COURIER)
    box = seal_to(service_grantee(Service.MONITOR), "https://example.org", place=PLACE)
    assert open_sealed(open_service(Service.MONITOR), box, place=PLACE) == "https://example.org"
    with pytest.raises(SealBroken):
        open_sealed(courier, box, place=PLACE)
    assert AuditEvent.objects.filter(verb="vault.services_founded").count() == 1


def test_a_service_key_that_is_elsewhere_or_another_one_is_named(db: None, key_files: Path) -> None:
    found_services(by=BY, now=NOW)
    path = key_files / "service-keys" / "courier.key"
    (key_files / "service-keys" / "monitor.key").replace(path)
    for service in (Service.COURIER, Service.MONITOR):
        with pytest.raises(ServiceKeyMissing, match=service.value):
            open_service(service)
    ServiceKey.objects.update(public_key=make_victim_key().grantee.public_key)
    with pytest.raises(PublicKeySwapped):
        service_grantee(Service.COURIER)


def test_an_emptied_database_takes_up_the_keys_that_the_workers_have(db: None) -> None:
    found_services(by=BY, now=NOW)
    before = open_service(Service.COURIER).present
    ServiceKey.objects.all().delete()
    found_services(by=BY, now=NOW)
    assert open_service(Service.COURIER).present == before


# --- holdings --------------------------------------------------------------------------------------------------------


def test_a_holding_is_found_by_its_key_alone(db: None) -> None:
    key, other = make_victim_key(), make_victim_key()
    content = {"submission": "7d1e", "report": "été"}
    keep_holding(key=key, content=content, expires_on=date(2026, 5, 6), now=NOW)
    assert read_holding(key) == content
    row = Holding.objects.get()
    assert row.expires_on == date(2026, 6, 1)
    assert key.grantee.id not in row.name
    assert b"7d1e" not in bytes(row.sealed)
    with pytest.raises(HoldingUnknown):
        read_holding(other)
    with pytest.raises(HoldingTaken):
        keep_holding(key=key, content={}, expires_on=date(2026, 5, 6), now=NOW)
    with pytest.raises(SealRefused):
        keep_holding(key=other, content={}, expires_on=date(2026, 3, 3), now=NOW)
    with pytest.raises(SealRefused):
        keep_holding(key=other, content={"a": "b" * 8192}, expires_on=date(2026, 5, 6), now=NOW)


def test_a_holding_is_changed_destroyed_and_forgotten(db: None) -> None:
    key, other = make_victim_key(), make_victim_key()
    for each in (key, other):
        keep_holding(key=each, content={"submission": "7d1e"}, expires_on=date(2026, 12, 31), now=NOW)
    change_holding(key=key, content={"submission": "7d1e", "report": "b2"}, expires_on=date(2027, 2, 3))
    assert read_holding(key) == {"submission": "7d1e", "report": "b2"}
    assert set(Holding.objects.values_list("expires_on", flat=True)) == {date(2027, 1, 1), date(2027, 3, 1)}
    assert sweep_holdings(now=NOW + timedelta(days=300), limit=10) == 0
    assert sweep_holdings(now=NOW + timedelta(days=304), limit=10) == 1
    assert read_holding(key)
    for _ in range(2):
        destroy_holding(key)
    with pytest.raises(HoldingUnknown):
        change_holding(key=key, content={})


def test_a_holding_moved_to_another_name_does_not_open(db: None) -> None:
    key, other = make_victim_key(), make_victim_key()
    for each in (key, other):
        keep_holding(key=each, content={"report": each.grantee.id}, expires_on=date(2026, 5, 6), now=NOW)
    first, second = Holding.objects.all()
    Holding.objects.filter(pk=first.pk).update(sealed=second.sealed)
    Holding.objects.filter(pk=second.pk).update(sealed=first.sealed)
    for each in (key, other):
        with pytest.raises(SealBroken):
            read_holding(each)
