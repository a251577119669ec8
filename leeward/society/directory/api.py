"""The open read-only API: Open Referral HSDS 3.1 under the Open Referral UK profile 3.0, so that one answer fits both.

What leaves is decided in `rules.standard` and found in `queries.records`; here questions are read and answers written.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Query

from leeward.society.directory.doors import BASE, FILES, answer, hold, make_door, mount, spoken, stream
from leeward.society.directory.errors import QuestionRefused
from leeward.society.directory.queries import records
from leeward.society.directory.queries.places import find_spot
from leeward.society.directory.queries.records import OrganizationEntry, Placed, Slice, Wanted
from leeward.society.directory.rules.objects import (
    AtLocationBasics,
    AtLocationObject,
    ErrorObject,
    MinimalService,
    OrganizationObject,
    RootObject,
    ServiceObject,
    TaxonomyObject,
    TermObject,
    page_of,
)
from leeward.society.directory.rules.places import Spot
from leeward.society.directory.rules.records import ServiceRecord
from leeward.society.directory.rules.standard import (
    HSDS_VERSION,
    PROFILE,
    PROFILE_VERSION,
    Around,
    Voice,
    at_location_basics,
    at_location_object,
    minimal_service,
    organization_basics,
    organization_object,
    service_basics,
    service_object,
    taxonomy_object,
    term_object,
)
from leeward.society.directory.schemas.questions import (
    ListQuestion,
    OrganizationQuestion,
    OrganizationsQuestion,
    Question,
    ServiceFilters,
    ServicesQuestion,
    TermsQuestion,
)

MINIMAL_MOST = 10_000
WHOLE_ORGANIZATIONS_MOST = 10
REFUSALS: dict[Any, Any] = {400: ErrorObject}
UNKNOWN: dict[Any, Any] = {400: ErrorObject, 404: ErrorObject}
NDJSON = "application/x-ndjson"

api = make_door()


@api.get("/", response={200: RootObject, 304: None, **REFUSALS}, operation_id="describe_api")
def describe(request: HttpRequest) -> HttpResponse:
    """What this is: the standard, the profile, and where the description of this API is."""
    _refuse_unknown(request, ())
    root = {
        "version": PROFILE_VERSION,
        "profile": PROFILE,
        "openapi_url": request.build_absolute_uri(f"/{BASE}/openapi.json"),
        "package_url": request.build_absolute_uri(f"/{FILES}/services.zip"),
        "licence": settings.LEEWARD_OPEN_DATA_LICENCE.path,
        "hsds_version": HSDS_VERSION,
        "description": f"Support services of {settings.LEEWARD_NATION}.",
        "time_zone": settings.LEEWARD_TIME_ZONE,
    }
    return answer(request, root)


@api.get(
    "/services",
    response={200: page_of(ServiceObject) | page_of(MinimalService), 304: None, **REFUSALS},
    operation_id="list_services",
)
def list_services(request: HttpRequest, asked: Query[ServicesQuestion]) -> HttpResponseBase:
    """Services: what each has one of; with `full`, everything that belongs to it."""
    _refuse_unknown(request, ServicesQuestion)
    wanted, voice, how = _wanted(asked), _voice(request, asked), _how(asked)

    def shown(found: Slice[ServiceRecord]) -> Iterator[object]:
        for record in found.items:
            if asked.minimal:
                yield minimal_service(record)
            elif asked.full:
                yield service_object(record, found.around, voice=voice)
            else:
                yield service_basics(record, found.around, voice=voice)

    if asked.format == "ndjson":
        iterate = records.iterate_minimal_services if asked.minimal else records.iterate_services
        return stream(each for found in iterate(wanted, **how) for each in shown(found))
    per_page = MINIMAL_MOST if asked.minimal and "per_page" not in request.GET else asked.per_page
    ask_page = records.page_minimal_services if asked.minimal else records.page_services
    found = ask_page(wanted, page=asked.page, per_page=per_page, **how)
    return answer(request, _page(shown(found), found.total, page=asked.page, per_page=per_page))


@api.get("/services/{uuid:id}", response={200: ServiceObject, 304: None, **UNKNOWN}, operation_id="read_service")
def read_service(request: HttpRequest, id: UUID, asked: Query[Question]) -> HttpResponse:  # noqa: A002
    """One service with everything that belongs to it, and what has changed of it."""
    _refuse_unknown(request, Question)
    found, history = records.read_service(id)
    return answer(request, service_object(found.items[0], found.around, history=history, voice=_voice(request, asked)))


@api.get(
    "/service_at_locations",
    response={200: page_of(AtLocationObject) | page_of(AtLocationBasics), 304: None, **REFUSALS},
    operation_id="list_service_at_locations",
)
def list_service_at_locations(request: HttpRequest, asked: Query[ServiceFilters]) -> HttpResponseBase:
    """Services at their places; with `full`, everything that belongs to both."""
    _refuse_unknown(request, ServiceFilters)
    wanted, voice, how = _wanted(asked), _voice(request, asked), _how(asked)

    def shown(found: Slice[Placed]) -> Iterator[object]:
        make = at_location_object if asked.full else at_location_basics
        for record, part in found.items:
            yield make(record, part, found.around, voice=voice)

    if asked.format == "ndjson":
        return stream(each for found in records.iterate_places(wanted, **how) for each in shown(found))
    found = records.page_places(wanted, page=asked.page, per_page=asked.per_page, **how)
    return answer(request, _page(shown(found), found.total, page=asked.page, per_page=asked.per_page))


@api.get(
    "/service_at_locations/{uuid:id}",
    response={200: AtLocationObject, 304: None, **UNKNOWN},
    operation_id="read_service_at_location",
)
def read_service_at_location(request: HttpRequest, id: UUID, asked: Query[Question]) -> HttpResponse:  # noqa: A002
    """One service at one place, with everything that belongs to both."""
    _refuse_unknown(request, Question)
    found = records.read_place(id)
    record, part = found.items[0]
    return answer(request, at_location_object(record, part, found.around, voice=_voice(request, asked)))


@api.get(
    "/organizations",
    response={200: page_of(OrganizationObject), 304: None, **REFUSALS},
    operation_id="list_organizations",
)
def list_organizations(request: HttpRequest, asked: Query[OrganizationsQuestion]) -> HttpResponseBase:
    """Organisations; with `full` or `full_service` with their places and their first hundred services."""
    _refuse_unknown(request, OrganizationsQuestion)
    per_page = asked.per_page
    if asked.full_service and "per_page" not in request.GET:
        per_page = WHOLE_ORGANIZATIONS_MOST
    if asked.full_service and per_page > WHOLE_ORGANIZATIONS_MOST and asked.format == "json":
        what = f"with full_service there are at most {WHOLE_ORGANIZATIONS_MOST} on a page."
        raise QuestionRefused("per_page", what, "Ask for fewer on a page, or leave it out.")
    depth = "services" if asked.full_service else "full" if asked.full else "basics"
    wanted, voice = _wanted_organizations(asked), _voice(request, asked)

    def shown(found: Slice[OrganizationEntry]) -> Iterator[object]:
        for entry in found.items:
            yield _organization(entry, found.around, depth=depth, voice=voice)

    if asked.format == "ndjson":
        return stream(each for found in records.iterate_organizations(wanted, depth=depth) for each in shown(found))
    found = records.page_organizations(wanted, page=asked.page, per_page=per_page, depth=depth)
    return answer(request, _page(shown(found), found.total, page=asked.page, per_page=per_page))


@api.get(
    "/organizations/{uuid:id}",
    response={200: OrganizationObject, 304: None, **UNKNOWN},
    operation_id="read_organization",
)
def read_organization(request: HttpRequest, id: UUID, asked: Query[OrganizationQuestion]) -> HttpResponse:  # noqa: A002
    """One organisation with its places and its first hundred services: by name, or whole with `full_service`."""
    _refuse_unknown(request, OrganizationQuestion)
    depth = "services" if asked.full_service else "full"
    found = records.read_organization(id, depth=depth)
    return answer(request, _organization(found.items[0], found.around, depth=depth, voice=_voice(request, asked)))


@api.get("/taxonomies", response={200: page_of(TaxonomyObject), 304: None, **REFUSALS}, operation_id="list_taxonomies")
def list_taxonomies(request: HttpRequest, asked: Query[ListQuestion]) -> HttpResponseBase:
    """The families of terms by which services are sorted."""
    _refuse_unknown(request, ListQuestion)
    if asked.format == "ndjson":
        return stream(taxonomy_object(record) for record in records.iterate_taxonomies(words=asked.search))
    found = records.page_taxonomies(words=asked.search, page=asked.page, per_page=asked.per_page)
    objects = (taxonomy_object(record) for record in found.items)
    return answer(request, _page(objects, found.total, page=asked.page, per_page=asked.per_page))


@api.get("/taxonomies/{uuid:id}", response={200: TaxonomyObject, 304: None, **UNKNOWN}, operation_id="read_taxonomy")
def read_taxonomy(request: HttpRequest, id: UUID, asked: Query[Question]) -> HttpResponse:  # noqa: A002
    """One family of terms."""
    del asked  # a taxonomy has no translations
    _refuse_unknown(request, Question)
    return answer(request, taxonomy_object(records.read_taxonomy(id)))


@api.get(
    "/taxonomy_terms",
    response={200: page_of(TermObject), 304: None, **REFUSALS},
    operation_id="list_taxonomy_terms",
)
def list_taxonomy_terms(request: HttpRequest, asked: Query[TermsQuestion]) -> HttpResponseBase:
    """The terms by which services are sorted."""
    _refuse_unknown(request, TermsQuestion)
    voice = _voice(request, asked)
    wanted: dict[str, Any] = {
        "words": asked.search,
        "taxonomy_id": asked.taxonomy_id,
        "parent_id": asked.parent_id,
        "top_only": asked.top_only,
    }
    if asked.format == "ndjson":
        parts = records.iterate_terms(**wanted)
        return stream(term_object(record, found.around, voice=voice) for found in parts for record in found.items)
    found = records.page_terms(**wanted, page=asked.page, per_page=asked.per_page)
    objects = (term_object(record, found.around, voice=voice) for record in found.items)
    return answer(request, _page(objects, found.total, page=asked.page, per_page=asked.per_page))


@api.get(
    "/taxonomy_terms/{uuid:id}", response={200: TermObject, 304: None, **UNKNOWN}, operation_id="read_taxonomy_term"
)
def read_taxonomy_term(request: HttpRequest, id: UUID, asked: Query[Question]) -> HttpResponse:  # noqa: A002
    """One term, with the family that it belongs to."""
    _refuse_unknown(request, Question)
    found = records.read_term(id)
    return answer(request, term_object(found.items[0], found.around, voice=_voice(request, asked)))


@api.get("/openapi.json", include_in_schema=False, operation_id="read_openapi")
def read_openapi(request: HttpRequest) -> HttpResponse:
    """This API's description in OpenAPI."""
    _refuse_unknown(request, ())
    return hold(HttpResponse(openapi_text(), content_type="application/json"))


def mounted() -> dict[str, Any]:
    """The view of every address of the API, by its route below the API's base."""
    return dict(mount(api))


@cache
def openapi_text() -> str:
    """The OpenAPI description as it is committed at docs/openapi-directory.json."""
    schema = api.get_openapi_schema(path_prefix="/")
    for operations in schema["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                response["description"] = HTTPStatus(int(status)).phrase
            if any(parameter["name"] == "format" for parameter in operation.get("parameters", ())):
                operation["responses"][200]["content"][NDJSON] = {"schema": {"type": "string"}}
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


def _page(objects: Iterable[object], total: int, *, page: int, per_page: int) -> dict[str, object]:
    contents = list(objects)
    pages = -(-total // per_page)
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": page,
        "size": len(contents),
        "first_page": page == 1,
        "last_page": page >= pages,
        "empty": not contents,
        "contents": contents,
    }


def _organization(entry: OrganizationEntry, around: Around, *, depth: str, voice: Voice) -> object:
    if depth == "basics":
        return organization_basics(entry.record, around, voice=voice)
    services: list[Any] = [
        service_object(record, around, voice=voice, with_organization=False)
        if depth == "services"
        else minimal_service(record)
        for record in entry.services
    ]
    return organization_object(entry.record, around, locations=entry.locations, services=services, voice=voice)


def _wanted(asked: ServiceFilters) -> Wanted:
    return Wanted(
        words=asked.search,
        term_id=asked.taxonomy_term_id,
        taxonomy_id=asked.taxonomy_id,
        organization_id=asked.organization_id,
        modified_after=asked.modified_after,
        minimum_age=asked.minimum_age,
        maximum_age=asked.maximum_age,
        opens_from=asked.start_time,
        closes_by=asked.end_time,
        day=asked.day,
        spot=_spot(asked),
        within_metres=asked.proximity,
    )


def _wanted_organizations(asked: OrganizationsQuestion) -> Wanted:
    return Wanted(
        words=asked.search,
        term_id=asked.taxonomy_term_id,
        taxonomy_id=asked.taxonomy_id,
        modified_after=asked.modified_after,
    )


def _spot(asked: ServiceFilters) -> Spot | None:
    """Where the question is asked from. Raises QuestionRefused for a place that we do not know."""
    if not asked.postcode.strip():
        if asked.proximity is not None:
            raise QuestionRefused("proximity", "from where is not said.", "Give a postcode too.")
        return None
    found = find_spot(asked.postcode)
    if found.only is not None:
        return found.only
    if found.spots:
        names = "; ".join(f"{spot.name}, {spot.area_name}" for spot in found.spots)
        raise QuestionRefused("postcode", "there are several places of this name.", f"Give one of: {names}.")
    raise QuestionRefused("postcode", "we do not know this place.", "Check it, or ask without it.")


def _voice(request: HttpRequest, asked: Question) -> Voice:
    return Voice(languages=spoken(request, asked.lang, own=settings.LANGUAGE_CODE))


def _how(asked: Question) -> dict[str, Any]:
    now: datetime = timezone.now()
    return {"language": asked.lang or settings.LANGUAGE_CODE, "now": now}


def _refuse_unknown(request: HttpRequest, known: Any) -> None:
    """Raise QuestionRefused for a parameter that does not exist: one misspelt would mean all that there is."""
    names = tuple(known.model_fields) if known else ()
    for name in request.GET:
        if name not in names:
            how = f"Use {', '.join(names)} only." if names else "Ask without parameters."
            raise QuestionRefused(name[:40], "there is no such parameter here.", how)
