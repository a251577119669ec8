"""Many entries at once are kept as if each had been saved by itself."""

import dataclasses
from uuid import uuid5

import pytest

from leeward.foundation.audit.models import AuditEvent
from leeward.society.directory.errors import EntryRefused
from leeward.society.directory.models import (
    Location,
    OpeningTime,
    Organization,
    Revision,
    SearchPoint,
    SearchRow,
    SearchWord,
    ServedArea,
    Service,
)
from leeward.society.directory.operations.bulk import Added, add_entries
from leeward.society.directory.operations.saving import Saved, save_location, save_organization, save_service
from leeward.society.directory.queries.search import Search, search_services
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import (
    AtLocation,
    LocationRecord,
    LocationType,
    OrganizationRecord,
    Phone,
    ServiceRecord,
    Translation,
    Way,
)
from tests.society.directory.factories import BY, NOW, OFFICE_HOURS, TODAY, make_organization, make_term, new_id

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def trust(number: int = 0, **values: object) -> OrganizationRecord:
    made = {"id": new_id(f"trust {number}"), "name": f"Trust {number}", "description": "It helps.", **values}
    return OrganizationRecord(**{"phones": (Phone(number="0555 0100"),), **made})


def house(number: int = 0, **values: object) -> LocationRecord:
    made = {
        "id": new_id(f"house {number}"),
        "location_type": LocationType.PHYSICAL,
        "latitude": 38.7,
        "longitude": -9.1,
    }
    return LocationRecord(**{**made, "organization_id": trust(0).id, "name": f"House {number}", **values})


def advice(number: int = 0, **values: object) -> ServiceRecord:
    identity = new_id(f"advice {number}")
    made = {
        "id": identity,
        "organization_id": trust(0).id,
        "name": f"Advice {number}",
        "description": "They listen.",
        "assured_date": TODAY,
        "phones": (Phone(number="0555 0100"),),
        "ways": (Way.PHONE, Way.IN_PERSON),
        "schedules": (OFFICE_HOURS,),
        "locations": (AtLocation(id=uuid5(identity, "place"), location_id=house(0).id),),
        "translations": (Translation(language="ar", field="description", text="يستمعون."),),
    }
    return ServiceRecord(**{**made, **values})


def add(**records: object) -> Added:
    return add_entries(**records, source=Source.IMPORT, by=BY, now=NOW)


def everything() -> dict[str, object]:
    """All that was written, without the rows' own numbers."""
    return {
        "organizations": [
            row.as_record() for row in Organization.objects.select_related("parent").order_by("public_id")
        ],
        "locations": [row.as_record() for row in Location.objects.order_by("public_id")],
        "services": [row.as_record() for row in Service.objects.whole().order_by("public_id")],
        "rows": list(
            SearchRow.objects.order_by("service__public_id").values_list(
                "service__public_id", "names", "terms", "body", "facets", "tier", "opens_at", "closes_at", "sort_name"
            )
        ),
        "points": list(SearchPoint.objects.order_by("row__service__public_id").values_list("latitude", "longitude")),
        "hours": sorted(OpeningTime.objects.values_list("service__public_id", "days", "opens_at", "closes_at")),
        "areas": sorted(ServedArea.objects.values_list("service__public_id", "area")),
        "words": list(SearchWord.objects.order_by("word").values_list("word", flat=True)),
        "history": sorted(
            Revision.objects.exclude(resource_type__startswith="taxonomy").values_list(
                "resource_type", "resource_id", "at", "action", "field", "previous", "replacement", "updated_by"
            )
        ),
    }


def records() -> dict[str, list]:
    legal = make_term("legal")
    return {
        "organizations": [trust(0), trust(1, parent_organization_id=trust(0).id)],
        "locations": [house(0), house(1, is_confidential=True, location_type=LocationType.VIRTUAL, latitude=None)],
        "services": [advice(0, terms=(legal.id,)), advice(1), advice(2, is_internal=True)],
    }


def make_whole(made: dict[str, list]) -> None:
    hidden = dataclasses.replace(made["locations"][1], longitude=None)
    made["locations"][1] = hidden
    at_hidden = AtLocation(id=uuid5(advice(1).id, "hidden"), location_id=hidden.id)
    made["services"][1] = dataclasses.replace(made["services"][1], hides_address=True, locations=(at_hidden,))


def test_it_writes_what_saving_one_by_one_writes() -> None:
    made = records()
    make_whole(made)
    assert add(**made) == Added(organizations=2, locations=2, services=3)
    at_once = everything()
    assert len(at_once["rows"]) == 2
    assert len(at_once["points"]) == 1, "the hidden place has none"

    for table in (SearchWord, Service, Location, Revision):
        table.objects.all().delete()
    Organization.objects.filter(parent__isnull=False).delete()
    Organization.objects.all().delete()
    for save, kind in ((save_organization, "organizations"), (save_location, "locations"), (save_service, "services")):
        for record in made[kind]:
            save(record, source=Source.IMPORT, by=BY, now=NOW)
    assert everything() == at_once


def test_what_was_added_is_the_same_when_it_is_saved_again() -> None:
    made = records()
    make_whole(made)
    add(**made)
    for save, kind in ((save_organization, "organizations"), (save_location, "locations"), (save_service, "services")):
        for record in made[kind]:
            assert save(record, source=Source.IMPORT, by=BY, now=NOW) is Saved.SAME


def test_adding_twice_adds_nothing_and_leaves_changes_alone() -> None:
    made = records()
    make_whole(made)
    add(**made)
    changed = dataclasses.replace(made["services"][0], name="Advice by the sea")
    save_service(changed, source=Source.EDITOR, by=BY, now=NOW)
    before, lines = everything(), AuditEvent.objects.count()
    assert add(**made) == Added(organizations=0, locations=0, services=0)
    assert everything() == before
    assert AuditEvent.objects.count() == lines


def test_it_is_found_at_once() -> None:
    add(organizations=[trust(0)], locations=[house(0)], services=[advice(number) for number in range(30)])
    found = search_services(Search(words="listen"), language="en", now=NOW)
    assert found.total == 30


def test_it_takes_few_queries_and_no_more_for_more(django_assert_max_num_queries) -> None:
    add(organizations=[trust(0)], locations=[house(0)])
    with django_assert_max_num_queries(60):
        add(services=[advice(number) for number in range(200)])
    assert Service.objects.count() == 200


def test_progress_hears_of_every_part() -> None:
    heard = []
    add_entries(
        organizations=[trust(number) for number in range(501)],
        source=Source.IMPORT,
        by=BY,
        now=NOW,
        progress=heard.append,
    )
    assert heard == [500, 1]


@pytest.mark.parametrize(
    ("field", "records"),
    [
        ("name", {"organizations": [trust(0, name=" ")]}),
        ("parent_organization_id", {"organizations": [trust(0, parent_organization_id=trust(9).id)]}),
        ("latitude", {"locations": [house(0, organization_id=None, latitude=91)]}),
        ("organization_id", {"locations": [house(0, organization_id=trust(9).id)]}),
        ("organization_id", {"services": [advice(0, organization_id=trust(9).id, locations=(), ways=())]}),
        ("locations", {"services": [advice(0, organization_id=new_id("known"))]}),
        (
            "terms",
            {"services": [advice(0, organization_id=new_id("known"), locations=(), ways=(), terms=(new_id("x"),))]},
        ),
        ("ways", {"services": [advice(0, ways=(Way.TEXT,))]}),
    ],
)
def test_what_cannot_be_kept_is_named_and_its_part_is_not_there(field: str, records: dict[str, list]) -> None:
    make_organization("Known", id=new_id("known"))
    wrong = next(iter(records.values()))[0]
    good = trust(5)
    with pytest.raises(EntryRefused) as refused:
        add(**{"organizations": [good], **{kind: [*rows] for kind, rows in records.items()}})
    assert refused.value.errors[0].field == f"{wrong.id} {field}"
    assert not Service.objects.exists()
    assert not Location.objects.exists()


def test_a_hidden_service_is_never_added_at_a_place_that_can_be_seen() -> None:
    with pytest.raises(EntryRefused, match="hides its address"):
        add(organizations=[trust(0)], locations=[house(0)], services=[advice(0, hides_address=True)])


def test_one_place_is_not_named_twice() -> None:
    twice = advice(0).locations[0], AtLocation(id=new_id("again"), location_id=house(0).id)
    with pytest.raises(EntryRefused, match="twice"):
        add(organizations=[trust(0)], locations=[house(0)], services=[advice(0, locations=twice)])
