"""What other sites ask of areas: the database answers as reading every entry would."""

import dataclasses
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from leeward.society.directory.models import ServedArea, Service
from leeward.society.directory.operations.bulk import add_entries
from leeward.society.directory.operations.indexing import rebuild_search
from leeward.society.directory.operations.saving import save_service, withdraw_service
from leeward.society.directory.queries.records import Wanted, minimal_services, places
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.places import Spot
from leeward.society.directory.rules.records import (
    AtLocation,
    Coverage,
    LocationRecord,
    LocationType,
    OrganizationRecord,
    ServiceArea,
    ServiceRecord,
    ServiceStatus,
    Weekday,
)
from tests.society.directory.factories import BY, NOW, OFFICE_HOURS, TODAY, make_service, new_id

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

SERVICES, PLACES = 50, 5
HOW: dict[str, Any] = {"source": Source.EDITOR, "by": BY, "now": NOW}
CODES = ("XX-FH", "xx fh", "XX-F", "XX-FH2", "hills", "---", "جنوب")


def spot(code: str) -> Spot:
    return Spot(name="Fairhaven", latitude=38.72, longitude=-9.14, area_code=code, area_name="")


def plain(code: str) -> str:
    return "".join(sign for sign in code.lower() if sign.isalnum())


def is_for(record: ServiceRecord, code: str) -> bool:
    """The plain way, of one record: national, or names no area by a code, or names this one however it is written."""
    codes = {area.code for area in record.service_areas} - {""}
    if record.coverage is Coverage.NATIONAL or not codes:
        return True
    return bool(code) and plain(code) in {plain(each) for each in codes}


def published() -> list[ServiceRecord]:
    return [row.as_record() for row in Service.objects.whole().published()]


def found(wanted: Wanted) -> set[UUID]:
    listing = minimal_services(wanted, language="en", now=NOW)
    answer = listing.page(1, 1_000)
    assert listing.count() == len(answer.items)
    return {record.id for record in answer.items}


def assert_all_answers() -> None:
    records = published()
    for code in ("", "elsewhere", *CODES):
        there = [record for record in records if is_for(record, code)]
        assert found(Wanted(spot=spot(code))) == {record.id for record in there}, code
        on_monday = {record.id for record in there if record.schedules}
        assert found(Wanted(spot=spot(code), day=Weekday.MO)) == on_monday, code
        at_places = places(Wanted(spot=spot(code)), language="en", now=NOW).parts()
        keys = {(record.id, place.id) for part in at_places for record, place in part.items}
        assert keys == {(record.id, place.id) for record in there for place in record.locations}, code


def areas(random: Random) -> tuple[ServiceArea, ...]:
    codes = random.sample((*CODES, "", ""), random.choice((0, 1, 1, 3)))
    return tuple(ServiceArea(name=f"Area {code}", code=code) for code in codes)


def fill() -> list[ServiceRecord]:
    random = Random(7)
    owner = OrganizationRecord(id=new_id(), name="Harbour Trust", description="It helps people.")
    places = [
        LocationRecord(id=new_id(), location_type=LocationType.VIRTUAL, is_confidential=number % 2 == 0)
        for number in range(PLACES)
    ]
    services = [
        ServiceRecord(
            id=new_id(),
            organization_id=owner.id,
            name=f"Advice {number}",
            status=random.choice(tuple(ServiceStatus)),
            assured_date=random.choice((None, TODAY, TODAY - timedelta(days=900))),
            coverage=random.choice((Coverage.NATIONAL, Coverage.AREAS, Coverage.AREAS)),
            service_areas=areas(random),
            schedules=random.choice(((), (OFFICE_HOURS,))),
            locations=tuple(
                AtLocation(id=new_id(), location_id=place.id) for place in random.sample(places, number % 3)
            ),
            is_internal=number % 7 == 0,
        )
        for number in range(SERVICES)
    ]
    add_entries(organizations=[owner], locations=places, services=services, **HOW)
    return services


def rows() -> list[tuple[Any, ...]]:
    return list(ServedArea.objects.order_by("service__public_id", "area").values_list("service__public_id", "area"))


def test_the_database_answers_as_reading_every_entry_does() -> None:
    services = fill()
    assert_all_answers()
    random = Random(8)
    for number, record in enumerate(services):
        if number % 6 == 1:
            withdraw_service(record.id, **HOW)
        elif number % 6 == 2:
            save_service(dataclasses.replace(record, service_areas=areas(random)), **HOW)
        elif number % 6 == 3:
            save_service(dataclasses.replace(record, is_internal=not record.is_internal), **HOW)
    assert_all_answers()
    assert not ServedArea.objects.exclude(service__in=Service.objects.published()).exists()
    kept = rows()
    ServedArea.objects.all().delete()
    rebuild_search(now=NOW)
    assert rows() == kept


def test_words_and_an_area_are_asked_together_in_the_order_of_the_words() -> None:
    here = make_service("Harbour legal advice", service_areas=(ServiceArea(name="Coast", code="coast"),))
    make_service("Hill legal advice", service_areas=(ServiceArea(name="Hills", code="hills"),))
    stale = make_service(
        "Old legal advice", assured_date=None, service_areas=(ServiceArea(name="Coast", code="COAST"),)
    )
    assert found(Wanted(words="legal", spot=spot("coast"))) == {here.id, stale.id}
