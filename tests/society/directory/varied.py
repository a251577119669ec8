"""A small directory in which everything stands once: what must be published, and what must never be."""

import dataclasses
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from uuid import UUID

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.operations.places import PlaceRow, save_places
from leeward.society.directory.operations.saving import save_location, save_service, withdraw_service
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.places import PlaceKind
from leeward.society.directory.rules.records import (
    Access,
    Accessibility,
    Address,
    AtLocation,
    CostOption,
    Coverage,
    Frequency,
    Link,
    LocationType,
    Phone,
    PhoneType,
    Schedule,
    ServiceArea,
    ServiceRecord,
    ServiceStatus,
    Translation,
    Way,
    Weekday,
)
from tests.society.directory.factories import (
    NOW,
    OFFICE_HOURS,
    TODAY,
    make_location,
    make_organization,
    make_service,
    make_term,
    new_id,
)

# What stood in the refuge's place before it became confidential, and what only editors are told: never to be seen.
SECRETS = (
    "Hidden Lane",
    "HL9 9ZZ",
    "51.98765",
    "-8.12345",
    "Rose Cottage",
    "bus 77 to the mill",
    "owner@secret.example",
    "Only for professionals",
    "Withdrawn Advice",
    "Inner Circle",
    "behind the bakery",
    "77 Locked Road",
)
LISTED = 9  # services that are published


@dataclass(frozen=True, kw_only=True)
class Varied:
    """What the directory holds."""

    full: ServiceRecord
    bare: ServiceRecord
    refuge: ServiceRecord
    internal: ServiceRecord
    withdrawn: ServiceRecord
    stale: ServiceRecord
    refuge_place: UUID
    internal_place: UUID
    inner_organization: UUID
    parent: UUID
    umbrella: UUID
    place: UUID


def fill() -> Varied:
    """Fill the database."""
    how = {"source": Source.EDITOR, "by": Actor.operator(), "now": NOW}
    later = {**how, "now": NOW + timedelta(hours=1)}
    save_places(
        [
            PlaceRow(kind=PlaceKind.POSTCODE, name="FH1 2AB", latitude=38.72, longitude=-9.14, area_code="coast"),
            PlaceRow(kind=PlaceKind.POSTCODE, name="HL9 9ZY", latitude=51.98, longitude=-8.12, area_code="hills"),
            PlaceRow(kind=PlaceKind.TOWN, name="Quayside", latitude=38.9, longitude=-9.1, area_code="a", area_name="A"),
            PlaceRow(kind=PlaceKind.TOWN, name="Quayside", latitude=40.9, longitude=-8.1, area_code="b", area_name="B"),
        ],
        by=Actor.operator(),
        now=NOW,
    )
    needs = make_term("legal", translations=(Translation(language="ar", field="name", text="مساعدة قانونية"),))
    narrower = make_term("legal_aid", parent_id=needs.id, term_uri="https://terms.example/legal-aid")
    people = make_term("creators", taxonomy="people")
    umbrella = make_organization("Umbrella of all")
    parent = make_organization(
        "Harbour Family",
        alternate_name="The Family",
        email="hello@family.example",
        website="https://family.example",
        legal_status="Charity",
        year_incorporated=1999,
        parent_organization_id=umbrella.id,
        phones=(Phone(number="0555 0111"),),
        translations=(Translation(language="ar", field="name", text="عائلة الميناء"),),
    )
    place = make_location(
        name="Harbour House",
        alternate_name="The House",
        description="By the water.",
        transportation="Tram 4.",
        url="https://house.example/",
        organization_id=parent.id,
        accessibility=(
            Accessibility(kind=Access.STEP_FREE),
            Accessibility(description="Ring the bell", details="At the left", url="https://house.example/access"),
        ),
        address=Address(
            address_1="1 Quay Street",
            address_2="First floor",
            city="Fairhaven",
            region="South",
            state_province="Coast",
            postal_code="FH1 2AB",
            country="XX",
            attention="Front desk",
        ),
        translations=(Translation(language="ar", field="name", text="بيت الميناء"),),
    )
    postal = make_location(
        latitude=None, longitude=None, name="Post box", location_type=LocationType.POSTAL, organization_id=parent.id
    )
    identity = new_id("full")
    full = make_service(
        "Everything",
        id=identity,
        organization_id=parent.id,
        alternate_name="All of it",
        description="People there listen – and help. “Always”.",
        url="https://everything.example/",
        email="hello@everything.example",
        interpretation_services="In five languages.",
        application_process="Call.",
        fees_description="Free for most.",
        wait_time="A week.",
        accreditations="ISO 1",
        eligibility_description="Everybody.",
        minimum_age=0,
        maximum_age=99,
        assurer_email="desk@everything.example",
        alert="Closed on Friday.",
        phones=(
            Phone(number="+351 555 0100", extension=0, languages=("pt", "ar"), description="Reception"),
            Phone(number="0555 0101", type=PhoneType.TEXT),
        ),
        additional_urls=(Link(url="https://everything.example/chat", label="Chat", way=Way.CHAT),),
        schedules=(
            OFFICE_HOURS,
            Schedule(
                freq=Frequency.MONTHLY,
                byday="1SA,-1SU",
                wkst=Weekday.MO,
                interval=2,
                dtstart=date(2026, 1, 3),
                until=date(2027, 1, 3),
                opens_at=time(10),
                closes_at=time(12, 30),
                description="First Saturdays",
                attending_type="In person",
                notes="Not in August",
                schedule_link="https://everything.example/hours",
            ),
            Schedule(valid_from=date(2026, 12, 24), valid_to=date(2026, 12, 26), description="Closed"),
        ),
        languages=("en", "pt-BR", "ar"),
        cost_options=(
            CostOption(option="Free", amount=Decimal(0), currency="EUR"),
            CostOption(
                option="A visit",
                amount=Decimal("12.50"),
                currency="EUR",
                amount_description="An hour",
                valid_from=date(2026, 1, 1),
                valid_to=date(2027, 1, 1),
            ),
        ),
        service_areas=(ServiceArea(name="Coast", code="coast", description="All of it"), ServiceArea(name="Islands")),
        locations=(
            AtLocation(
                id=new_id("full here"), location_id=place.id, description="Second floor", schedules=(OFFICE_HOURS,)
            ),
            AtLocation(id=new_id("full post"), location_id=postal.id),
        ),
        terms=(narrower.id, people.id),
        translations=(
            Translation(language="ar", field="name", text="كل شيء"),
            Translation(language="fr", field="description", text="On écoute."),
        ),
        ways=(Way.PHONE, Way.TEXT, Way.CHAT, Way.EMAIL, Way.IN_PERSON),
        is_confidential=True,
        owner_email="owner@secret.example",
    )
    save_service(dataclasses.replace(full, name="Everything here", alert="Closed on Monday."), **later)
    bare = make_service(
        "Bare",
        description="",
        phones=(),
        ways=(),
        schedules=(),
        languages=(),
        cost_options=(),
        assured_date=None,
    )
    refuge, refuge_place = _refuge(parent.id, later)
    inner = make_organization("Inner Circle")
    inner_place = make_location(
        name="Inner Circle house",
        organization_id=inner.id,
        address=Address(
            address_1="77 Locked Road", city="Fairhaven", state_province="Coast", postal_code="FH1 2AB", country="XX"
        ),
    )
    internal = make_service("Only for professionals", organization_id=inner.id, at=(inner_place,), is_internal=True)
    withdrawn = make_service("Withdrawn Advice")
    withdraw_service(withdrawn.id, **later)
    stale = make_service("Stale", assured_date=TODAY - timedelta(days=400), minimum_age=18)
    make_service("Closed for now", status=ServiceStatus.CLOSED_FOR_NOW)
    make_service("Gone", status=ServiceStatus.DEFUNCT, maximum_age=25)
    make_service(
        "Night line",
        coverage=Coverage.NATIONAL,
        is_crisis_line=True,
        schedules=(Schedule(freq=Frequency.WEEKLY, byday="SA,SU", opens_at=time(22), closes_at=time(6)),),
        terms=(needs.id,),
        assurer_email="owner@secret.example",
        owner_email="owner@secret.example",
    )
    make_service("Hill Advice", service_areas=(ServiceArea(name="Hills", code="hills"),), terms=(narrower.id,))
    make_service("Harbour Clinic", at=(place,))
    return Varied(
        full=full,
        bare=bare,
        refuge=refuge,
        internal=internal,
        withdrawn=withdrawn,
        stale=stale,
        refuge_place=refuge_place,
        internal_place=inner_place.id,
        inner_organization=inner.id,
        parent=parent.id,
        umbrella=umbrella.id,
        place=place.id,
    )


def _refuge(organization: UUID, later: dict[str, object]) -> tuple[ServiceRecord, UUID]:
    """A refuge whose place could once be seen, and which has been hidden since; its words were mended then too."""
    place = make_location(
        latitude=51.98765,
        longitude=-8.12345,
        name="Rose Cottage",
        transportation="Take bus 77 to the mill.",
        organization_id=organization,
        accessibility=(Accessibility(kind=Access.QUIET_ROOM, description="Rose Cottage has one"),),
        address=Address(
            address_1="4 Hidden Lane", city="Millbrook", state_province="Hills", postal_code="HL9 9ZZ", country="XX"
        ),
    )
    identity = new_id("refuge")
    part = AtLocation(
        id=new_id("refuge there"),
        location_id=place.id,
        description="The door behind the bakery",
        schedules=(dataclasses.replace(OFFICE_HOURS, notes="Ring at the door behind the bakery"),),
    )
    seen = make_service(
        "Safe house",
        id=identity,
        organization_id=organization,
        description="A safe house in Hidden Lane.",
        locations=(part,),
        ways=(Way.PHONE, Way.IN_PERSON),
        minimum_age=16,
        terms=(make_term("housing").id,),
    )
    save_location(
        dataclasses.replace(
            place,
            location_type=LocationType.VIRTUAL,
            is_confidential=True,
            address=None,
            latitude=None,
            longitude=None,
            transportation="",
            name="Rose Cottage",
        ),
        **later,  # type: ignore[arg-type]
    )
    hidden = dataclasses.replace(
        seen, description="A safe house.", alternate_name="", hides_address=True, minimum_age=18
    )
    save_service(hidden, **later)  # type: ignore[arg-type]
    return hidden, place.id
