"""The made-up nation's directory: always the same, varied, within the rules, and belonging to nobody real."""

import dataclasses
import html
import json
import re
from collections import Counter
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client

from demo.directory import found_support, line_ids, make_directory
from demo.directory.country import AREAS, holidays_of, postcodes, towns
from demo.directory.hours import Hours, make_hours
from demo.directory.kinds import KINDS
from leeward.config.environment import MADE_UP_NATION
from leeward.foundation.web.nation import read_nation
from leeward.society.directory.models import Holiday, Place, Proposal, Revision, SearchPoint, SearchRow, Service
from leeward.society.directory.operations.saving import withdraw_service
from leeward.society.directory.queries.places import find_spot
from leeward.society.directory.queries.search import Search, search_services
from leeward.society.directory.queries.showing import Group, show_service
from leeward.society.directory.queries.suggesting import Context, suggest_services
from leeward.society.directory.rules.checks import check_record
from leeward.society.directory.rules.freshness import Freshness, ProposalState, freshness_of
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.places import metres_between
from leeward.society.directory.rules.records import (
    Access,
    Coverage,
    Frequency,
    HolidayHours,
    LocationType,
    ServiceStatus,
    Way,
)
from leeward.society.directory.rules.schedules import check_schedule, week_of
from leeward.society.directory.rules.shipped import shipped_taxonomies
from leeward.society.directory.rules.suggesting import EVERYONE
from tests.foundation.accounts.people import at
from tests.society.directory.factories import BY, NOW, TODAY

FICTION = re.compile(r"0800 555 01\d\d|0555 01\d\d \d\d")


@pytest.fixture(scope="module")
def made():
    return make_directory(services=400, seed=5, today=TODAY)


def test_it_is_the_same_each_time_and_grows_at_its_end(made) -> None:
    assert make_directory(services=400, seed=5, today=TODAY) == made
    small, large = (make_directory(services=count, seed=5, today=TODAY) for count in (100, 1_000))
    assert made.services[:100] == small.services
    assert large.services[:400] == made.services
    other = make_directory(services=400, seed=6, today=TODAY)
    assert not {service.id for service in other.services[5:]} & {service.id for service in made.services[5:]}


def test_it_has_as_many_services_as_were_asked_for() -> None:
    for count in (5, 6, 399):
        assert len(make_directory(services=count, seed=1, today=TODAY).services) == count
    assert len(make_directory(services=0, seed=1, today=TODAY).services) == 5, "the nation's own lines are always there"


@pytest.mark.parametrize("today", [TODAY, date(2027, 1, 1), date(2028, 2, 29), date(2026, 12, 31)])
def test_every_entry_passes_the_checks(today: date) -> None:
    made = make_directory(services=1_500, seed=7, today=today)
    for record in (*made.organizations, *made.locations, *made.services):
        assert check_record(record) == (), record
    for records in (made.organizations, made.locations, made.services):
        assert len({record.id for record in records}) == len(records)


def test_whatever_it_names_is_there_before_it_is_named(made) -> None:
    known: set[object] = {None}
    for organization in made.organizations:
        assert organization.parent_organization_id in known
        known.add(organization.id)
    assert {location.organization_id for location in made.locations} <= known
    assert {service.organization_id for service in made.services} <= known
    places = {location.id for location in made.locations}
    assert {part.location_id for service in made.services for part in service.locations} <= places
    terms = {term.id for family in shipped_taxonomies() for term in family.terms}
    assert {term for service in made.services for term in service.terms} <= terms
    codes = {area.code for area in AREAS}
    assert {area.code for service in made.services for area in service.service_areas} <= codes


def test_nothing_in_it_belongs_to_anybody(made) -> None:
    for record in (*made.organizations, *made.services):
        for phone in record.phones:
            assert FICTION.fullmatch(phone.number), phone.number
        told = json.dumps(dataclasses.asdict(record), default=str, ensure_ascii=False)
        for host in re.findall(r"(?:https?://|@)([^/\"\s]+)", told):
            assert host.endswith(".example"), host
    for location in made.locations:
        if location.latitude is not None and location.longitude is not None:
            # Open sea: the nearest land is more than 400 km away, at Cape Finisterre.
            assert metres_between(location.latitude, location.longitude, 42.88, -9.27) > 400_000


def test_the_nation_s_own_lines_are_in_it_word_by_word(made) -> None:
    nation = json.loads(MADE_UP_NATION.read_text(encoding="utf-8"))
    lines = [nation["children"], nation["helpline"], nation["crisis"], *nation["services"]]
    assert tuple(service.id for service in made.services[:5]) == line_ids()
    assert line_ids() == tuple(service.id for service in make_directory(services=9, seed=99, today=TODAY).services[:5])
    for line, service in zip(lines, made.services, strict=False):
        assert (service.name, service.description) == (line["name"]["en"], line["about"]["en"])
        assert service.phones[0].number == line["phone"]
        assert service.coverage is Coverage.NATIONAL
        arabic = {text.field: text.text for text in service.translations if text.language == "ar"}
        fields = {"name": "name", "description": "about", "fees_description": "cost"}
        assert arabic == {field: line[said]["ar"] for field, said in fields.items()}
    assert [service.is_crisis_line for service in made.services[:5]] == [True, True, True, True, False]
    assert not any(service.is_crisis_line for service in made.services[5:])
    taken = [phone.number for service in made.services for phone in service.phones]
    assert all(taken.count(line["phone"]) == 1 for line in lines), "nobody else has their numbers"


def test_their_hours_say_what_the_nation_s_file_says_in_words(made) -> None:
    hours = {"every day, day and night": 7 * 24, "every day, 8 in the morning to 10 at night": 7 * 14}
    hours["Monday to Friday, 9 to 5"] = 5 * 8
    nation = read_nation(MADE_UP_NATION.read_text(encoding="utf-8"))
    lines = (nation.children, nation.helpline, nation.crisis, *nation.services)
    for line, service in zip(lines, made.services[:5], strict=True):
        week = week_of(
            service.schedules,
            zone=ZoneInfo("Europe/Lisbon"),
            holidays=frozenset(),
            holiday_hours=HolidayHours.CLOSED,
            today=TODAY,
        )
        spells = [spell for day in week for spell in day.spells]
        length = sum((spell.closes_at - spell.opens_at).total_seconds() for spell in spells) / 3600
        assert length == hours[str(line.hours)]


def test_a_hidden_house_says_nothing_of_where_it_is(made) -> None:
    hidden = [service for service in made.services if service.hides_address]
    assert 10 <= len(hidden) <= 14
    locations = {location.id: location for location in made.locations}
    owners = {organization.id: organization for organization in made.organizations}
    # The nation and its counties may be named.
    names = {town.name for town in towns()} - {area.name for area in AREAS} - {"Fairhaven"}
    for service in hidden:
        for part in service.locations:
            place = locations[part.location_id]
            assert place.is_confidential
            assert place.location_type is LocationType.VIRTUAL
            assert place.name == ""
        told = json.dumps(
            [dataclasses.asdict(service), dataclasses.asdict(owners[service.organization_id])], default=str
        )
        without_areas = told.replace("Fairhaven Bay", "").replace("in Fairhaven", "")
        assert not [name for name in names if re.search(rf"\b{name}\b", without_areas)], service.name


def test_no_two_services_are_called_the_same(made) -> None:
    names = Counter(service.name for service in made.services)
    assert [name for name, count in names.items() if count > 1] == []


def test_it_is_varied(made) -> None:
    services = made.services
    assert {way for service in services for way in service.ways} == set(Way)
    assert {service.status for service in services} >= {ServiceStatus.ACTIVE, ServiceStatus.CLOSED_FOR_NOW}
    assert all(service.alert for service in services if service.status is ServiceStatus.CLOSED_FOR_NOW)
    states = Counter(freshness_of(service.assured_date, today=TODAY) for service in services)
    assert 8 <= states[Freshness.LABELLED] <= 40
    assert 8 <= states[Freshness.HIDDEN] <= 40
    assert 4 <= sum(service.is_internal for service in services) <= 10
    assert 60 <= sum(bool(service.owner_email) for service in services) <= 200
    assert 20 <= sum(service.coverage is Coverage.NATIONAL for service in services) <= 120
    arabic = sum(any(text.language == "ar" for text in service.translations) for service in services)
    assert 80 <= arabic <= 140, "about a quarter"
    assert {text.language for service in services for text in service.translations} == {"ar", "fr", "uk", "pt"}
    assert len({language for service in services for language in service.languages}) >= 8
    assert {kind.kind for place in made.locations for kind in place.accessibility} == set(Access)
    assert {row.freq for service in services for row in service.schedules} == {None, *Frequency}
    assert any(row.interval == 2 for service in services for row in service.schedules)
    assert any(row.opens_at is None and row.valid_from for service in services for row in service.schedules)
    assert any(row.opens_at > row.closes_at for service in services for row in service.schedules if row.opens_at)
    assert any(not service.schedules for service in services)
    borne = {term for service in services for term in service.terms}
    assert borne == {term.id for family in shipped_taxonomies() for term in family.terms}
    assert len({service.name for service in services}) > 300
    assert len({organization.name for organization in made.organizations}) == len(made.organizations)


@pytest.mark.parametrize("kind", Hours)
def test_hours_of_every_kind_are_right_on_every_day(kind: Hours) -> None:
    import random

    for number in range(60):
        for today in (TODAY, date(2028, 2, 29), date(2027, 1, 1), date(2026, 12, 31), date(2027, 7, 15)):
            for row in make_hours(kind, dice=random.Random(number), today=today):
                assert check_schedule(row) == (), row


def test_the_country_is_plausible() -> None:
    codes = [postcode.code for postcode in postcodes()]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[A-Z]{2}\d{1,2} \d[A-Z]{2}", code) for code in codes)
    assert "FH1 2AB" in codes
    assert sum(town.name == "Newton" for town in towns()) == 2
    for postcode in postcodes():
        town = postcode.town
        away = metres_between(postcode.latitude, postcode.longitude, town.latitude, town.longitude)
        assert away <= town.reach * 1000 + 10
    for one in towns():
        for other in towns():
            if one is not other:
                assert metres_between(one.latitude, one.longitude, other.latitude, other.longitude) > 3_000
    assert {town.area for town in towns()} == set(AREAS)


def test_holidays_are_those_of_their_year() -> None:
    days = dict(holidays_of(2026))
    assert days[date(2026, 5, 4)] == "Harbour Day"
    assert days[date(2026, 8, 31)] == "Lantern Night"
    for year in range(2020, 2040):
        days = dict(holidays_of(year))
        assert len(days) == 8
        assert {day.year for day in days} == {year}
        assert all(day.weekday() == 0 for day, name in days.items() if name in ("Harbour Day", "Lantern Night"))


def test_each_kind_has_its_words_in_pairs() -> None:
    from demo.directory.making import _texts

    for kind in KINDS:
        texts = _texts()[kind.code]
        assert len(texts["en"]) == len(texts["ar"])
        assert texts["names"]
        assert texts["organizations"]
    for more in _texts()["more"]:
        assert set(more) == {"en", "ar", "fr", "uk", "pt"}


# In the database


@pytest.mark.django_db
def test_it_is_founded_whole_and_once_is_found_and_suggested(
    made, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To found it takes longer than all that is asked of it."""
    assert found_support(by=BY, now=NOW)
    check_it_can_be_found_and_hides_what_it_must(made)
    check_every_context_has_somebody_to_suggest()
    at(monkeypatch, NOW)
    check_what_is_typed_finds_the_right_people_first(client)
    check_a_word_that_nobody_knows_does_not_find_everything(client)
    check_the_nations_lines_are_in_arabic_on_arabic_pages(Client())
    check_it_is_whole_and_founded_once()


def check_it_is_whole_and_founded_once() -> None:
    assert Service.objects.count() == 400
    assert Holiday.objects.count() == 16
    assert Place.objects.count() == len(towns()) + len(postcodes())
    assert Proposal.objects.filter(state=ProposalState.OPEN).count() == 3, "editors have something to decide"
    withdraw_service(line_ids()[0], source=Source.EDITOR, by=BY, now=NOW)
    history = Revision.objects.count()
    assert not found_support(by=BY, now=NOW), "what editors did stays"
    assert Revision.objects.count() == history
    assert Service.objects.get(public_id=line_ids()[0]).withdrawn_at is not None


def check_it_can_be_found_and_hides_what_it_must(made) -> None:
    hidden = {service.id for service in made.services if service.hides_address}
    assert not SearchPoint.objects.filter(row__service__public_id__in=hidden).exists()
    internal = {service.id for service in made.services if service.is_internal}
    assert not SearchRow.objects.filter(service__public_id__in=internal).exists()
    spot = find_spot("fh1 2ab").only
    assert spot is not None
    assert spot.area_code == "XX-FH"
    assert len(find_spot("Newton").spots) == 2
    found = search_services(Search(words="nudes leaked", spot=spot), language="en", now=NOW)
    assert found.total > 10
    assert found.services[0].group is Group.CRISIS
    arabic = search_services(Search(words="ابتزاز"), language="ar", now=NOW)
    assert arabic.total > 10
    assert arabic.services[0].name.startswith("خط فيرهيفن")


def check_every_context_has_somebody_to_suggest() -> None:
    lines = set(line_ids())
    for context in Context:
        views = suggest_services(context, language="en", now=NOW)
        assert 1 <= len(views) <= 3, context
        assert {view.id for view in views} & lines, context
    assert suggest_services(Context.CHILD, language="en", now=NOW)[0].id == line_ids()[0]


SUICIDE, ABUSE, CHILDREN = "Fairhaven Night Line", "Fairhaven Image Abuse Helpline", "Fairhaven Child Safety Line"
REMOVAL = "content_removal"
ASKED = [
    # what somebody types, who stands first, and who stands second: a name, or what they help with
    ("suicide", SUICIDE, ABUSE),
    ("suicde", SUICIDE, ABUSE),
    ("i want to kill myself because of the pictures", SUICIDE, ABUSE),
    ("Want to die", SUICIDE, ABUSE),
    ("sextortion", ABUSE, "helpline"),
    ("sextorsion", ABUSE, "helpline"),
    ("sextorion", ABUSE, "helpline"),
    ("blackmale", ABUSE, "helpline"),
    ("he is threatening to post my nudes", ABUSE, "helpline"),
    ("my ex is posting my nudes", ABUSE, REMOVAL),
    ("my ex posted my nudes on onlyfans", ABUSE, REMOVAL),
    ("revnge porn", ABUSE, REMOVAL),
    ("deepfake of me", ABUSE, REMOVAL),
    ("someone sent nudes of my daughter", CHILDREN, "children"),
    ("i cant live anymore", SUICIDE, ABUSE),
    ("I can't live any more", SUICIDE, ABUSE),
    ("I am 16 and he has my pics", CHILDREN, "children"),
    ("im 13 he wants more pictures", CHILDREN, "children"),
    ("انتحار", SUICIDE, ABUSE),
    ("لا أستطيع العيش", SUICIDE, ABUSE),
    ("عمري 16 ولديه صوري", CHILDREN, "children"),
    ("أريد أن أموت", SUICIDE, ABUSE),
    ("يبتزني", ABUSE, "helpline"),
    ("نشروا صوري العارية", ABUSE, REMOVAL),
]


def check_what_is_typed_finds_the_right_people_first(client: Client) -> None:
    wrong = {}
    for typed, first, second in ASKED:
        page = client.post("/support", {"words": typed}, follow=True).content.decode()
        ids = re.findall(r'href="/support/services/([0-9a-f-]+)"', page.partition('id="found"')[2])
        one, two = (show_service(UUID(each), language="en", now=NOW) for each in ids[:2])
        needs = {term.code for term in two.terms if term.taxonomy == "needs"}
        is_for_all = first == CHILDREN or {term.code for term in two.terms if term.taxonomy == "people"} <= {EVERYONE}
        if one.name != first or second not in {two.name, *needs} or not is_for_all or len(ids) != len(set(ids)):
            wrong[typed] = (one.name, two.name)
    assert wrong == {}


def check_a_word_that_nobody_knows_does_not_find_everything(client: Client) -> None:
    for typed in ("zzxqy", "qwertyuiop asdfgh"):
        page = client.post("/support", {"words": typed}, follow=True).content.decode()
        assert "Nothing fits all of that" in page
        assert SUICIDE in page, "whom to call stands there all the same"


def check_the_nations_lines_are_in_arabic_on_arabic_pages(client: Client) -> None:
    """Name, hours, cost and the way to chat of whoever can be called when it cannot wait."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    seen = set()
    for address in ("/help", "/support", "/protect/first-help", "/protect/under-18", "/support?needs=helpline"):
        page = client.get(address).content.decode()
        for card in re.findall(r'<div class="leeward-card leeward-service.*?\n</div>', page, re.DOTALL):
            found = {each for each in line_ids() if str(each) in card}
            text = html.unescape(re.sub(r"<[^>]+>", " ", card))
            if found:
                assert not re.search("[A-Za-z]", text), f"{address}: {' '.join(text.split())}"
            seen |= found
    assert len(seen) == 4, "the law centre is none of those whom one calls at night"
