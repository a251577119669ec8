"""What the published standard asks of each object, as facts: its fields, which are required, of what type and format.

Read from Open Referral HSDS 3.0 and 3.1 (openreferral/specification: schema/*.json, docs/hsds/changelog.md for what
3.1 added, schema/openapi.json for the pages) and from the Open Referral UK profile 3.0 (tpximpact/mhclg-oruk:
public/specifications/3.0). Where the two differ, the stricter holds; prose counts too: the UK's compliance page asks
for a service's `organization_id`, and for values that are absent to be left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

STATUSES = ("active", "inactive", "defunct", "temporarily closed")
LOCATION_TYPES = ("physical", "postal", "virtual")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("WEEKLY", "MONTHLY")


@dataclass(frozen=True)
class Object:
    """One object: required fields, then all fields by their kind; `ours` are fields that the standard does not have."""

    required: tuple[str, ...]
    fields: dict[str, Any]
    ours: tuple[str, ...] = ()


def texts(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, "text")


PAGE_FIELDS = ("total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents")

OBJECTS: dict[str, Object] = {
    "service": Object(
        ("id", "name", "status", "organization_id"),
        {
            **dict.fromkeys(("id", "organization_id", "program_id"), "uuid"),
            **texts("name", "alternate_name", "description", "interpretation_services", "application_process"),
            **texts("fees_description", "wait_time", "fees", "accreditations", "eligibility_description", "licenses"),
            "alert": "text",
            "url": "uri",
            "email": "email",
            "assurer_email": "email",
            "status": STATUSES,
            "minimum_age": "number",
            "maximum_age": "number",
            "assured_date": "date",
            "last_modified": "date-time",
            "phones": ["phone"],
            "schedules": ["schedule"],
            "service_areas": ["service_area"],
            "service_at_locations": ["service_at_location"],
            "languages": ["language"],
            "organization": {"organization"},
            "cost_options": ["cost_option"],
            "attributes": ["attribute"],
            "metadata": ["metadata"],
            "additional_urls": ["url"],
        },
        (
            "ways",
            "coverage",
            "holidays",
            "is_crisis_line",
            "is_confidential",
            "hides_address",
            "translations",
            "modified_date",
        ),
    ),
    "organization": Object(
        ("id", "name", "description"),
        {
            **dict.fromkeys(("id", "parent_organization_id"), "uuid"),
            **texts("name", "alternate_name", "description", "tax_status", "tax_id", "legal_status", "logo"),
            "email": "email",
            "website": "uri",
            "uri": "uri",
            "year_incorporated": "number",
            "phones": ["phone"],
            "locations": ["location"],
            "services": ["service"],
        },
        ("translations",),
    ),
    "location": Object(
        ("id", "location_type"),
        {
            **dict.fromkeys(("id", "organization_id"), "uuid"),
            **texts("name", "alternate_name", "description", "transportation"),
            "location_type": LOCATION_TYPES,
            "url": "uri",
            "latitude": "latitude",
            "longitude": "longitude",
            "addresses": ["address"],
            "accessibility": ["accessibility"],
        },
        ("is_confidential", "translations"),
    ),
    "service_at_location": Object(
        ("id", "service_id", "location_id"),
        {
            **dict.fromkeys(("id", "service_id", "location_id"), "uuid"),
            "description": "text",
            "schedules": ["schedule"],
            "location": {"location"},
            "service": {"service"},
        },
    ),
    "address": Object(
        ("id", "address_1", "city", "state_province", "postal_code", "country", "address_type"),
        {
            **dict.fromkeys(("id", "location_id"), "uuid"),
            **texts("attention", "address_1", "address_2", "city", "region", "state_province", "postal_code"),
            "country": "country",
            "address_type": LOCATION_TYPES,
        },
    ),
    "phone": Object(
        ("id", "number"),
        {
            "id": "uuid",
            **texts("number", "type", "description"),
            "extension": "number",
            "languages": ["language"],
        },
    ),
    "schedule": Object(
        ("id",),
        {
            "id": "uuid",
            **dict.fromkeys(("valid_from", "valid_to", "dtstart", "until"), "date"),
            **dict.fromkeys(("count", "interval", "timezone"), "number"),
            "wkst": WEEKDAYS,
            "freq": FREQUENCIES,
            "byday": "byday",
            **texts("byweekno", "bymonthday", "byyearday", "description", "attending_type", "notes"),
            "opens_at": "time",
            "closes_at": "time",
            "schedule_link": "uri",
        },
    ),
    "cost_option": Object(
        ("id",),
        {
            "id": "uuid",
            "valid_from": "date",
            "valid_to": "date",
            **texts("option", "currency", "amount_description"),
            "amount": "number",
        },
    ),
    "language": Object(("id",), {"id": "uuid", **texts("name", "note"), "code": "language"}),
    "service_area": Object(("id",), {"id": "uuid", **texts("name", "description", "extent"), "uri": "uri"}, ("code",)),
    "accessibility": Object(("id",), {"id": "uuid", **texts("description", "details"), "url": "uri"}, ("kind",)),
    "attribute": Object(
        # The tabular form asks for these; nested, only the id is asked for.
        ("id", "link_id", "taxonomy_term_id", "link_entity"),
        {
            **dict.fromkeys(("id", "link_id", "taxonomy_term_id"), "uuid"),
            **texts("link_type", "link_entity", "value", "label"),
            "taxonomy_term": {"taxonomy_term"},
        },
    ),
    "taxonomy": Object(
        ("id", "name", "description"),
        {"id": "uuid", **texts("name", "description", "version"), "uri": "uri"},
        ("code",),
    ),
    "taxonomy_term": Object(
        ("id", "name", "description"),
        {
            **dict.fromkeys(("id", "parent_id", "taxonomy_id"), "uuid"),
            **texts("code", "name", "description", "taxonomy", "language"),
            "term_uri": "uri",
            "taxonomy_detail": {"taxonomy"},
        },
        ("translations",),
    ),
    "metadata": Object(
        (
            "id",
            "last_action_date",
            "last_action_type",
            "field_name",
            "previous_value",
            "replacement_value",
            "updated_by",
        ),
        {
            **dict.fromkeys(("id", "resource_id"), "uuid"),
            **texts("resource_type", "last_action_type", "field_name", "previous_value", "replacement_value"),
            "updated_by": "text",
            "last_action_date": "date",
        },
    ),
    "url": Object(("id", "url"), {"id": "uuid", "label": "text", "url": "uri"}, ("way",)),
}

# What the list of services may hold by default: what each has one of.
LISTED_SERVICE = {name for name, kind in OBJECTS["service"].fields.items() if not isinstance(kind, list)}


def faults(kind: str, value: Any, where: str = "") -> Iterator[str]:
    """What a value is not that the standard asks of an object of this kind."""
    described, where = OBJECTS[kind], where or kind
    if not isinstance(value, dict):
        yield f"{where} is no object"
        return
    yield from (f"{where} has no {name}" for name in described.required if name not in value)
    for name, inner in value.items():
        if name in described.ours:
            continue
        if name not in described.fields:
            yield f"{where}.{name} is not in the standard, nor said to be ours"
            continue
        wanted = described.fields[name]
        if isinstance(wanted, list):
            for place, item in enumerate(inner):
                yield from faults(wanted[0], item, f"{where}.{name}.{place}")
        elif isinstance(wanted, set):
            yield from faults(next(iter(wanted)), inner, f"{where}.{name}")
        elif not is_of_kind(wanted, inner):
            yield f"{where}.{name} is {inner!r}, not {wanted}"


def empties(value: Any, where: str = "") -> Iterator[str]:
    """Where there is a null, an empty text, an empty list or an empty object. A page's `contents` may be empty."""
    if value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip()):
        yield where
    if isinstance(value, dict):
        for name, inner in value.items():
            if not (where == "" and name == "contents" and inner == [] and value.get("empty") is True):
                yield from empties(inner, f"{where}.{name}")
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield from empties(inner, f"{where}.{place}")


def page_faults(page: Any) -> Iterator[str]:
    """What a page is not."""
    yield from (f"the page has no {name}" for name in PAGE_FIELDS if name not in page)
    for name in ("total_items", "total_pages", "page_number", "size"):
        if type(page.get(name)) is not int:
            yield f"{name} is no whole number"
    for name in ("first_page", "last_page", "empty"):
        if type(page.get(name)) is not bool:
            yield f"{name} is neither true nor false"
    if page["size"] != len(page["contents"]):
        yield "size is not the number of entities on the page"
    if page["empty"] is not (page["contents"] == []):
        yield "empty is not true"
    yield from (f"{name} is not in the standard" for name in page if name not in PAGE_FIELDS)


def is_of_kind(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, tuple):
        return value in wanted
    if wanted == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if wanted in ("latitude", "longitude"):
        return isinstance(value, float) and abs(value) <= (90 if wanted == "latitude" else 180)
    try:
        return isinstance(value, str) and _is_written(wanted, value)
    except ValueError:
        return False


def _is_written(wanted: str, value: str) -> bool:
    if wanted == "uuid":
        return str(UUID(value)) == value
    if wanted == "uri":
        return urlsplit(value).scheme in ("http", "https") and bool(urlsplit(value).netloc)
    if wanted == "email":
        return re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) is not None
    if wanted == "date":
        return date.fromisoformat(value).isoformat() == value
    if wanted == "date-time":
        return datetime.fromisoformat(value).tzinfo is not None and "T" in value
    if wanted == "time":
        return re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", value) is not None
    if wanted == "country":
        return re.fullmatch(r"[A-Z]{2}", value) is not None
    if wanted == "language":
        return re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", value) is not None
    if wanted == "byday":
        return all(re.fullmatch(r"[+-]?\d*(MO|TU|WE|TH|FR|SA|SU)", part) for part in value.split(","))
    return bool(value.strip())
