"""Each page and each answer of the open API takes as many queries for twelve services as for two."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leeward.society.directory.operations.places import PlaceRow, save_places
from leeward.society.directory.queries.search import Search, search_services
from leeward.society.directory.queries.suggesting import Context, suggest_services
from leeward.society.directory.rules.places import PlaceKind
from leeward.society.directory.rules.records import Coverage, ServiceRecord, Translation, Way
from tests.society.directory.factories import BY, NOW, make_location, make_organization, make_service, make_term

pytestmark = pytest.mark.django_db

API = "/directory/api/v3"
# Of the API: with everything, a page of services takes the most.
MOST_OF_API, MOST_OF_PAGE = 16, 24
LISTS = (
    "services",
    "services?full=true",
    "services?minimal=true",
    "services?format=ndjson",
    "services?format=ndjson&full=true",
    "services?search=advice",
    "services?postcode=Fairhaven",
    "services?postcode=Fairhaven&proximity=9000&full=true",
    "services?day=MO&start_time=09:00",
    "service_at_locations",
    "service_at_locations?full=true",
    "service_at_locations?postcode=Fairhaven&proximity=9000",
    "organizations",
    "organizations?full=true",
    "organizations?full_service=true",
    "taxonomies",
    "taxonomy_terms",
)


def add_services(count: int) -> list[ServiceRecord]:
    """Services with everything that could be read one by one: parents, places with owners, terms under terms."""
    above = make_term("help")
    made = []
    for number in range(count):
        umbrella = make_organization(f"Umbrella {number}")
        owner = make_organization(f"Trust {number}", parent_organization_id=umbrella.id)
        places = tuple(make_location(organization_id=owner.id) for _ in range(2))
        term = make_term(f"legal{number}", parent_id=above.id)
        made.append(
            make_service(
                f"Advice {number}",
                at=places,
                organization_id=owner.id,
                terms=(above.id, term.id),
                coverage=Coverage.NATIONAL,
                ways=(Way.PHONE, Way.IN_PERSON),
                is_crisis_line=number % 2 == 0,
                translations=(Translation(language="ar", field="name", text="نصيحة"),),
            )
        )
    return made


@pytest.fixture
def _place() -> None:
    spot = PlaceRow(kind=PlaceKind.TOWN, name="Fairhaven", latitude=38.72, longitude=-9.14, area_code="XX-FH")
    save_places([spot], by=BY, now=NOW)


def count_queries(ask: Callable[[], Any]) -> int:
    ask()  # what is kept in memory for good is none of the answer's business
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def read(address: str) -> Callable[[], Any]:
    def ask() -> Any:
        answer = Client().get(address)
        assert answer.status_code == 200, (address, answer.content)
        return answer.getvalue()

    return ask


def search(asked: dict[str, str]) -> Callable[[], Any]:
    browser = Client()
    browser.post(reverse("directory:find"), asked)
    return lambda: browser.get(reverse("directory:found")).getvalue()


@pytest.mark.usefixtures("_place")
@pytest.mark.parametrize("asked", LISTS)
def test_a_list_of_the_api_takes_no_more_for_more(asked: str) -> None:
    add_services(2)
    few = count_queries(read(f"{API}/{asked}"))
    add_services(5)
    assert count_queries(read(f"{API}/{asked}")) == few <= MOST_OF_API


@pytest.mark.parametrize("depth", ["", "?full_service=true"])
def test_one_of_the_api_takes_no_more_for_more(depth: str) -> None:
    few, many = make_organization("Few"), make_organization("Many")
    for owner, count in ((few, 1), (many, 5)):
        for _ in range(count):
            make_service(organization_id=owner.id, at=(make_location(organization_id=owner.id),))
    asked = [count_queries(read(f"{API}/organizations/{each.id}{depth}")) for each in (few, many)]
    assert asked[0] == asked[1] <= MOST_OF_API
    service = add_services(1)[0]
    assert count_queries(read(f"{API}/services/{service.id}")) <= MOST_OF_API
    at = service.locations[0].id
    assert count_queries(read(f"{API}/service_at_locations/{at}")) <= MOST_OF_API


@pytest.mark.usefixtures("_place")
@pytest.mark.parametrize(
    "asked", [{"open": ""}, {"words": "advice"}, {"words": "advice", "place": "Fairhaven", "open": "on"}]
)
def test_a_page_of_results_takes_no_more_for_more(asked: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leeward.society.directory.views.public.finding.timezone.now", lambda: NOW)
    add_services(2)
    few = count_queries(search(asked))
    add_services(5)
    assert count_queries(search(asked)) == few <= MOST_OF_PAGE


def test_the_same_for_what_is_found_and_whom_to_talk_to() -> None:
    def find() -> None:
        assert search_services(Search(words="advice"), language="en", now=NOW).services

    def suggest() -> None:
        assert suggest_services(Context.NOW, language="en", now=NOW)

    add_services(2)
    few = [count_queries(find), count_queries(suggest)]
    add_services(5)
    assert [count_queries(find), count_queries(suggest)] == few


def test_the_page_of_a_service_takes_no_more_for_more_places() -> None:
    owner = make_organization(parent_organization_id=make_organization("Umbrella").id)
    few, many = (
        make_service(organization_id=owner.id, at=tuple(make_location(organization_id=owner.id) for _ in range(count)))
        for count in (1, 6)
    )
    asked = [count_queries(read(reverse("directory:service", args=[each.id]))) for each in (few, many)]
    assert asked[0] == asked[1] <= MOST_OF_PAGE
