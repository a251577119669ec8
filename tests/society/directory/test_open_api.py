"""The open API answers by the published standard, strictly, to everybody, and never with what must not be found."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leeward.society.directory.models import Location, Revision, Service
from leeward.society.directory.operations.saving import Saved, remove_location, save_location, save_service
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.places import metres_between
from leeward.society.directory.rules.records import LocationRecord, LocationType, Way
from tests.society.directory.factories import BY, NOW, make_location, make_service, make_term, new_id
from tests.society.directory.published_standard import LISTED_SERVICE, empties, faults, page_faults
from tests.society.directory.varied import LISTED, SECRETS, Varied

pytestmark = pytest.mark.django_db

BASE = "/directory/api/v3"
KINDS = {
    "services": "service",
    "service_at_locations": "service_at_location",
    "organizations": "organization",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}


def ask(path: str, **query: Any) -> Any:
    answer = Client().get(f"{BASE}{path}", query)
    assert answer.status_code == 200, (path, query, answer.content)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Type"] == "application/json"
    return answer.json()


def every(path: str, **query: Any) -> list[Any]:
    """Everything on all pages of a list, which must add up."""
    per_page = query.pop("per_page", 3)
    found: list[Any] = []
    page = 1
    while True:
        answer = ask(path, page=page, per_page=per_page, **query)
        assert list(page_faults(answer)) == []
        assert answer["page_number"] == page
        assert answer["first_page"] is (page == 1)
        found += answer["contents"]
        assert answer["last_page"] is (page >= answer["total_pages"])
        if answer["last_page"]:
            assert len(found) == answer["total_items"]
            assert answer["total_pages"] == -(-len(found) // per_page)
            return found
        page += 1


def all_answers() -> Iterator[tuple[str, Any]]:
    """Every object that the API gives away, by its kind: in lists, whole, streamed and one by one."""
    for path, kind in KINDS.items():
        variants: tuple[dict[str, Any], ...] = ({}, {"lang": "ar"})
        if path in ("services", "service_at_locations", "organizations"):
            variants = (*variants, {"full": "true"})
        if path == "services":
            variants = (*variants, {"minimal": "true"})
        if path == "organizations":
            variants = (*variants, {"full_service": "true"})
        for variant in variants:
            for item in every(f"/{path}", **variant):
                yield kind, item
            streamed = Client().get(f"{BASE}/{path}", {"format": "ndjson", **variant})
            assert streamed.headers["Content-Type"] == "application/x-ndjson"
            for line in b"".join(streamed.streaming_content).splitlines():  # type: ignore[attr-defined]
                yield kind, json.loads(line)
        for item in every(f"/{path}"):
            yield kind, ask(f"/{path}/{item['id']}")
            if path == "organizations":
                yield kind, ask(f"/{path}/{item['id']}", full_service="true")


def test_every_answer_is_what_the_standard_asks_for_and_nothing_in_it_is_empty(varied: Varied) -> None:
    answers = list(all_answers())
    assert len(answers) > 100
    for kind, answer in answers:
        assert list(faults(kind, answer)) == []
        assert list(empties(answer)) == []


def test_the_walkers_would_notice() -> None:
    good = {"id": str(new_id()), "name": "A", "status": "active", "organization_id": str(new_id())}
    assert list(faults("service", good)) == []
    assert list(empties(good)) == []
    for broken in (
        {**good, "status": "open"},
        {**good, "url": "example.org"},
        {**good, "assured_date": "1.1.2026"},
        {**good, "phones": [{"id": str(new_id())}]},
        {**good, "invented": 1},
        {name: value for name, value in good.items() if name != "organization_id"},
    ):
        assert list(faults("service", broken)) != [], broken
    for hollow in (None, "", " ", [], {}):
        assert list(empties({**good, "description": hollow})) == [".description"]
        assert list(empties({"contents": [{"x": hollow}], "empty": False})) == [".contents.0.x"]
    assert list(empties({"contents": [], "empty": True})) == []
    assert list(empties({"contents": [], "empty": False})) == [".contents"]


def test_nothing_that_must_not_be_found_is_in_any_answer(varied: Varied) -> None:
    # The secrets are there to be found: the row still has a name, an internal service its address.
    assert Location.objects.get(public_id=varied.refuge_place).name == "Rose Cottage"
    assert Revision.objects.filter(previous__contains="Hidden Lane").exists()
    client = Client()
    ids = [varied.refuge.id, varied.internal.id, varied.withdrawn.id, varied.internal_place, varied.inner_organization]
    questions = [{"search": secret} for secret in SECRETS]
    questions += [
        {"postcode": "HL9 9ZY", "proximity": "1000000"},
        {"postcode": "HL9 9ZY", "proximity": "2000", "full": "true"},
        {"postcode": "HL9 9ZY"},
    ]
    asked = [(path, query) for path in KINDS for query in questions]
    extras: tuple[dict[str, str], ...] = ({}, {"lang": "ar"}, {"full_service": "true"})
    asked += [(f"{path}/{identity}", extra) for path in KINDS for identity in ids for extra in extras]
    bodies = [json.dumps([answer for _kind, answer in all_answers()], ensure_ascii=False)]
    bodies += [client.get(f"{BASE}/{path}", query).content.decode() for path, query in asked]
    for secret in SECRETS:
        for body in bodies:
            assert secret not in body, secret
    # Nor are the ids of what is for nobody.
    for identity in (varied.internal.id, varied.withdrawn.id, varied.internal_place, varied.inner_organization):
        assert all(str(identity) not in body for body in bodies)


@pytest.mark.parametrize(
    "words",
    [*SECRETS, "hidden", "hiden", "lane", "rose", "cottage", "cotage", "millbrook", "millbrok", "bakery", "mill"],
)
def test_no_words_of_where_the_refuge_was_find_it_or_are_known_words(varied: Varied, words: str) -> None:
    for path in ("/services", "/service_at_locations", "/organizations"):
        assert str(varied.refuge.id) not in json.dumps(every(path, search=words))
    for language in ("en", "ar"):
        page = Client().get("/support", {"words": words, "lang": language}).content.decode()
        assert str(varied.refuge.id) not in page
        assert "instead of" not in page


def test_the_refuge_is_published_as_a_virtual_place_that_says_only_that_it_is_there(varied: Varied) -> None:
    found = ask(f"/services/{varied.refuge.id}")
    (part,) = found["service_at_locations"]
    (quiet,) = part["location"].pop("accessibility")
    assert (quiet["description"], quiet["kind"]) == ("Quiet room", "quiet_room")
    assert part["location"] == {
        "id": str(varied.refuge_place),
        "location_type": "virtual",
        "is_confidential": True,
    }
    assert "description" not in part
    assert "notes" not in part["schedules"][0]
    assert part["schedules"][0]["opens_at"] == "09:00"
    assert {change["field_name"] for change in found["metadata"]} == {"minimum_age"}
    assert found["hides_address"] is True


@pytest.mark.parametrize("leaves", [True, False])
def test_what_a_history_said_of_a_refuge_stays_secret_when_it_hides_no_more(varied: Varied, *, leaves: bool) -> None:
    how: dict[str, Any] = {"source": Source.EDITOR, "by": BY}
    if leaves:  # from then on it is given by phone alone
        open_again = dataclasses.replace(varied.refuge, hides_address=False, locations=(), ways=(Way.PHONE,))
    else:  # the place becomes one that everybody may know
        (part,) = varied.refuge.locations
        part = dataclasses.replace(part, description="", schedules=())
        open_again = dataclasses.replace(varied.refuge, hides_address=False, locations=(part,))
    save_service(open_again, **how, now=NOW + timedelta(hours=2))
    if not leaves:
        make_location(name="Community house", id=varied.refuge_place)
    save_service(dataclasses.replace(open_again, description="Rooms."), **how, now=NOW + timedelta(hours=4))
    found = ask(f"/services/{varied.refuge.id}")
    told = {(change["field_name"], change["previous_value"]) for change in found["metadata"]}
    assert told == {("description", "A safe house."), ("minimum_age", "16")}
    for secret in SECRETS:
        assert secret not in json.dumps(found), secret


def test_a_history_before_a_confidential_place_was_left_stays_secret_without_any_flag(varied: Varied) -> None:
    how: dict[str, Any] = {"source": Source.EDITOR, "by": BY}
    place = make_location(is_confidential=True)
    record = make_service("Rooms", description="In Hidden Lane.", at=(place,))
    for hours, changed in enumerate(
        ({"description": "Somewhere."}, {"locations": (), "ways": (Way.PHONE,)}, {"description": "Call us."}), 1
    ):
        record = dataclasses.replace(record, **changed)  # type: ignore[arg-type]
        save_service(record, **how, now=NOW + timedelta(hours=hours))
    for gone in (False, True):
        if gone:
            remove_location(place.id, **how, now=NOW + timedelta(hours=4))
        found = ask(f"/services/{record.id}")
        assert [change["previous_value"] for change in found["metadata"]] == ["Somewhere."]


def test_a_place_where_a_service_hides_itself_is_hidden_for_all_whatever_its_own_flag_says(varied: Varied) -> None:
    # Operations refuse this; a row that came in another way must give nothing away either.
    Service.objects.filter(public_id=varied.full.id).update(hides_address=True)
    for body in (
        json.dumps(ask(f"/services/{varied.full.id}")),
        json.dumps(every("/service_at_locations", full="true")),
        json.dumps(every("/organizations", full="true")),
        json.dumps(every("/services", search="Clinic", full="true")),
    ):
        assert "1 Quay Street" not in body
        assert "38.72" not in body
    assert every("/service_at_locations", postcode="FH1 2AB", proximity="50000") == []


def test_what_is_published_is_listed_once_and_what_is_not_answers_as_if_it_were_not_there(varied: Varied) -> None:
    names = [item["name"] for item in every("/services")]
    assert len(names) == len(set(names)) == LISTED
    assert {"Stale", "Gone", "Closed for now", "Bare"} <= set(names)
    unknown = Client().get(f"{BASE}/services/{new_id()}")
    assert unknown.status_code == 404
    for identity in (varied.internal.id, varied.withdrawn.id):
        answer = Client().get(f"{BASE}/services/{identity}")
        assert (answer.status_code, answer.content) == (404, unknown.content)
    organizations = {item["id"]: item for item in every("/organizations")}
    assert str(varied.inner_organization) not in organizations
    assert organizations[str(varied.parent)]["parent_organization_id"] == str(varied.umbrella)
    whole = ask(f"/organizations/{varied.parent}")
    assert {service["name"] for service in whole["services"]} == {"Everything here", "Safe house"}
    assert [place["name"] for place in whole["locations"] if "name" in place] == ["Harbour House", "Post box"]


def test_the_list_has_what_each_service_has_one_of_and_the_whole_has_everything(varied: Varied) -> None:
    (listed,) = [item for item in every("/services") if item["name"] == "Everything here"]
    ours = {"ways", "coverage", "holidays", "is_crisis_line", "is_confidential", "hides_address"}
    assert set(listed) - ours <= LISTED_SERVICE
    assert listed["organization"]["name"] == "Harbour Family"
    whole = ask(f"/services/{varied.full.id}")
    assert set(listed) <= set(whole)
    assert [phone.get("extension") for phone in whole["phones"]] == [0, None]
    assert [item["name"] for item in whole["phones"][0]["languages"]] == ["Portuguese", "Arabic"]
    assert [item["code"] for item in whole["languages"]] == ["en", "pt-BR", "ar"]
    assert [cost["amount"] for cost in whole["cost_options"]] == [0, 12.5]
    assert whole["minimum_age"] == 0
    assert whole["fees"] == whole["fees_description"] == "Free for most."
    assert whole["additional_urls"][0]["url"] == "https://everything.example/chat"
    first, monthly, closed = whole["schedules"]
    assert (first["freq"], first["byday"], first["opens_at"], first["closes_at"]) == (
        "WEEKLY",
        "MO,TU,WE,TH,FR",
        "09:00",
        "17:00",
    )
    assert (monthly["byday"], monthly["interval"], monthly["until"]) == ("1SA,-1SU", 2, "2027-01-03")
    assert (closed["valid_from"], closed["valid_to"]) == ("2026-12-24", "2026-12-26")
    terms = {link["taxonomy_term"]["code"]: link for link in whole["attributes"]}
    assert set(terms) == {"legal_aid", "creators"}
    link = terms["legal_aid"]
    assert (link["link_id"], link["link_entity"]) == (whole["id"], "service")
    assert link["taxonomy_term"]["taxonomy_detail"]["code"] == "needs"
    house = next(part for part in whole["service_at_locations"] if part["location"]["location_type"] == "physical")
    assert house["location"]["addresses"][0]["postal_code"] == "FH1 2AB"
    assert house["location"]["accessibility"][0]["description"] == "Step-free access"
    assert {(change["field_name"], change["previous_value"]) for change in whole["metadata"]} == {
        ("name", "Everything"),
        ("alert", "Closed on Friday."),
    }
    assert "owner" not in json.dumps(whole)


def test_who_assured_an_entry_is_said_unless_that_is_its_owner(varied: Varied) -> None:
    by_name = {item["name"]: item for item in every("/services")}
    assert by_name["Everything here"]["assurer_email"] == "desk@everything.example"
    assert "assurer_email" not in by_name["Night line"]


def test_texts_come_in_the_language_that_is_asked_for(varied: Varied) -> None:
    path = f"{BASE}/services/{varied.full.id}"

    def name(query: str = "", **headers: str) -> str:
        answer = Client().get(path + query, headers=headers)
        assert "Accept-Language" in answer.headers["Vary"]
        return str(answer.json()["name"])

    assert name() == "Everything here"
    assert name("?lang=ar") == "كل شيء"
    assert name("?lang=ar-EG") == "كل شيء"
    assert name("?lang=de") == "Everything here"
    assert name(**{"Accept-Language": "de, ar;q=0.9"}) == "كل شيء"
    assert name(**{"Accept-Language": "en, ar;q=0.9"}) == "Everything here"
    assert name("?lang=en", **{"Accept-Language": "ar"}) == "Everything here"
    for nonsense in ("x" * 500, ";;;q=", "ar;q=nan", "ar;q=high", "*", "ar;q=inf"):
        assert name(**{"Accept-Language": nonsense}) == "Everything here"
    french = ask(f"/services/{varied.full.id}", lang="fr")
    assert (french["name"], french["description"]) == ("Everything here", "On écoute.")
    assert ask(f"/services/{varied.full.id}", lang="ar")["organization"]["name"] == "عائلة الميناء"


def names(path: str = "/services", **query: Any) -> set[str]:
    return {item.get("name") or item["service"]["name"] for item in every(path, **query)}


def test_filters_narrow_together(varied: Varied) -> None:
    legal_aid, legal = make_term("legal_aid").id, make_term("legal").id
    needs, people = make_term("legal").taxonomy_id, make_term("creators", taxonomy="people").taxonomy_id
    assert names(taxonomy_term_id=legal_aid) == {"Everything here", "Hill Advice"}
    assert names(taxonomy_term_id=legal) == {"Night line"}
    assert names(taxonomy_id=people) == {"Everything here"}
    assert names(taxonomy_id=needs) == {"Everything here", "Hill Advice", "Night line", "Safe house"}
    assert names(taxonomy_id=needs, taxonomy_term_id=legal_aid, organization_id=varied.parent) == {"Everything here"}
    assert names(organization_id=varied.parent) == {"Everything here", "Safe house"}
    assert names(organization_id=varied.inner_organization) == set()
    assert names(minimum_age=18) == {"Stale", "Safe house"}
    assert names(minimum_age=0.5) == {"Stale", "Safe house"}
    assert names(maximum_age=25) == {"Gone"}
    assert names(minimum_age=0, maximum_age=99) == {"Everything here"}
    assert names("/service_at_locations", taxonomy_term_id=legal_aid) == {"Everything here"}
    assert {item["name"] for item in every("/organizations", taxonomy_id=people)} == {"Harbour Family"}


def test_when_a_place_that_must_not_be_found_was_changed_is_told_nowhere(varied: Varied) -> None:
    paths = (
        "/services",
        f"/services/{varied.refuge.id}",
        "/services?minimal=true",
        "/service_at_locations",
        "/locations",
    )

    def answers() -> list[tuple[bytes, str]]:
        found = [Client().get(f"{BASE}{path}") for path in paths]
        assert found[1].headers["ETag"]
        return [(answer.content, answer.headers.get("ETag", "")) for answer in found]

    before, late = answers(), NOW + timedelta(days=9)
    there = Location.objects.get(public_id=varied.refuge_place).as_record()
    moved = dataclasses.replace(there, name="Another name for us alone", organization_id=varied.umbrella)
    assert save_location(moved, source=Source.EDITOR, by=BY, now=late) is Saved.CHANGED
    assert Location.objects.get(public_id=varied.refuge_place).modified_at == late
    assert answers() == before
    assert names(modified_after=(late - timedelta(days=1)).isoformat()) == set()
    # How one gets in there is published, wherever it is: that is a change of the service.
    save_location(dataclasses.replace(moved, accessibility=()), source=Source.EDITOR, by=BY, now=late)
    assert names(modified_after=late.isoformat()) == {"Safe house"}


def test_that_a_place_is_hidden_from_now_on_or_can_be_found_again_is_a_change_of_its_services(varied: Varied) -> None:
    """Whoever keeps a copy of what was published must learn that it is to be fetched anew."""
    shown = Location.objects.get(public_id=varied.place).as_record()
    hidden = LocationRecord(id=varied.place, location_type=LocationType.VIRTUAL, is_confidential=True)
    for day, record in ((3, hidden), (4, shown)):
        late = NOW + timedelta(days=day)
        save_location(record, source=Source.EDITOR, by=BY, now=late)
        assert names(modified_after=late.isoformat()) == {"Everything here", "Harbour Clinic"}
        told = {
            item["modified_date"] for item in every("/services", minimal="true") if item["name"] == "Harbour Clinic"
        }
        assert told == {late.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")}
        assert save_location(record, source=Source.EDITOR, by=BY, now=late + timedelta(hours=1)) is Saved.SAME


def test_what_has_changed_since_is_found_by_time_in_whatever_spelling(varied: Varied) -> None:
    changed = {"Everything here", "Safe house"}
    after = NOW + timedelta(minutes=30)
    for text in (
        after.isoformat(),
        after.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        after.strftime("%Y-%m-%d %H:%M:%S"),
    ):
        assert names(modified_after=text) == changed, text
    # An unescaped plus arrives as a space.
    answer = Client().get(f"{BASE}/services?modified_after={after.strftime('%Y-%m-%dT%H:%M:%S')}+00:00")
    assert {item["name"] for item in answer.json()["contents"]} == changed
    assert len(names(modified_after=NOW.isoformat())) == LISTED
    assert names(modified_after="2027-01-01") == set()
    # A service has changed when its place has: what is published of it differs.
    Location.objects.filter(public_id=varied.place).update(modified_at=NOW + timedelta(days=1))
    assert names(modified_after=(NOW + timedelta(hours=5)).isoformat()) == {"Everything here", "Harbour Clinic"}
    minimal = every("/services", minimal="true")
    assert {item["modified_date"] for item in minimal if item["name"] == "Harbour Clinic"} == {
        "2026-11-26T10:30:00.000Z"
    }
    assert len(ask("/services", minimal="true")["contents"]) == LISTED


def test_hours_are_asked_for_by_day_and_time(varied: Varied) -> None:
    office = {"Everything here", "Safe house", "Stale", "Gone", "Closed for now", "Hill Advice", "Harbour Clinic"}
    assert names(day="MO") == names(day="monday") == names(day="Mon") == office
    assert names(day="SA") == {"Everything here", "Night line"}
    assert names(start_time="10:00") == {"Everything here", "Night line"}
    assert names(start_time="09:00", end_time="17:00", day="we") == office
    assert names(end_time="16:59") == {"Everything here"}
    assert names(end_time="08:00") == set()  # who opens at night closes on the next day
    assert names("/service_at_locations", day="TU") == {"Everything here", "Safe house", "Harbour Clinic"}


def test_words_are_looked_for_as_people_look_and_in_what_is_too_old_to_be_found(varied: Varied) -> None:
    assert names(search="everything") == {"Everything here"}
    assert names(search="clinics") == {"Harbour Clinic"}
    assert names(search="stale") == {"Stale"}
    assert names(search="bare") == {"Bare"}
    assert names(search="zzyzx") == set()
    assert "Hill Advice" in names(search="advice")
    assert names(search="clinic", day="SU") == set()
    assert names("/service_at_locations", search="clinic") == {"Harbour Clinic"}
    assert {item["name"] for item in every("/organizations", search="family")} == {"Harbour Family"}
    assert {item["code"] for item in every("/taxonomy_terms", search="legal")} == {"legal", "legal_aid"}
    assert {item["code"] for item in every("/taxonomies", search="people")} == {"people"}


def test_terms_are_asked_for_by_taxonomy_parent_and_top(varied: Varied) -> None:
    legal = make_term("legal")
    (below,) = every("/taxonomy_terms", parent_id=legal.id)
    assert (below["code"], below["parent_id"]) == ("legal_aid", str(legal.id))
    tops = every("/taxonomy_terms", taxonomy_id=legal.taxonomy_id, top_only="true")
    assert {"legal"} <= {item["code"] for item in tops}
    assert all("parent_id" not in item for item in tops)


def test_what_is_near_a_postcode_is_what_the_sphere_says(varied: Varied) -> None:
    spots = [(38.72 + step / 50, -9.14 + step / 70) for step in range(1, 40)]
    for number, (latitude, longitude) in enumerate(spots):
        make_service(f"Place {number}", at=(make_location(latitude, longitude, name=f"P{number}"),))
    for metres in (0.5, 1_000, 12_345, 60_000, 1_000_000):
        for path in ("/services", "/service_at_locations"):
            found = every(path, postcode="fh12ab", proximity=metres, per_page=7)
            expected = {
                row.name
                for row in Service.objects.published().filter(at_locations__location__latitude__isnull=False)
                for place in row.at_locations.all()
                if place.location.latitude is not None
                and place.location.longitude is not None
                and metres_between(38.72, -9.14, place.location.latitude, place.location.longitude) <= metres
            }
            assert {item.get("name") or item["service"]["name"] for item in found} == expected
    places = [item["location"] for item in every("/service_at_locations", postcode="FH1 2AB", proximity=60_000)]
    away = [metres_between(38.72, -9.14, place["latitude"], place["longitude"]) for place in places]
    assert away == sorted(away)
    assert len(away) > 10


def test_a_postcode_alone_asks_who_is_there_for_its_area(varied: Varied) -> None:
    coast, hills = names(postcode="FH1 2AB"), names(postcode="HL99ZY")
    assert "Everything here" in coast
    assert "Everything here" not in hills
    assert "Hill Advice" in hills
    assert "Hill Advice" not in coast
    for found in (coast, hills):
        assert {"Night line", "Stale", "Bare"} <= found  # national, and those that name no area


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=two",
        "page=1.5",
        "page=",
        "page=99999999999999999999999",
        "per_page=many",
        "per_page=0",
        "per_page=-1",
        "per_page=101",
        "minimal=maybe",
        "full=2",
        "format=xml",
        "lang=english%20please",
        "lang=%00",
        "taxonomy_term_id=7",
        "taxonomy_id=%27%20OR%201=1--",
        "organization_id=",
        "modified_after=yesterday",
        "modified_after=2026-13-45",
        "modified_after=17",
        "modified_after=0001-01-01T00:00:00%2B14:00",
        "modified_after=2026-11-25T25:00:00",
        "minimum_age=young",
        "minimum_age=-1",
        "maximum_age=nan",
        "maximum_age=inf",
        "start_time=late",
        "start_time=25:00",
        "end_time=9",
        "day=someday",
        "day=",
        "postcode=NOWHERE",
        "postcode=Quayside",
        "postcode=FH12AB&proximity=near",
        "postcode=FH12AB&proximity=0",
        "postcode=FH12AB&proximity=-5",
        "postcode=FH12AB&proximity=nan",
        "postcode=FH12AB&proximity=1e309",
        "proximity=500",
        "sort=name",
        "Page=1",
        "%00=1",
        f"search={'x' * 201}",
    ],
)
def test_questions_that_make_no_sense_are_refused_with_what_and_how(varied: Varied, query: str) -> None:
    for path in ("services", "service_at_locations"):
        answer = Client(raise_request_exception=False).get(f"{BASE}/{path}?{query}")
        if path == "service_at_locations" and query.startswith("minimal"):
            assert answer.status_code == 400
        _refused(answer, 400)


def _refused(answer: Any, status: int) -> None:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "how"}
    assert all(error.values())


@pytest.mark.parametrize("path", list(KINDS))
@pytest.mark.parametrize(
    "identity",
    ["7", "nothing", "%00", "%27;DROP%20TABLE", "../services", "%F0%9F%92%A9", "x" * 2_000, "00000000-0000-0000-0000"],
)
def test_an_id_that_is_none_is_a_404(path: str, identity: str) -> None:
    _refused(Client(raise_request_exception=False).get(f"{BASE}/{path}/{identity}"), 404)
    _refused(Client(raise_request_exception=False).get(f"{BASE}/{path}/{new_id()}"), 404)


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/services/", "/services//", "/services/1/2/3", "/%2e%2e/%2e%2e/etc/passwd", "x", "/v2/services"],
)
def test_an_address_of_nothing_is_a_json_404(path: str) -> None:
    _refused(Client(raise_request_exception=False).get(f"{BASE}{path}"), 404)
    _refused(Client(raise_request_exception=False).get("/directory/api"), 404)
    _refused(Client(raise_request_exception=False).get("/directory/api/v1/services"), 404)
    _refused(Client(raise_request_exception=False).get("/directory/open-data"), 404)
    _refused(Client(raise_request_exception=False).get(f"/directory/open-data/{path}"), 404)


@pytest.mark.parametrize(
    "words",
    [
        "\x00",
        "a\x00b",
        "'; DROP TABLE directory_service; --",
        '" OR 1=1',
        "%",
        "_",
        "\\",
        "💩" * 50,
        "ل" * 199,
        "\ud800",
        "NEAR(a b) AND * NOT ^",
        "(((((",
        "a:*|b&!c",
        "\u202e\u200b\ufeff",
        " " * 200,
        "-" * 200,
    ],
)
def test_no_words_break_anything(varied: Varied, words: str) -> None:
    query = quote(words, errors="surrogatepass")
    for path in (*KINDS, "services"):
        answer = Client(raise_request_exception=False).get(f"{BASE}/{path}?search={query}")
        assert answer.status_code == 200, answer.content
        assert list(page_faults(answer.json())) == []
    for name in ("postcode", "lang", "day", "taxonomy_id", "format", "proximity", "modified_after"):
        answer = Client(raise_request_exception=False).get(f"{BASE}/services?{name}={query}")
        assert answer.status_code in (200, 400), (name, answer.content)


def test_pages_beyond_the_last_are_empty(varied: Varied) -> None:
    answer = ask("/services", page=1_000_000)
    assert (answer["contents"], answer["empty"], answer["size"], answer["last_page"]) == ([], True, 0, True)
    assert answer["total_items"] == LISTED
    nothing = ask("/services", search="zzyzx")
    assert (nothing["total_items"], nothing["total_pages"], nothing["first_page"]) == (0, 0, True)
    assert list(page_faults(nothing)) == []


def test_the_root_says_what_this_is() -> None:
    for path in ("", "/"):
        root = ask(path)
        assert root["version"] == "HSDS-UK-3.0"
        assert root["profile"].startswith("https://")
        assert root["openapi_url"] == "http://testserver/directory/api/v3/openapi.json"
        assert list(empties(root)) == []
    described = Client().get(f"{BASE}/openapi.json")
    assert described.json()["openapi"].startswith("3.1")


def test_head_is_get_without_a_body_and_other_methods_are_refused(varied: Varied) -> None:
    client = Client(raise_request_exception=False)
    for path in ("/", "/services", f"/services/{varied.full.id}", "/services?format=ndjson", "/openapi.json"):
        got, head = client.get(f"{BASE}{path}"), client.head(f"{BASE}{path}")
        assert (head.status_code, head.headers["Content-Type"]) == (200, got.headers["Content-Type"])
        assert head.headers["Access-Control-Allow-Origin"] == "*"
        body = b"".join(head.streaming_content) if head.streaming else head.content
        assert body == b""
        if not got.streaming:
            assert head.headers["Content-Length"] == str(len(got.content))
    assert client.head(f"{BASE}/services/{new_id()}").status_code == 404
    for path in ("/", "/services", f"/services/{varied.full.id}", "/nothing"):
        for method in ("post", "put", "patch", "delete", "trace"):
            answer = getattr(client, method)(f"{BASE}{path}")
            _refused(answer, 405)
            assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
        options = client.options(f"{BASE}{path}", headers={"Origin": "https://elsewhere.example"})
        assert (options.status_code, options.content) == (204, b"")
        assert options.headers["Access-Control-Allow-Origin"] == "*"
        assert options.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_our_own_errors_carry_the_headers_too(varied: Varied, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_how: object) -> None:
        raise RuntimeError("Rose Cottage")

    monkeypatch.setattr("leeward.society.directory.queries.records._services", broken)
    answer = Client(raise_request_exception=False).get(f"{BASE}/services")
    _refused(answer, 500)
    assert "Rose Cottage" not in answer.content.decode()
    _refused(Client(raise_request_exception=False).get(f"{BASE}/services", headers={"Host": "evil.example"}), 400)
    _refused(Client(raise_request_exception=False).get(f"{BASE}/services?" + "&".join(["a=1"] * 500)), 400)


def test_an_answer_may_be_kept_and_asked_for_again_by_its_name(varied: Varied) -> None:
    client = Client()
    first = client.get(f"{BASE}/services")
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = client.get(f"{BASE}/services", headers={"If-None-Match": f'"x", W/{first.headers["ETag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    make_service("Another")
    assert client.get(f"{BASE}/services", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert not client.get(f"{BASE}/services", headers={"Cookie": "x=1"}).cookies


def test_other_pages_stay_closed_to_other_sites() -> None:
    for path in ("/", "/safety", "/api/v1/openapi.json"):
        answer = Client().get(path)
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "path",
    ["/services", "/services?full=true", "/service_at_locations?full=true", "/organizations?full=true&per_page=50"],
)
def test_a_page_costs_as_many_statements_whatever_is_on_it(path: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert Client().get(f"{BASE}{path}").status_code == 200
        return len(queries)

    def grow(number: int) -> None:
        term = make_term("legal")
        for place in range(number):
            make_service(f"S{place}", at=(make_location(),), terms=(term.id,))

    grow(2)
    few = cost()
    grow(20)
    assert cost() == few
    assert few <= 12
