"""What people find, in which order, on both databases alike."""

import dataclasses
import math
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leeward.society.directory.models import SearchPoint, SearchRow, Service
from leeward.society.directory.operations.indexing import rebuild_search, refresh_openings
from leeward.society.directory.operations.places import SynonymRow, save_synonyms
from leeward.society.directory.operations.saving import save_location, save_service, withdraw_service
from leeward.society.directory.queries.search import Found, Search, search_services
from leeward.society.directory.queries.showing import Group
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.places import METRES_A_DEGREE, Spot
from leeward.society.directory.rules.records import (
    Access,
    Accessibility,
    Coverage,
    LocationRecord,
    LocationType,
    ServiceArea,
    ServiceStatus,
    Translation,
    Way,
)
from tests.depth import times
from tests.society.directory.factories import (
    ALWAYS,
    BY,
    NOW,
    TODAY,
    make_location,
    make_organization,
    make_service,
    make_term,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
HERE = Spot(name="Fairhaven", latitude=38.72, longitude=-9.14, area_code="coast", area_name="Coast")


def find(words: str = "", *, reading: str = "en", **values: object) -> Found:
    return search_services(Search(words=words, **values), language=reading, now=NOW)  # type: ignore[arg-type]


def names(found: Found) -> list[str]:
    return [service.name for service in found.services]


@pytest.mark.parametrize(
    "typed",
    ["image", "images", "IMAGES", "imáges", "  image ", "imagess", "Imagse", "imag"],
)
def test_a_word_is_found_in_whatever_form(typed: str) -> None:
    make_service("Harbour", description="They have images removed.")
    make_service("Other", description="They talk about housing.")
    assert names(find(typed)) == ["Harbour"]


def test_a_mended_word_is_told() -> None:
    make_service("Counselling by the Sea")
    found = find("counceling")
    assert names(found) == ["Counselling by the Sea"]
    assert found.corrected == (("counceling", "counselling"),)


def test_unknown_words_are_told_and_the_rest_is_found() -> None:
    make_service("Legal Advice")
    found = find("legal zzzyzx")
    assert (names(found), found.ignored) == (["Legal Advice"], ("zzzyzx",))


def test_a_sentence_is_understood() -> None:
    make_service("Picture Desk", description="Has intimate pictures removed from sites.")
    make_service("Rent Help", description="About rent.")
    found = find("my ex has posted pictures of me, what can I do?")
    assert names(found)[0] == "Picture Desk"
    assert "Rent Help" not in names(found)


def test_where_nothing_has_all_words_some_are_enough() -> None:
    make_service("Rent Help", description="About rent.")
    make_service("Court Help", description="About courts.")
    found = find("rent courts")
    assert sorted(names(found)) == ["Court Help", "Rent Help"]
    assert not found.has_all_words


def test_synonyms_lead_to_words_and_to_terms() -> None:
    term = make_term("content_removal")
    make_service("Desk", terms=(term.id,))
    make_service("Lawyers", description="A solicitor advises.")
    rows = [
        SynonymRow(language="en", word="revenge porn", means="needs:content_removal"),
        SynonymRow(language="en", word="attorney", means="solicitor"),
    ]
    save_synonyms(rows, by=BY, now=NOW)
    assert names(find("Revenge Porn")) == ["Desk"]
    assert names(find("attorneys attorney")) == ["Lawyers"]


def test_translations_are_found_in_their_language() -> None:
    words = (Translation(language="ar", field="name", text="مركز المُساعدة القانونية"),)
    make_service("Legal Centre", translations=words)
    make_service("Other")
    for typed in ("المساعده", "مساعدة", "القانونية"):
        found = find(typed, reading="ar")
        assert names(found) == ["مركز المُساعدة القانونية"], typed


def test_a_name_says_more_than_a_description() -> None:
    make_service("Anything", description="Also about housing.")
    make_service("Housing Aid", description="They advise.")
    assert names(find("housing"))[0] == "Housing Aid"


def test_facets_narrow_and_several_needs_widen() -> None:
    legal, police = make_term("legal"), make_term("police")
    make_service("A", terms=(legal.id,))
    make_service("B", terms=(police.id,))
    make_service("C")
    assert names(find(needs=("legal",))) == ["A"]
    assert names(find(needs=("legal", "police"))) == ["A", "B"]
    assert names(find(needs=("legal",), ways=(Way.TEXT,))) == []


def test_a_wider_term_finds_the_narrower() -> None:
    health = make_term("health")
    sexual = make_term("sexual_health", parent_id=health.id)
    make_service("Clinic", terms=(sexual.id,))
    assert names(find(needs=("health",))) == ["Clinic"]


def test_language_access_cost_and_confidence() -> None:
    place = make_location(accessibility=(Accessibility(kind=Access.STEP_FREE),))
    make_service("A", at=(place,), languages=("pt-BR",), is_confidential=True)
    make_service("B", cost_options=())
    assert names(find(language="pt")) == ["A"]
    assert names(find(access=(Access.STEP_FREE,))) == ["A"]
    assert names(find(is_confidential=True)) == ["A"]
    assert names(find(is_free=True)) == ["A"]


@pytest.mark.parametrize(("age", "is_found"), [(15, False), (16, True), (25, True), (26, False)])
def test_age(age: int, *, is_found: bool) -> None:
    make_service("Youth", minimum_age=16, maximum_age=25)
    assert bool(names(find(age=age))) is is_found


def test_the_order_without_a_place() -> None:
    make_service("Zebra local")
    make_service("Yellow national", coverage=Coverage.NATIONAL)
    make_service("Xylophone crisis", coverage=Coverage.NATIONAL, is_crisis_line=True)
    assert names(find()) == ["Xylophone crisis", "Yellow national", "Zebra local"]


def test_the_order_with_a_place() -> None:
    make_service("Far", at=(make_location(39.5, -9.1),))
    make_service("Next door", at=(make_location(38.73, -9.14),))
    make_service("Some way off", at=(make_location(38.8, -9.14),))
    make_service("Line", coverage=Coverage.NATIONAL)
    make_service("Crisis", coverage=Coverage.NATIONAL, is_crisis_line=True)
    make_service("Coast only", service_areas=(ServiceArea(name="Coast", code="coast"),))
    make_service("Nowhere")
    found = find(spot=HERE)
    assert names(found) == ["Crisis", "Next door", "Some way off", "Line", "Coast only", "Far", "Nowhere"]
    assert [service.group for service in found.services] == [
        Group.CRISIS,
        Group.NEAR,
        Group.NEAR,
        Group.NATIONAL,
        Group.AREA,
        Group.FAR,
        Group.OTHER,
    ]
    assert found.services[1].metres == pytest.approx(1112, abs=2)
    assert names(find(spot=HERE, within_metres=2_000)) == ["Next door"]


def test_open_now_follows_the_clock() -> None:
    make_service("Always", schedules=(ALWAYS,))
    make_service("Office")
    evening = NOW + timedelta(hours=9)
    assert names(find(is_open_now=True)) == ["Always", "Office"]
    found = search_services(Search(is_open_now=True), language="en", now=evening)
    assert names(found) == ["Always"]
    morning = NOW + timedelta(days=1)
    assert refresh_openings(now=evening, limit=10) == 1
    assert refresh_openings(now=evening, limit=10) == 0
    assert len(search_services(Search(is_open_now=True), language="en", now=morning).services) == 2


@pytest.mark.parametrize(("days", "is_found"), [(0, True), (179, True), (180, False), (181, False)])
def test_what_nobody_checked_for_180_days_is_hidden(days: int, *, is_found: bool) -> None:
    make_service("Old", assured_date=TODAY - timedelta(days=days))
    assert bool(find().total) is is_found


@pytest.mark.parametrize(
    "values",
    [
        {"is_internal": True},
        {"status": ServiceStatus.INACTIVE},
        {"status": ServiceStatus.DEFUNCT},
        {"status": ServiceStatus.CLOSED_FOR_NOW},
        {"assured_date": None},
    ],
)
def test_what_is_not_for_people_is_not_found(values: dict[str, object]) -> None:
    make_service("Hidden", **values)
    assert not find("hidden").total
    assert not SearchRow.objects.exists()


def test_a_withdrawn_service_is_gone_at_once() -> None:
    service = make_service("Gone")
    withdraw_service(service.id, source=Source.EDITOR, by=BY, now=NOW)
    assert not find("gone").total


def test_no_search_can_locate_a_refuge() -> None:
    """From every corner of the country a refuge has the same place among those of its area, and no distance."""
    secret = make_location(is_confidential=True)
    area = (ServiceArea(name="Coast", code="coast"),)
    make_service("Refuge", at=(secret,), hides_address=True, service_areas=area)
    make_service("Beacon", at=(make_location(38.72, -9.14),), service_areas=area)
    seen = set()
    for latitude in (37.0, 38.0, 38.72, 39.5, 41.0):
        for longitude in (-10.0, -9.14, -8.0):
            spot = Spot(name="x", latitude=latitude, longitude=longitude, area_code="coast")
            found = find(spot=spot)
            refuge = next(service for service in found.services if service.name == "Refuge")
            seen.add((refuge.metres, refuge.group))
            assert refuge.locations == ()
            assert "Refuge" not in names(find(spot=spot, within_metres=10_000_000))
    assert seen == {(None, Group.AREA)}
    assert SearchPoint.objects.count() == 1


def test_no_search_tells_what_a_place_was_called_before_it_was_hidden() -> None:
    place = make_location(
        name="Kingfisher Cottage", translations=(Translation(language="ar", field="name", text="بيت النورس"),)
    )
    seen = make_service("Safe house", description="A refuge at Kingfisher Mill.", at=(place,))
    make_service("Cottage Industries")
    assert dict(find("kingfishr").corrected) == {"kingfishr": "kingfisher"}
    save_location(
        LocationRecord(id=place.id, location_type=LocationType.VIRTUAL, is_confidential=True),
        source=Source.EDITOR,
        by=BY,
        now=NOW,
    )
    # Its own text still says so; once that is mended, nothing does.
    assert find("kingfisher").total == 1
    save_service(dataclasses.replace(seen, description="A refuge."), source=Source.EDITOR, by=BY, now=NOW)
    for typed in ("kingfisher", "kingfishr", "king", "kingf", "mill", "النورس", "fairhaven"):
        found = find(f"refuge {typed}")
        assert (found.corrected, found.ignored) == ((), (typed,)), typed
    assert names(find("cottages")) == ["Cottage Industries"]
    assert not find("refuge").ignored


def test_pages_add_up_and_one_beyond_is_empty() -> None:
    organization = make_organization()
    for number in range(45):
        make_service(f"Service {number:02}", organization_id=organization.id)
    seen = []
    for page in (1, 2, 3):
        found = search_services(Search(), language="en", now=NOW, page=page)
        assert (found.total, found.pages, found.page) == (45, 3, page)
        seen += names(found)
    assert seen == [f"Service {number:02}" for number in range(45)]
    assert search_services(Search(), language="en", now=NOW, page=4).services == ()


def test_search_rows_follow_changes_and_can_be_rebuilt() -> None:
    service = make_service("First name")
    save_service(type(service)(**{**service.__dict__, "name": "Second name"}), source=Source.EDITOR, by=BY, now=NOW)
    assert not find("first").total
    assert names(find("second")) == ["Second name"]
    before = list(SearchRow.objects.values())
    assert rebuild_search(now=NOW) == Service.objects.count()
    assert list(SearchRow.objects.values()) == before
    assert names(find("second")) == ["Second name"]


@settings(max_examples=times(50, deep=150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
def test_nothing_that_can_be_typed_breaks_it(typed: str) -> None:
    find(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "'; DROP TABLE directory_searchrow; --",
        '" OR 1=1',
        "names:* NEAR(a b) NOT ^x",
        "a & b | !c <-> d",
        "\x00\x01",
        "x" * 100_000,
        "needs:legal",
        "%s %(x)s %",
        "’’’",
    ],
)
def test_injections_are_words(typed: str) -> None:
    make_service("Harbour")
    find(typed)
    assert SearchRow.objects.count() == 1


def test_nothing_is_lost_or_doubled_between_the_rings_around_a_spot() -> None:
    spot = Spot(name="Fairhaven", latitude=58.0, longitude=-9.0)
    owner = make_organization()
    made = set()
    for metres in (1_499, 1_501, 4_990, 4_999, 5_000, 5_001, 5_010, 24_990, 25_010, 49_900, 50_100, 199_000, 201_000):
        east = metres / (METRES_A_DEGREE * math.cos(math.radians(spot.latitude)))
        place = make_location(latitude=spot.latitude, longitude=spot.longitude + east)
        made.add(make_service(f"Advice {metres}", at=(place,), organization_id=owner.id).id)
    found = [
        view.record.id
        for page in range(1, 8)
        for view in search_services(Search(spot=spot), language="en", now=NOW, page=page, per_page=2).services
    ]
    assert len(found) == len(made)
    assert set(found) == made
