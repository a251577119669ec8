"""The open read-only API: Open Referral HSDS 3.1 under the Open Referral UK profile 3.0, so that one answer fits both.

What leaves is decided in `rules.standard` and found in `queries.records`; here questions are read and answers written.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, partial
from http import HTTPStatus
from typing import Any, TypedDict
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Query

from leeward.society.directory.doors import BASE, FILES, View, answer, hold, make_door, mount, spoken, stream
from leeward.society.directory.errors import QuestionRefused
from leeward.society.directory.queries import records
from leeward.society.directory.queries.places import find_spot
from leeward.society.directory.queries.records import Listing, OrganizationEntry, Wanted
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


class How(TypedDict):
    """In which language words are looked for, and when."""

    language: str
    now: datetime


api = make_door()


@api.get("/", response={200: RootObject, 304: None, **REFUSALS}, operation_id="describe_api")
def describe(request: HttpRequest) -> HttpResponse:
    """What this is: the standard, the profile, and where the description of this API is."""
    _refuse_unknown(request)
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
    voice, wanted, how = _voice(request, asked), _wanted(asked), _how(asked)
    if asked.minimal:
        per_page = asked.per_page if "per_page" in request.GET else MINIMAL_MOST
        listing = records.minimal_services(wanted, **how)
        return _answer(request, asked, listing, lambda record, _around: minimal_service(record), per_page=per_page)
    show = partial(service_object if asked.full else service_basics, voice=voice)
    return _answer(request, asked, records.services(wanted, **how), show)


@api.get("/services/{uuid:id}", response={200: ServiceObject, 304: None, **UNKNOWN}, operation_id="read_service")
def read_service(request: HttpRequest, id: UUID, asked: Query[Question]) -> HttpResponse:  # noqa: A002
    """One service with everything that belongs to it, and what has changed of it."""
    voice = _voice(request, asked)
    found, history = records.read_service(id)
    return answer(request, service_object(found.items[0], found.around, history=history, voice=voice))


@api.get(
    "/service_at_locations",
    response={200: page_of(AtLocationObject) | page_of(AtLocationBasics), 304: None, **REFUSALS},
    operation_id="list_service_at_locations",
)
def list_service_at_locations(request: HttpRequest, asked: Query[ServiceFilters]) -> HttpResponseBase:
    """Services at their places; with `full`, everything that belongs to both."""
    voice = _voice(request, asked)
    make = at_location_object if asked.full else at_location_basics
    listing = records.places(_wanted(asked), **_how(asked))
    return _answer(request, asked, listing, lambda placed, around: make(*placed, around, voice=voice))


@api.get(
    "/service_at_locations/{uuid:id}",
    response={200: AtLocationObject, 304: None, **UNKNOWN},
    operation_id="read_service_at_location",
)
def read_service_at_location(request: HttpRequest, id: UUID, asked: Query[Question]) -> HttpResponse:  # noqa: A002
    """One service at one place, with everything that belongs to both."""
    voice = _voice(request, asked)
    found = records.places(Wanted(), **_how(asked)).one(id)
    return answer(request, at_location_object(*found.items[0], found.around, voice=voice))


@api.get(
    "/organizations",
    response={200: page_of(OrganizationObject), 304: None, **REFUSALS},
    operation_id="list_organizations",
)
def list_organizations(request: HttpRequest, asked: Query[OrganizationsQuestion]) -> HttpResponseBase:
    """Organisations; with `full` or `full_service` with their places and their first hundred services."""
    voice, per_page = _voice(request, asked), asked.per_page
    if asked.full_service and "per_page" not in request.GET:
        per_page = WHOLE_ORGANIZATIONS_MOST
    if asked.full_service and per_page > WHOLE_ORGANIZATIONS_MOST and asked.format == "json":
        what = f"with full_service there are at most {WHOLE_ORGANIZATIONS_MOST} on a page."
        raise QuestionRefused("per_page", what, "Ask for fewer on a page, or leave it out.")
    depth = "services" if asked.full_service else "full" if asked.full else "basics"
    wanted = Wanted(
        words=asked.search,
        term_id=asked.taxonomy_term_id,
        taxonomy_id=asked.taxonomy_id,
        modified_after=asked.modified_after,
    )
    show = partial(_organization, depth=depth, voice=voice)
    return _answer(request, asked, records.organizations(wanted, depth=depth), show, per_page=per_page)


@api.get(
    "/organizations/{uuid:id}",
    response={200: OrganizationObject, 304: None, **UNKNOWN},
    operation_id="read_organization",
)
def read_organization(request: HttpRequest, id: UUID, asked: Query[OrganizationQuestion]) -> HttpResponse:  # noqa: A002
    """One organisation with its places and its first hundred services: by name, or whole with `full_service`."""
    voice, depth = _voice(request, asked), "services" if asked.full_service else "full"
    found = records.organizations(Wanted(), depth=depth).one(id)
    return answer(request, _organization(found.items[0], found.around, depth=depth, voice=voice))


@api.get("/taxonomies", response={200: page_of(TaxonomyObject), 304: None, **REFUSALS}, operation_id="list_taxonomies")
def list_taxonomies(request: HttpRequest, asked: Query[ListQuestion]) -> HttpResponseBase:
    """The families of terms by which services are sorted."""
    _voice(request, asked)
    return _answer(request, asked, records.taxonomies(asked.search), lambda record, _around: taxonomy_object(record))


@api.get("/taxonomies/{uuid:id}", response={200: TaxonomyObject, 304: None, **UNKNOWN}, operation_id="read_taxonomy")
def read_taxonomy(request: HttpRequest, id: UUID, asked: Query[Question]) -> HttpResponse:  # noqa: A002
    """One family of terms."""
    _voice(request, asked)
    return answer(request, taxonomy_object(records.taxonomies().one(id).items[0]))


@api.get(
    "/taxonomy_terms",
    response={200: page_of(TermObject), 304: None, **REFUSALS},
    operation_id="list_taxonomy_terms",
)
def list_taxonomy_terms(request: HttpRequest, asked: Query[TermsQuestion]) -> HttpResponseBase:
    """The terms by which services are sorted."""
    show = partial(term_object, voice=_voice(request, asked))
    above = {"taxonomy_id": asked.taxonomy_id, "parent_id": asked.parent_id}
    return _answer(request, asked, records.terms(asked.search, **above, top_only=asked.top_only), show)


@api.get(
    "/taxonomy_terms/{uuid:id}", response={200: TermObject, 304: None, **UNKNOWN}, operation_id="read_taxonomy_term"
)
def read_taxonomy_term(request: HttpRequest, id: UUID, asked: Query[Question]) -> HttpResponse:  # noqa: A002
    """One term, with the family that it belongs to."""
    voice = _voice(request, asked)
    found = records.terms().one(id)
    return answer(request, term_object(found.items[0], found.around, voice=voice))


@api.get("/openapi.json", include_in_schema=False, operation_id="read_openapi")
def read_openapi(request: HttpRequest) -> HttpResponse:
    """This API's description in OpenAPI."""
    _refuse_unknown(request)
    return hold(HttpResponse(openapi_text(), content_type="application/json"))


def mounted() -> dict[str, View]:
    """The view of every address of the API, by its route below the API's base."""
    return mount(api)


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


def _answer[T](
    request: HttpRequest,
    asked: ListQuestion,
    listing: Listing[T],
    show: Callable[[T, Around], object],
    *,
    per_page: int | None = None,
) -> HttpResponseBase:
    """A page of a list, or all of it as lines."""
    if asked.format == "ndjson":
        return stream(show(item, found.around) for found in listing.parts() for item in found.items)
    per_page = per_page or asked.per_page
    found = listing.page(asked.page, per_page)
    total = listing.count()
    pages = -(-total // per_page)
    page = {
        "total_items": total,
        "total_pages": pages,
        "page_number": asked.page,
        "size": len(found.items),
        "first_page": asked.page == 1,
        "last_page": asked.page >= pages,
        "empty": not found.items,
        "contents": [show(item, found.around) for item in found.items],
    }
    return answer(request, page)


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
    """In which languages texts are wanted. Raises QuestionRefused for a parameter that does not exist."""
    _refuse_unknown(request, tuple(type(asked).model_fields))
    return Voice(languages=spoken(request, asked.lang, own=settings.LANGUAGE_CODE))


def _how(asked: Question) -> How:
    return {"language": asked.lang or settings.LANGUAGE_CODE, "now": timezone.now()}


def _refuse_unknown(request: HttpRequest, names: Sequence[str] = ()) -> None:
    """Raise QuestionRefused for a parameter that does not exist: one misspelt would mean all that there is."""
    for name in request.GET:
        if name not in names:
            how = f"Use {', '.join(names)} only." if names else "Ask without parameters."
            raise QuestionRefused(name[:40], "there is no such parameter here.", how)
