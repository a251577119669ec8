"""Makes entries for tests: each function saves one record through the operations and returns it."""

import itertools
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.models import Taxonomy, Term
from leeward.society.directory.operations.saving import save_location, save_organization, save_service
from leeward.society.directory.operations.taxonomy import save_taxonomy, save_term
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import (
    Address,
    AtLocation,
    CostOption,
    Coverage,
    Frequency,
    LocationRecord,
    LocationType,
    OrganizationRecord,
    Phone,
    Schedule,
    ServiceRecord,
    TaxonomyRecord,
    TermRecord,
    Way,
)

NOW = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)  # a Wednesday; the nation's clock (Europe/Lisbon) says the same
TODAY = date(2026, 11, 25)
BY = Actor.operator()
NAMESPACE = UUID("3b6d1f7e-52ad-4a44-8a3e-0d1c3f1f9a00")
_numbers = itertools.count(1)

OFFICE_HOURS = Schedule(freq=Frequency.WEEKLY, byday="MO,TU,WE,TH,FR", opens_at=time(9), closes_at=time(17))
ALWAYS = Schedule(freq=Frequency.WEEKLY, byday="MO,TU,WE,TH,FR,SA,SU", opens_at=time(0), closes_at=time(23, 59))
FREE = CostOption(option="Free", amount=Decimal(0), currency="EUR")


def new_id(name: str = "") -> UUID:
    """An id: the same for the same name, else a fresh one."""
    return uuid5(NAMESPACE, name or f"number {next(_numbers)}")


def make_organization(name: str = "Harbour Trust", **values: Any) -> OrganizationRecord:
    """An organisation."""
    record = OrganizationRecord(**{"id": new_id(), "name": name, "description": "It helps people.", **values})
    save_organization(record, source=Source.EDITOR, by=BY, now=NOW)
    return record


def make_location(latitude: float | None = 38.72, longitude: float | None = -9.14, **values: Any) -> LocationRecord:
    """A place that can be visited; with `is_confidential=True` one that nobody may find."""
    made: dict[str, Any] = {"id": new_id(), "name": "Harbour House"}
    if values.get("is_confidential"):
        made |= {"location_type": LocationType.VIRTUAL, "name": ""}
    else:
        made |= {
            "location_type": LocationType.PHYSICAL,
            "latitude": latitude,
            "longitude": longitude,
            "address": Address(
                address_1="1 Quay Street", city="Fairhaven", state_province="Coast", postal_code="FH1 2AB", country="XX"
            ),
        }
    record = LocationRecord(**{**made, **values})
    save_location(record, source=Source.EDITOR, by=BY, now=NOW)
    return record


def make_service(name: str = "Harbour Advice", *, at: tuple[LocationRecord, ...] = (), **values: Any) -> ServiceRecord:
    """A service that is listed: checked today, by phone, in office hours, free, for its own area."""
    identity = values.pop("id", None) or new_id()
    made: dict[str, Any] = {
        "id": identity,
        "name": name,
        "description": "People there listen and help.",
        "assured_date": TODAY,
        "phones": (Phone(number="0555 0100"),),
        "ways": (Way.PHONE, *((Way.IN_PERSON,) if at else ())),
        "schedules": (OFFICE_HOURS,),
        "languages": ("en",),
        "cost_options": (FREE,),
        "coverage": Coverage.AREAS,
        "locations": tuple(AtLocation(id=uuid5(identity, str(place.id)), location_id=place.id) for place in at),
    }
    if "organization_id" not in values:
        made["organization_id"] = make_organization().id
    record = ServiceRecord(**{**made, **values})
    save_service(record, source=Source.EDITOR, by=BY, now=NOW)
    return record


def make_taxonomy(code: str = "needs", **values: Any) -> TaxonomyRecord:
    """A taxonomy; the one that is there already where its code is taken."""
    found = Taxonomy.objects.filter(code=code).first()
    if found is not None:
        return found.as_record()
    made = {"id": new_id(f"taxonomy {code}"), "code": code, "name": code.title(), "description": f"All {code}."}
    record = TaxonomyRecord(**{**made, **values})  # type: ignore[arg-type]
    save_taxonomy(record, source=Source.EDITOR, by=BY, now=NOW)
    return record


def make_term(code: str = "legal", *, taxonomy: str = "needs", **values: Any) -> TermRecord:
    """A term; the one that is there already where its code is taken."""
    family = make_taxonomy(taxonomy)
    found = Term.objects.select_related("taxonomy", "parent").filter(taxonomy__code=taxonomy, code=code).first()
    if found is not None:
        return found.as_record()
    name = code.replace("_", " ").capitalize()
    made = {"id": new_id(f"{taxonomy} {code}"), "taxonomy_id": family.id, "code": code, "name": name}
    record = TermRecord(**{**made, "description": f"{name}.", **values})  # type: ignore[arg-type]
    save_term(record, source=Source.EDITOR, by=BY, now=NOW)
    return record
