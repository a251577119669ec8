"""What other sites ask of opening times: the database answers as reading every schedule would."""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from itertools import product
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models.fields.json import KT
from django.test.utils import CaptureQueriesContext

from leeward.society.directory.models import OpeningTime, Service, ServiceAtLocation
from leeward.society.directory.operations.bulk import add_entries
from leeward.society.directory.operations.indexing import rebuild_search
from leeward.society.directory.operations.saving import restore_service, save_service, withdraw_service
from leeward.society.directory.queries.records import Wanted, minimal_services, places
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import (
    AtLocation,
    Coverage,
    Frequency,
    LocationRecord,
    LocationType,
    OrganizationRecord,
    Schedule,
    ServiceRecord,
    ServiceStatus,
    Weekday,
)
from tests.depth import one_a_day
from tests.society.directory.factories import BY, NOW, OFFICE_HOURS, TODAY, make_location, make_service, new_id

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

SERVICES, PLACES = 60, 8
HOW: dict[str, Any] = {"source": Source.EDITOR, "by": BY, "now": NOW}
ASKED = tuple(
    Wanted(day=day, opens_from=opens_from, closes_by=closes_by)
    for day, opens_from, closes_by in product(
        (None, *Weekday),
        (None, time(0), time(9), time(9, 0, 1), time(21, 30)),
        (None, time(0), time(6), time(17), time(23, 59)),
    )
    if (day, opens_from, closes_by) != (None, None, None)
)


# The plain way: every schedule is read, as it is kept.


def fits(row: Mapping[str, Any], wanted: Wanted) -> bool:
    opens, closes = row.get("opens_at"), row.get("closes_at")
    if not opens or not closes:
        return False
    if wanted.day is not None and not is_on(row, wanted.day):
        return False
    if wanted.opens_from is not None and time.fromisoformat(opens) < wanted.opens_from:
        return False
    return wanted.closes_by is None or (opens < closes and time.fromisoformat(closes) <= wanted.closes_by)


def is_on(row: Mapping[str, Any], day: Weekday) -> bool:
    if row.get("byday"):
        return any(part.strip().upper().endswith(day) for part in row["byday"].split(","))
    if row.get("dtstart") and row.get("freq") == "WEEKLY":
        return tuple(Weekday)[date.fromisoformat(row["dtstart"]).weekday()] is day
    return True


def read_all() -> list[tuple[UUID, list[Mapping[str, Any]]]]:
    """The ids of the published services with their schedules and those of their places, as plain JSON."""
    own = Service.objects.published().values_list("public_id", KT("parts__schedules"))
    published = ServiceAtLocation.objects.filter(service__in=Service.objects.published())
    return [
        (reference, json.loads(text or "[]"))
        for reference, text in (*own, *published.values_list("service__public_id", KT("parts__schedules")))
    ]


def found(wanted: Wanted) -> set[UUID]:
    listing = minimal_services(wanted, language="en", now=NOW)
    answer = listing.page(1, 1_000)
    assert listing.count() == len(answer.items)
    return {record.id for record in answer.items}


def found_at_places(wanted: Wanted) -> set[UUID]:
    parts = places(wanted, language="en", now=NOW).parts()
    return {record.id for part in parts for record, _place in part.items}


def assert_all_answers() -> None:
    kept = read_all()
    for wanted in ASKED:
        expected = {reference for reference, rows in kept if any(fits(row, wanted) for row in rows)}
        assert found(wanted) == expected, wanted


# A directory in which hours are written in every way that the standard has.


def schedules(random: Random) -> Iterator[Schedule]:
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        opens, closes = random.choice(
            (
                (time(9), time(17)),
                (time(9, 0, 0, 500_000), time(17)),
                (time(0), time(23, 59)),
                (time(0), time(0)),
                (time(22), time(6)),
                (time(6), time(8, 30)),
                (time(18), time(0)),
            )
        )
        yield random.choice(
            (
                Schedule(freq=Frequency.WEEKLY, byday=days(random), opens_at=opens, closes_at=closes),
                Schedule(freq=Frequency.WEEKLY, dtstart=a_day(random), opens_at=opens, closes_at=closes),
                Schedule(
                    freq=Frequency.MONTHLY, byday=random.choice(("1MO", "-1FR,2SU")), opens_at=opens, closes_at=closes
                ),
                Schedule(freq=Frequency.MONTHLY, bymonthday="1,15", opens_at=opens, closes_at=closes),
                Schedule(valid_from=a_day(random), opens_at=opens, closes_at=closes),
                Schedule(byday=days(random), opens_at=opens, closes_at=closes),
                Schedule(valid_from=TODAY, valid_to=TODAY + timedelta(days=9)),
                Schedule(description="Whenever the lamp is lit"),
            )
        )


def days(random: Random) -> str:
    return ",".join(random.sample(tuple(Weekday), random.randint(1, 7))).replace(",", random.choice((",", ", ")))


def a_day(random: Random) -> date:
    return TODAY + timedelta(days=random.randint(-30, 30))


def fill(seed: int) -> list[ServiceRecord]:
    random = Random(seed)
    owner = OrganizationRecord(id=new_id(), name="Harbour Trust", description="It helps people.")
    places = [
        LocationRecord(id=new_id(), location_type=LocationType.VIRTUAL, is_confidential=number % 2 == 0)
        for number in range(PLACES)
    ]
    services = []
    for number in range(SERVICES):
        at = [
            AtLocation(id=new_id(), location_id=place.id, schedules=tuple(schedules(random)))
            for place in random.sample(places, random.choice((0, 1, 3)))
        ]
        services.append(
            ServiceRecord(
                id=new_id(),
                organization_id=owner.id,
                name=f"Advice {number}",
                status=random.choice(tuple(ServiceStatus)),
                assured_date=random.choice((None, TODAY, TODAY - timedelta(days=900))),
                coverage=Coverage.AREAS,
                schedules=tuple(schedules(random)),
                locations=tuple(at),
                is_internal=number % 7 == 0,
            )
        )
    add_entries(organizations=[owner], locations=places, services=services, **HOW)
    return services


def rows() -> set[tuple[Any, ...]]:
    listed = list(OpeningTime.objects.values_list("service__public_id", "days", "opens_at", "closes_at"))
    assert len(set(listed)) == len(listed)
    return set(listed)


@pytest.mark.parametrize("seed", one_a_day(range(3)))
def test_the_database_answers_as_reading_every_schedule_does(seed: int) -> None:
    services = fill(seed)
    assert_all_answers()
    random = Random(seed)
    for number, record in enumerate(services):
        if number % 6 == 1:
            withdraw_service(record.id, **HOW)
        elif number % 6 == 2:
            save_service(dataclasses.replace(record, schedules=tuple(schedules(random)), locations=()), **HOW)
        elif number % 6 == 3:
            save_service(dataclasses.replace(record, is_internal=not record.is_internal), **HOW)
    assert_all_answers()
    assert not OpeningTime.objects.exclude(service__in=Service.objects.published()).exists()
    restore_service(services[1].id, **HOW)
    assert_all_answers()
    kept = rows()
    OpeningTime.objects.all().delete()
    rebuild_search(now=NOW)
    assert rows() == kept


def test_one_rule_must_fit_as_a_whole() -> None:
    """A service that is open on Saturday, and in the evening of other days, is not open on Saturday evening."""
    evening = Schedule(freq=Frequency.WEEKLY, byday="MO", opens_at=time(18), closes_at=time(22))
    saturday = Schedule(freq=Frequency.WEEKLY, byday="SA", opens_at=time(9), closes_at=time(12))
    record = make_service(schedules=(evening, saturday))
    assert found(Wanted(day=Weekday.SA)) == found(Wanted(opens_from=time(18))) == {record.id}
    assert found(Wanted(day=Weekday.SA, opens_from=time(18))) == set()
    assert found(Wanted(day=Weekday.MO, closes_by=time(12))) == set()


def test_hours_at_a_hidden_place_find_the_service_and_not_where_it_is() -> None:
    place = make_location(is_confidential=True)
    at = AtLocation(id=new_id(), location_id=place.id, schedules=(OFFICE_HOURS,))
    refuge = make_service("Safe house", schedules=(), locations=(at,), hides_address=True)
    wanted = Wanted(day=Weekday.TU)
    assert found(wanted) == found_at_places(wanted) == {refuge.id}
    (answer,) = places(wanted, language="en", now=NOW).page(1, 5).items
    assert answer[1].location_id == place.id
    columns = {field.name for field in OpeningTime._meta.get_fields()}
    assert columns == {"id", "service", "days", "opens_at", "closes_at"}


def test_schedules_are_not_read_to_find_what_is_open() -> None:
    """The database answers with the page alone, whatever its number and however large the directory is."""
    fill(4)
    wanted = Wanted(day=Weekday.MO, opens_from=time(9))
    with CaptureQueriesContext(connection) as captured:
        listing = minimal_services(wanted, language="en", now=NOW)
        page, total = listing.page(2, 3), listing.count()
    assert len(page.items) == 3 < total
    assert not [query for query in captured if "schedules" in query["sql"]]
    assert any("LIMIT 3 OFFSET 3" in query["sql"] for query in captured)
