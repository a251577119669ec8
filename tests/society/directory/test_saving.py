"""Entries are saved whole or not at all, twice without harm, with their history, and never with a hidden place."""

import dataclasses
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.audit.models import AuditEvent
from leeward.society.directory.errors import EntryInUse, EntryRefused, EntryUnknown, in_files
from leeward.society.directory.models import Location, Organization, Revision, SearchRow, SearchWord, Service, Term
from leeward.society.directory.operations.saving import (
    Saved,
    remove_location,
    remove_organization,
    restore_service,
    save_location,
    save_organization,
    save_service,
    withdraw_service,
)
from leeward.society.directory.operations.taxonomy import remove_term, save_term
from leeward.society.directory.queries.asking import VOCABULARY
from leeward.society.directory.queries.showing import preview_service, show_service
from leeward.society.directory.rules.checks import check_record, is_web_address
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import (
    Access,
    Accessibility,
    Address,
    AtLocation,
    CostOption,
    Link,
    LocationRecord,
    LocationType,
    OrganizationRecord,
    Phone,
    PhoneType,
    Schedule,
    ServiceArea,
    ServiceRecord,
    ServiceStatus,
    Translation,
    Way,
)
from tests.society.directory.factories import (
    BY,
    NOW,
    OFFICE_HOURS,
    TODAY,
    make_location,
    make_organization,
    make_service,
    make_term,
    new_id,
)

pytestmark = pytest.mark.postgresql

HOW: dict[str, Any] = {"source": Source.EDITOR, "by": BY, "now": NOW}
LATER: dict[str, Any] = {**HOW, "now": NOW + timedelta(hours=1)}


def full_service() -> ServiceRecord:
    place = make_location(accessibility=(Accessibility(kind=Access.TOILET, details="On the first floor"),))
    return make_service(
        "Everything",
        at=(place,),
        alternate_name="All",
        url="https://everything.example/",
        email="hello@everything.example",
        minimum_age=16,
        maximum_age=99,
        phones=(Phone(number="+351 555 0100", extension=12, languages=("pt",)), Phone(number="116 006")),
        additional_urls=(Link(url="https://everything.example/chat", label="Chat", way=Way.CHAT),),
        schedules=(OFFICE_HOURS, Schedule(valid_from=TODAY, valid_to=TODAY, description="Closed")),
        languages=("en", "pt-BR", "ar"),
        cost_options=(CostOption(option="A visit", amount=Decimal("12.50"), currency="EUR"),),
        service_areas=(ServiceArea(name="Coast", code="coast"),),
        terms=(make_term("legal").id, make_term("creators", taxonomy="people").id),
        translations=(Translation(language="ar", field="name", text="كل شيء"),),
        ways=(Way.PHONE, Way.CHAT, Way.EMAIL, Way.IN_PERSON),
        owner_email="owner@everything.example",
    )


@pytest.mark.django_db
def test_a_service_comes_back_as_it_was_saved_and_a_second_time_changes_nothing() -> None:
    record = full_service()
    row = Service.objects.whole().get(public_id=record.id)
    kept = row.as_record()
    assert dataclasses.replace(kept, last_modified=None) == _with_ids(record, kept)
    lines, revisions = AuditEvent.objects.count(), Revision.objects.count()
    assert save_service(record, **LATER) is Saved.SAME
    assert save_service(kept, **LATER) is Saved.SAME
    assert (AuditEvent.objects.count(), Revision.objects.count()) == (lines, revisions)
    row.refresh_from_db()
    assert row.modified_at == NOW


def _with_ids(record: ServiceRecord, kept: ServiceRecord) -> ServiceRecord:
    """The record with the ids that its parts were given: all else must be equal."""
    filled = {}
    for name in ("phones", "additional_urls", "schedules", "cost_options", "service_areas"):
        pairs = zip(getattr(record, name), getattr(kept, name), strict=True)
        filled[name] = tuple(dataclasses.replace(own, id=other.id) for own, other in pairs)
        assert all(part.id for part in filled[name])
    return dataclasses.replace(record, **filled, terms=tuple(sorted(record.terms)))


@pytest.mark.django_db
def test_organisations_and_places_come_back_too() -> None:
    parent = make_organization("Parent")
    child = make_organization("Child", parent_organization_id=parent.id, website="https://child.example")
    assert save_organization(child, **LATER) is Saved.SAME
    assert Organization.objects.get(public_id=child.id).as_record() == child
    place = make_location(organization_id=parent.id)
    assert save_location(place, **LATER) is Saved.SAME
    kept = Location.objects.get(public_id=place.id).as_record()
    assert place.address is not None
    assert kept.address == dataclasses.replace(place.address, id=kept.address.id if kept.address else None)


@pytest.mark.django_db
def test_history_says_what_changed_and_not_who_owns_it() -> None:
    record = make_service("Before", owner_email="secret-owner@before.example")
    changed = dataclasses.replace(record, name="After", languages=("en", "fr"), owner_email="other@before.example")
    assert save_service(changed, **LATER) is Saved.CHANGED
    made, *rest = Revision.objects.filter(resource_id=record.id).order_by("id")
    assert (made.action, made.replacement) == ("create", "")
    assert {(line.field, line.previous, line.replacement) for line in rest} == {
        ("name", "Before", "After"),
        ("languages", '["en"]', '["en", "fr"]'),
    }
    assert all(line.updated_by == "editor" and line.at == LATER["now"] for line in rest)
    assert not Revision.objects.filter(previous__contains="secret-owner").exists()
    assert not AuditEvent.objects.filter(facts__contains="example").exists()


@pytest.mark.django_db
def test_a_change_of_the_owner_alone_is_kept() -> None:
    record = make_service(owner_email="a@x.example")
    assert save_service(dataclasses.replace(record, owner_email="b@x.example"), **LATER) is Saved.CHANGED
    assert Service.objects.get().owner_email == "b@x.example"


@pytest.mark.django_db
def test_a_place_that_becomes_confidential_is_forgotten_everywhere() -> None:
    place = make_location(name="Rose House", transportation="Bus 7 to Quay Street")
    moved = Address(
        address_1="77 Hidden Lane", city="Fairhaven", state_province="Coast", postal_code="FH9 9ZZ", country="XX"
    )
    save_location(dataclasses.replace(place, address=moved, latitude=38.9), **HOW)
    make_service("Rose", at=(place,))
    hidden = LocationRecord(id=place.id, location_type=LocationType.VIRTUAL, is_confidential=True)
    assert save_location(hidden, **LATER) is Saved.CHANGED
    dump = repr([list(table.objects.values()) for table in (Location, Revision, AuditEvent, SearchRow, SearchWord)])
    for secret in ("Hidden Lane", "FH9 9ZZ", "38.9", "38.72", "Rose House", "Bus 7", "Quay", "fairhaven", "house"):
        assert secret not in dump, secret
    assert show_service(Service.objects.get().public_id, language="en", now=NOW).locations == ()


@pytest.mark.django_db
def test_the_database_itself_keeps_no_confidential_place() -> None:
    make_location(is_confidential=True)
    for values in (
        {"latitude": 1.0, "longitude": 1.0},
        {"has_address": True},
        {"transportation": "Bus"},
        {"url": "https://x.example"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Location.objects.update(**values)


@pytest.mark.django_db
def test_a_service_that_hides_its_address_is_never_put_on_the_map() -> None:
    seen, hidden = make_location(), make_location(is_confidential=True)
    with pytest.raises(EntryRefused, match="everybody can see"):
        make_service("Refuge", at=(seen,), hides_address=True)
    refuge = make_service("Refuge", at=(hidden,), hides_address=True)
    with pytest.raises(EntryRefused, match="hides its address"):
        save_location(dataclasses.replace(seen, id=hidden.id), **HOW)
    assert show_service(refuge.id, language="en", now=NOW).locations == ()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": "nul\x00"}, "name"),
        ({"description": "x" * 10_000_000}, "description"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://user:secret@host.example"}, "url"),
        ({"email": "no mail"}, "email"),
        ({"owner_email": "a@b"}, "owner_email"),
        ({"minimum_age": 30, "maximum_age": 20}, "maximum_age"),
        ({"minimum_age": -1}, "minimum_age"),
        ({"phones": (Phone(number="call us"),)}, "phones.0.number"),
        ({"phones": (Phone(number="1" * 16),)}, "phones.0.number"),
        ({"phones": (Phone(number="0555"),) * 51}, "phones"),
        ({"languages": ("English",)}, "languages.0"),
        ({"additional_urls": (Link(url=""),)}, "additional_urls.0.url"),
        ({"cost_options": (CostOption(amount=Decimal("NaN")),)}, "cost_options.0.amount"),
        ({"cost_options": (CostOption(currency="euro"),)}, "cost_options.0.currency"),
        ({"ways": (Way.EMAIL,)}, "ways"),
        ({"ways": (Way.TEXT,), "phones": (Phone(number="0555", type=PhoneType.VOICE),)}, "ways"),
        ({"translations": (Translation(language="ar", field="url", text="x"),)}, "translations.0.field"),
        ({"translations": (Translation(language="ar", field="name", text="x"),) * 2}, "translations.1.field"),
        ({"organization_id": new_id("nobody")}, "organization_id"),
        ({"terms": (new_id("no term"),)}, "terms"),
        ({"locations": (AtLocation(id=new_id(), location_id=new_id("nowhere")),)}, "locations"),
        ({"is_crisis_line": True, "phones": (), "ways": ()}, "is_crisis_line"),
    ],
)
def test_a_refusal_names_the_field_and_nothing_is_written(values: dict[str, Any], field: str) -> None:
    with pytest.raises(EntryRefused) as refused:
        make_service(**values)
    assert field in [error.field for error in refused.value.errors]
    assert all(in_files(error) and error.message for error in refused.value.errors)
    assert not Service.objects.exists()


@pytest.mark.django_db
def test_withdrawn_is_hidden_alike_to_what_never_was() -> None:
    record = make_service()
    withdraw_service(record.id, **HOW)
    withdraw_service(record.id, **LATER)
    for reference in (record.id, new_id("never")):
        with pytest.raises(EntryUnknown):
            show_service(reference, language="en", now=NOW)
    assert preview_service(record.id, language="en", now=NOW).is_withdrawn
    restore_service(record.id, **HOW)
    assert show_service(record.id, language="en", now=NOW).name == record.name
    assert Revision.objects.filter(field="withdrawn").count() == 2


@pytest.mark.django_db
def test_internal_services_are_hidden_too() -> None:
    record = make_service(is_internal=True)
    with pytest.raises(EntryUnknown):
        show_service(record.id, language="en", now=NOW)


@pytest.mark.django_db
def test_nothing_is_removed_that_something_stands_on() -> None:
    organization = make_organization()
    place = make_location(organization_id=organization.id)
    service = make_service(at=(place,), organization_id=organization.id)
    with pytest.raises(EntryInUse):
        remove_organization(organization.id, **HOW)
    with pytest.raises(EntryInUse):
        remove_location(place.id, **HOW)
    save_service(dataclasses.replace(service, locations=(), ways=(Way.PHONE,)), **HOW)
    remove_location(place.id, **HOW)
    with pytest.raises(EntryUnknown):
        remove_location(place.id, **HOW)


@pytest.mark.django_db
def test_organisations_are_not_parts_of_each_other() -> None:
    first = make_organization("First")
    second = make_organization("Second", parent_organization_id=first.id)
    for parent in (second.id, first.id, new_id("nobody")):
        with pytest.raises(EntryRefused):
            save_organization(dataclasses.replace(first, parent_organization_id=parent), **HOW)


@pytest.mark.django_db
def test_terms_never_stand_under_themselves() -> None:
    top = make_term("top")
    middle = make_term("middle", parent_id=top.id)
    bottom = make_term("bottom", parent_id=middle.id)
    for parent in (top.id, middle.id, bottom.id):
        with pytest.raises(EntryRefused):
            save_term(dataclasses.replace(top, parent_id=parent), **HOW)
    assert save_term(dataclasses.replace(bottom, parent_id=top.id), **HOW) is Saved.CHANGED


@pytest.mark.django_db
def test_terms_stand_eight_deep_at_most() -> None:
    parent = None
    for level in range(8):
        parent = make_term(f"level_{level}", parent_id=parent).id
    with pytest.raises(EntryRefused, match="8 levels"):
        make_term("level_8", parent_id=parent)


@pytest.mark.django_db
def test_a_term_in_use_stays() -> None:
    term = make_term("legal")
    service = make_service(terms=(term.id,))
    with pytest.raises(EntryInUse):
        remove_term(term.id, **HOW)
    save_service(dataclasses.replace(service, terms=()), **HOW)
    remove_term(term.id, **HOW)
    assert not Term.objects.exists()


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("https://a.example", True),
        ("http://a.example:8080/x?y=z#w", True),
        ("ftp://a.example", False),
        ("https://", False),
        ("https://a.example:x", False),
        ("//a.example", False),
        ("https://a b.example", False),
        ("https://[::1", False),
    ],
)
def test_web_addresses(address: str, *, is_one: bool) -> None:
    assert is_web_address(address) is is_one


@given(
    st.builds(
        ServiceRecord,
        id=st.uuids(),
        organization_id=st.uuids(),
        name=st.text(),
        url=st.text(),
        email=st.text(),
        phones=st.lists(st.builds(Phone, number=st.text()), max_size=3).map(tuple),
        cost_options=st.lists(st.builds(CostOption, amount=st.decimals()), max_size=3).map(tuple),
    )
)
def test_no_record_is_too_strange_to_be_checked(record: ServiceRecord) -> None:
    check_record(record)


@given(st.builds(LocationRecord, id=st.uuids(), latitude=st.floats(), longitude=st.floats(), name=st.text()))
def test_no_place_is_too_strange_to_be_checked(record: LocationRecord) -> None:
    errors = check_record(record)
    assert record.latitude is not None
    if not -90 <= record.latitude <= 90:
        assert errors


@given(st.builds(OrganizationRecord, id=st.uuids(), name=st.text(), description=st.text()))
def test_no_organisation_is_too_strange_to_be_checked(record: OrganizationRecord) -> None:
    check_record(record)


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["withdrawn", "internal", "inactive", "unchecked"])
def test_the_words_of_a_service_that_is_found_no_more_are_suggested_no_more(way: str) -> None:
    place = make_location(name="Lighthouse yard")
    record = make_service("Wrenfeather advice", description="Counselling by Quillon", at=(place,))
    make_service("Harbour advice", description="Counselling for everybody")
    words = set(SearchWord.objects.values_list("word", flat=True))
    assert words >= {"wrenfeather", "quillon", "lighthouse", "counselling", "advice", "everybody"}
    if way == "withdrawn":
        withdraw_service(record.id, **LATER)
    else:
        changed = {
            "internal": {"is_internal": True},
            "inactive": {"status": ServiceStatus.INACTIVE},
            "unchecked": {"assured_date": None},
        }[way]
        save_service(dataclasses.replace(record, description="Nothing of it.", **changed), **LATER)
    left = set(SearchWord.objects.values_list("word", flat=True))
    assert not left & {"wrenfeather", "quillon", "lighthouse"}
    assert left >= {"harbour", "counselling", "advice", "everybody"}
    if way == "withdrawn":
        restore_service(record.id, **LATER)
        assert set(SearchWord.objects.values_list("word", flat=True)) == words


@pytest.mark.django_db
def test_who_remembers_the_words_reads_them_anew_when_some_are_forgotten() -> None:
    make_service("Harbour advice")
    gone = make_service("Wrenfeather")
    assert "wrenfeather" in VOCABULARY.read()[0]
    withdraw_service(gone.id, **LATER)
    assert "wrenfeather" not in VOCABULARY.read()[0]
