"""The pages for everybody: what is asked and found, what is said of one service, and that nothing is kept."""

import html
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leeward.society.directory.forms.finding import WORDS_MOST
from leeward.society.directory.models import Proposal, Service
from leeward.society.directory.operations.places import PlaceRow, save_holidays, save_places
from leeward.society.directory.operations.saving import withdraw_service
from leeward.society.directory.rules.freshness import MISTAKE_LENGTH, OPEN_MISTAKES_MOST, MistakeKind
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
)
from leeward.society.directory.views.public.kept import COOKIE_NAME, LASTS, SEARCHES_MOST
from leeward.society.directory.views.public.mistakes import MISTAKES_PER_NETWORK
from tests.counters import start_afresh
from tests.foundation.accounts.people import at
from tests.foundation.web.pages import TELLING, Page
from tests.society.directory.factories import (
    ALWAYS,
    BY,
    NOW,
    TODAY,
    make_location,
    make_organization,
    make_service,
    make_term,
    new_id,
)

pytestmark = pytest.mark.django_db

FIND = "/support"
AREA = ServiceArea(name="Coast", code="COAST")
# What people paste, and what those type who try to break in.
ODD = [
    "'",
    '"',
    "' OR 1=1 --",
    "'; DROP TABLE directory_service; --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "%s %d %(x)s",
    "\\",
    "\x00\x01",
    "(((((",
    "NEAR(a b)",
    "* AND NOT",
    "a:b:c",
    "names:legal",
    "-legal",
    "\ud800",
    "‮legal",
    "🆘",
    "ａｂｃ",
    "../../etc/passwd",
    "x" * 10_000,
    "legal " * 1_700,
    "' " * 5_000,
]


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


@dataclass(frozen=True, kw_only=True)
class Read:
    """A page as somebody reads it."""

    status: int
    markup: str

    @property
    def text(self) -> str:
        """What stands in the middle of the page, in one line."""
        main = self.markup.partition("<main")[2].partition("</main>")[0]
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())

    @property
    def headings(self) -> list[str]:
        found = re.findall(r"<h[1-6][^>]*>(.*?)</h[1-6]>", self.markup, re.DOTALL)
        return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", each)).split()) for each in found]

    @property
    def links(self) -> dict[str, str]:
        """Addresses by what is written on them."""
        found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', self.markup, re.DOTALL)
        return {
            " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split()): html.unescape(href) for href, text in found
        }

    @property
    def buttons(self) -> dict[str, str]:
        """What each button says to its form, by what is written on it."""
        found = re.findall(r'<button [^>]*value="([^"]*)"[^>]*>(.*?)</button>', self.markup, re.DOTALL)
        return {
            " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split()): html.unescape(value)
            for value, text in found
        }


@pytest.fixture
def read(client: Client) -> Callable[..., Read]:
    def reading(path: str = FIND, *, language: str = "en", **asked: Any) -> Read:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = {"page": asked.pop("page")} if "words" in asked and "page" in asked else {}
        response: Any
        if {"words", "place"} & asked.keys():  # what is typed is sent by the form
            response = client.post(FIND, asked, follow=True)
            if page:
                response = client.get(response.redirect_chain[-1][0].partition("#")[0], page)
        else:
            response = client.get(path, asked)
        return Read(status=response.status_code, markup=response.content.decode())

    return reading


@pytest.fixture
def places() -> None:
    rows = [
        PlaceRow(
            kind=PlaceKind.POSTCODE,
            name="FH1 2AB",
            latitude=38.72,
            longitude=-9.14,
            area_code="COAST",
            area_name="Coast",
        ),
        PlaceRow(
            kind=PlaceKind.TOWN, name="Northport", latitude=38.72, longitude=-9.14, area_code="COAST", area_name="Coast"
        ),
        PlaceRow(
            kind=PlaceKind.TOWN, name="Newport", latitude=38.72, longitude=-9.14, area_code="COAST", area_name="Coast"
        ),
        PlaceRow(
            kind=PlaceKind.TOWN, name="Newport", latitude=40.0, longitude=-8.0, area_code="HILLS", area_name="Hills"
        ),
    ]
    save_places(rows, by=BY, now=NOW)


def crisis_line(name: str = "Crisis Line", **values: Any) -> ServiceRecord:
    made = {"coverage": Coverage.NATIONAL, "is_crisis_line": True, "schedules": (ALWAYS,)}
    return make_service(name, **{**made, **values})


def page_of(service: ServiceRecord) -> str:
    return reverse("directory:service", args=[service.id])


def rows() -> dict[str, int]:
    """How many rows every table has, that of the counters among them."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


# --- every page -------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["find", "find?needs=advice", "help", "service", "wrong", "wrong-told"])
def address(request: pytest.FixtureRequest) -> str:
    name, _mark, query = str(request.param).partition("?")
    is_of_one = name not in ("find", "help")
    made = reverse(f"directory:{name}", args=[crisis_line("Advice for all").id] if is_of_one else [])
    return f"{made}?{query}" if query else made


def test_every_page_is_safe_to_open(client: Client, address: str) -> None:
    headers = client.get(address).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    if not address.endswith("/wrong"):  # whose form needs its token
        assert "Set-Cookie" not in headers


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_can_be_left_and_says_nothing_in_the_tab(client: Client, address: str, language: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    made = Page(client.get(address).content.decode())
    assert made.title.strip()
    assert not TELLING.search(made.title)
    assert "Advice" not in made.title
    assert len([link for link in made.links if link["href"] == reverse("web:leave")]) == 2
    assert "/static/web/plain.svg" in made.loaded
    assert all(source.startswith("/static/") for source in made.loaded)
    assert made.inline == []
    assert made.headings[0] == "h1"
    assert made.headings.count("h1") == 1
    assert len(made.ids) == len(set(made.ids))


def test_every_link_leads_somewhere(client: Client, address: str) -> None:
    made = Page(client.get(address).content.decode())
    for link in made.links:
        href = link["href"] or ""
        if href.startswith("#"):
            assert href[1:] in made.ids
        else:
            assert href.startswith(("tel:", "sms:", "https:")) or client.get(href).status_code in (200, 303), href


# --- what is asked ----------------------------------------------------------------------------------------------------


def test_the_empty_page_asks_and_says_whom_to_call_now(read: Callable[..., Read]) -> None:
    crisis_line("Night Line")
    make_service("Local Advice")
    page = read()
    assert "What is happening, or who do you want to talk to?" in page.text
    assert "Why we ask" in page.text
    assert "tel:112" in page.links.values()
    assert "Your words do not show in this browser’s history." in page.text
    assert page.links["How to take it out"] == "/safety#history"
    assert "Night Line" in page.headings
    assert "Local Advice" not in page.text


def test_the_questions_are_those_of_the_directory(read: Callable[..., Read]) -> None:
    make_term("legal", name="A lawyer", translations=(Translation(language="ar", field="name", text="محامٍ"),))
    make_term("deaf", taxonomy="people", name="Deaf people")
    page = read()
    assert "A lawyer" in page.text
    assert "Deaf people" in page.text
    assert "محامٍ" in read(language="ar").text


def test_what_was_answered_stands_in_the_form_again(read: Callable[..., Read]) -> None:
    make_term("legal", name="A lawyer")
    page = read(words="a <b>", needs="legal", ways=["text", "chat"], open="on", spoken="ar")
    assert 'value="a &lt;b&gt;"' in page.markup
    for value in ("legal", "text", "chat", "on"):
        assert re.search(rf'value="{value}"[^>]* checked', page.markup), value
    assert re.search(r'<option value="ar" selected', page.markup)
    assert list(page.links)[:1] != []
    assert page.buttons["Take away: A lawyer"] == "-needs=legal"
    again = read(words="a <b>", needs="legal", ways=["text", "chat"], open="on", change="-ways=text")
    assert "Take away: By text message" not in again.buttons
    assert {"Take away: A lawyer", "Take away: a <b>", "Take away: Open now"} <= again.buttons.keys()


@pytest.mark.parametrize(
    "asked",
    [
        {"needs": "nothing", "people": "x", "ways": "telepathy", "access": "wings", "spoken": "xx", "page": "two"},
        {"page": "0"},
        {"page": "-1"},
        {"page": "99999999999999999999"},
        {"page": "٣"},
        {"page": ["1", "2"]},
        {"words": ["a", "legal"]},
        {"nonsense": "yes"},
    ],
)
def test_old_and_broken_addresses_are_answered(read: Callable[..., Read], asked: dict[str, Any]) -> None:
    make_service("Legal Advice")
    page = read(**asked)
    assert page.status == 200
    assert "There is a problem" not in page.text
    if "nonsense" not in asked:
        assert "Legal Advice" in page.text


@pytest.mark.parametrize("text", ODD, ids=lambda text: ascii(text[:20]))
@pytest.mark.parametrize("name", ["words", "place", "needs", "spoken", "page"])
def test_whatever_is_typed_is_answered(client: Client, name: str, text: str) -> None:
    make_service("Legal Advice")
    sent = f"{name}={uuid_free(text)}"
    if name in ("words", "place"):
        assert client.generic("GET", FIND, QUERY_STRING=sent).headers["Location"] == FIND
        client.post(FIND, sent, content_type="application/x-www-form-urlencoded")
        response = client.get("/support/found")
    else:
        response = client.generic("GET", FIND, QUERY_STRING=sent)
    assert response.status_code == 200
    markup = response.content.decode()
    assert "<script>alert" not in markup
    assert "49" not in Read(status=200, markup=markup).text
    assert Service.objects.count() == 1
    assert len(markup) < 120_000


def uuid_free(text: str) -> str:
    """A text as a browser writes it into an address, halves of signs included."""
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


# --- what is typed stands in no address -------------------------------------------------------------------------------


def test_words_and_town_stand_in_no_address(client: Client, places: None) -> None:
    legal = make_term("legal", name="A lawyer")
    for number in range(25):
        make_service(f"Sea Lawyers {number}", terms=(legal.id,))
    answer: Any = client.post(FIND, {"words": "zebrafinch lawyers", "place": "Newport", "needs": "legal"}, follow=True)
    markup = answer.content.decode()
    assert answer.redirect_chain == [("/support/found?search=1#found", 303)]
    addresses = re.findall(r'(?:href|action|src)="([^"]*)"', markup)
    assert "/support/found?search=1&amp;page=2#found" in addresses
    assert "/support?needs=legal#found" in addresses  # the link to pass on
    for typed in ("zebrafinch", "lawyers", "ewport"):
        assert not any(typed in address for address in addresses)
        assert typed not in client.cookies[COOKIE_NAME].value
    assert "Sea Lawyers 0" in client.get("/support?needs=legal").content.decode()


def test_an_old_address_with_words_leads_to_one_without(client: Client) -> None:
    make_term("legal", name="A lawyer")
    assert client.get("/support?words=help&place=Newport").headers["Location"] == "/support"
    assert client.get("/support?words=help&needs=legal").headers["Location"] == "/support?needs=legal#found"


def test_each_search_can_be_gone_back_to_for_a_while(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(SEARCHES_MOST + 1):
        client.post(FIND, {"words": f"word{number}"})
    assert client.get("/support/found?search=1").headers["Location"] == FIND  # the oldest made room
    assert 'value="word1"' in client.get("/support/found?search=2").content.decode()
    assert f'value="word{SEARCHES_MOST}"' in client.get("/support/found").content.decode()
    at(monkeypatch, NOW + LASTS + timedelta(seconds=1))
    assert client.get("/support/found?search=2").headers["Location"] == FIND


@pytest.mark.parametrize("site", ["none", "cross-site", "same-site"])
def test_whoever_opens_it_from_the_history_is_shown_the_empty_form(client: Client, site: str) -> None:
    client.post(FIND, {"words": "zebrafinch"})
    answer = client.get("/support/found?search=1", headers={"Sec-Fetch-Site": site})
    assert answer.headers["Location"] == FIND
    shown = client.get("/support/found?search=1", headers={"Sec-Fetch-Site": "same-origin"})
    assert "zebrafinch" in shown.content.decode()


def test_leaving_takes_the_search_away(client: Client) -> None:
    client.post(FIND, {"words": "zebrafinch"})
    client.get(reverse("web:leave"))
    assert client.cookies[COOKIE_NAME].value == ""


def test_a_search_as_large_as_can_be_fits_into_a_cookie(client: Client) -> None:
    for number in range(30):
        make_term(f"a_need_with_a_name_{number}", name=f"Need {number}")
    needs = [f"a_need_with_a_name_{number}" for number in range(30)]
    for _ in range(3):
        client.post(FIND, {"words": "🆘" * WORDS_MOST, "place": "ع" * 100, "needs": needs, "ways": [*Way]})
    assert len(client.cookies[COOKIE_NAME].OutputString()) < 4_000
    assert "🆘" in client.get("/support/found").content.decode()


@pytest.mark.parametrize("cookie", ["x", "", "=", "A" * 4_000])
def test_a_cookie_of_anything_is_no_search(client: Client, cookie: str) -> None:
    client.cookies[COOKIE_NAME] = cookie
    assert client.get("/support/found?search=1").headers["Location"] == FIND


def test_long_words_are_cut_where_the_box_cuts_them(read: Callable[..., Read]) -> None:
    make_service("Legal Advice")
    page = read(words=f"legal {'x' * 500} advice")
    assert f'maxlength="{WORDS_MOST}"' in page.markup
    assert "Legal Advice" in page.text
    assert "x" * (WORDS_MOST + 1) not in page.markup


# --- what is found ----------------------------------------------------------------------------------------------------


def test_what_is_found_stands_under_headings_crisis_lines_first(read: Callable[..., Read], places: None) -> None:
    near, far = make_location(38.73, -9.14), make_location(39.3, -9.0)
    make_service("Far Advice", at=(far,))
    make_service("Refuge Advice", hides_address=True, service_areas=(AREA,), ways=(Way.PHONE, Way.IN_PERSON))
    make_service("Near Advice", at=(near,))
    make_service("National Advice", coverage=Coverage.NATIONAL)
    make_service("Elsewhere Advice", service_areas=(ServiceArea(name="Hills", code="HILLS"),))
    crisis_line("Crisis Advice")
    page = read(words="advice", place="fh12ab")
    wanted = [
        "6 services",
        "If you need somebody now",
        "Crisis Advice",
        "Near FH1 2AB",
        "Near Advice",
        "By phone or online, wherever you live",
        "National Advice",
        "For people in Coast",
        "Refuge Advice",
        "Further away",
        "Far Advice",
        "Other places",
        "Elsewhere Advice",
    ]
    assert [heading for heading in page.headings if heading in wanted] == wanted
    assert re.findall(r"About \d+ km away", page.text) == ["About 1 km away", "About 66 km away"]


def test_without_a_place_there_is_no_distance(read: Callable[..., Read]) -> None:
    make_service("Local Advice", at=(make_location(),))
    crisis_line("Crisis Advice")
    page = read(words="advice")
    assert "km" not in page.text
    assert page.headings.index("Crisis Advice") < page.headings.index("In one town or area")


def test_one_result_says_all_that_is_needed_to_call(read: Callable[..., Read]) -> None:
    organization = make_organization("Sea Trust")
    service = make_service(
        "Sea Line",
        organization_id=organization.id,
        description="They listen. They help you to plan. They also do much else.",
        phones=(
            Phone(number="61100", type=PhoneType.TEXT, description="text HELP"),
            Phone(number="+351 555 0100", extension=7, languages=("ar",)),
            Phone(number="0555 0199", type=PhoneType.FAX),
        ),
        ways=(Way.PHONE, Way.TEXT, Way.CHAT),
        additional_urls=(Link(url="https://sea.example/chat", way=Way.CHAT),),
        languages=("en", "ar"),
        at=(make_location(),),
    )
    page = read(words="sea")
    assert page.links["Sea Line"] == page_of(service)
    assert page.links["Sea Line: +351 555 0100"] == "tel:+3515550100;ext=7"
    assert page.links["Sea Line: 61100"] == "sms:61100"
    assert page.links["Sea Line: Chat on their page"] == "https://sea.example/chat"
    for words in (
        "Sea Trust",
        "They listen. They help you to plan.",
        "extension 7 · Arabic",
        "Text message Sea Line: 61100 text HELP",
        "Open now, until 17:00",
        "Cost: Free",
        "Languages: English, Arabic",
        "Fairhaven",
    ):
        assert words in page.text, words
    assert "much else" not in page.text
    chat = re.search(r'<a [^>]*href="https://sea.example/chat"[^>]*>', page.markup)
    assert chat is not None
    assert 'rel="noreferrer noopener external"' in chat[0]


def test_who_can_only_be_written_to_says_where(read: Callable[..., Read]) -> None:
    common: dict[str, Any] = {"phones": (), "url": "https://letters.example/"}
    make_service("Letter Line", ways=(Way.EMAIL,), email="write@letters.example", **common)
    make_service("Page Line", ways=(), **common)
    page = read(words="line")
    assert page.links["Letter Line: write@letters.example"] == "mailto:write@letters.example"
    assert page.links["Page Line: Their own web page"] == "https://letters.example/"


def test_an_old_one_says_since_when_nobody_has_checked_it(read: Callable[..., Read]) -> None:
    make_service("Fresh Advice", assured_date=TODAY - timedelta(days=89))
    assert "Not checked since" not in read(words="advice").text
    make_service("Old Advice", assured_date=TODAY - timedelta(days=90))
    assert "Not checked since 27 August 2026." in read(words="advice").text


def test_a_hidden_place_is_told_to_nobody(read: Callable[..., Read], places: None) -> None:
    hidden = make_location(is_confidential=True, name="Harbour House", description="Behind the mill")
    refuges = (
        make_service("Refuge One", at=(hidden,), service_areas=(AREA,)),
        make_service("Refuge Two", hides_address=True, at=(hidden,), service_areas=(AREA,)),
    )
    found = read(words="refuge", place="Northport")
    assert found.text.count("The address is not shown, to keep people there safe.") == 2
    assert "km" not in found.text
    for page in (found, *(read(page_of(refuge)) for refuge in refuges)):
        for secret in ("Harbour House", "Behind the mill"):
            assert secret not in page.markup
        assert "The address is not shown, to keep people there safe." in page.text


def test_mended_and_unknown_words_are_named(read: Callable[..., Read]) -> None:
    make_service("Counselling by the Sea")
    page = read(words="counceling zzxqy")
    assert "We searched for “counselling” instead of “counceling”." in page.text
    assert "We do not know these words and left them out: zzxqy" in page.text
    assert "1 service" in page.headings


def test_where_nothing_has_all_words_it_is_said(read: Callable[..., Read]) -> None:
    make_service("Legal Advice")
    make_service("Housing by the Sea")
    page = read(words="legal housing")
    assert "Nothing has all of your words. These have some of them." in page.text
    assert {"Legal Advice", "Housing by the Sea"} <= set(page.headings)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ZZ9 9ZZ", "We do not know the postcode “ZZ9 9ZZ”. Check it, or type the name of a town."),
        ("Nowhereton", "We do not know a town called “Nowhereton”. Check how it is written, or type a postcode."),
        ("<b>&", "We do not know a town called “<b>&”. Check how it is written, or type a postcode."),
    ],
)
def test_an_unknown_place_is_named_and_the_whole_nation_is_searched(
    read: Callable[..., Read], places: None, typed: str, words: str
) -> None:
    make_service("Local Advice", at=(make_location(),))
    page = read(words="advice", place=typed)
    assert page.text.count(words) == 2  # at the top, and where it is mended
    assert page.links[words] == "#id_place"
    assert f"We could not find “{typed}”, so this is for the whole country." in page.text
    assert "Local Advice" in page.headings
    assert "Error:" in page.markup.partition("<title>")[2].partition("</title>")[0]


def test_a_town_of_which_there_are_two_is_asked_about(read: Callable[..., Read], places: None) -> None:
    make_service("Local Advice", at=(make_location(),))
    page = read(words="advice", place="newport")
    assert "There is more than one place called “newport”. Which one do you mean?" in page.text
    assert "Local Advice" in page.headings
    assert "km" not in page.text
    assert page.buttons["Newport, Hills"] == "@Newport, Hills"
    chosen = read(words="advice", place="newport", change=page.buttons["Newport, Coast"])
    assert "Which one do you mean?" not in chosen.text
    assert "Near Newport" in chosen.headings


def test_where_nothing_fits_it_names_what_to_leave_out_and_crisis_lines(read: Callable[..., Read]) -> None:
    legal = make_term("legal", name="A lawyer")
    make_term("deaf", taxonomy="people", name="Deaf people")
    make_service("Sea Lawyers", terms=(legal.id,), schedules=())
    crisis_line("Night Line")
    page = read(words="lawyers", needs="legal", open="on", people="")
    assert "Nothing fits all of that" in page.headings
    assert "Night Line" in page.headings
    assert "There is something if you leave out one of these:" in page.text
    assert page.buttons["Open now"] == "-open"
    assert "lawyers" not in page.buttons  # without the words there is nothing either
    assert "Sea Lawyers" in read(words="lawyers", needs="legal", open="on", change="-open").headings
    nothing = read(words="lawyers", needs="legal", people="deaf", open="on")
    assert "Try other words, or give fewer answers." in nothing.text
    assert "Sea Lawyers" in read(page="1").headings


def test_crisis_lines_stand_on_every_first_page(read: Callable[..., Read]) -> None:
    make_service("Local Advice")
    crisis_line("Night Line")
    page = read(words="advice")
    assert page.headings.index("Local Advice") < page.headings.index("Night Line")
    assert page.links["Talk to somebody now"] == "#now"
    assert page.headings.count("Night Line") == 1
    assert read(words="night").headings.count("Night Line") == 1


def test_many_are_given_page_by_page(read: Callable[..., Read]) -> None:
    for number in range(45):
        make_service(f"Advice {number:02d}")
    first, last = read(words="advice"), read(words="advice", page="3")
    assert "45 services" in first.headings
    assert "Page 1 of 3" in first.text
    assert first.links["Next page"] == "/support/found?search=1&page=2#found"
    assert "Page before" not in first.links
    assert sum(heading.startswith("Advice ") for heading in last.headings) == 5
    assert last.links["Page before"] == "/support/found?search=2&page=2#found"
    assert "Next page" not in last.links
    assert "Page 3 of 3" in read(words="advice", page="50").text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"needs": "legal"}, {"Lawyers"}),
        ({"people": ["deaf", "men"]}, {"Deaf Centre", "Men's Group"}),
        ({"ways": "chat"}, {"Chat"}),
        ({"open": "on"}, {"Night Line"}),
        ({"spoken": "ar"}, {"Lawyers"}),
        ({"free": "on"}, {"Night Line", "Chat", "Deaf Centre", "Men's Group"}),
        ({"private": "on"}, {"Night Line"}),
        ({"access": "step_free"}, {"Deaf Centre"}),
    ],
)
def test_each_answer_narrows(read: Callable[..., Read], asked: dict[str, Any], found: set[str]) -> None:
    night = Schedule(freq=Frequency.WEEKLY, byday="MO,TU,WE,TH,FR,SA,SU", opens_at=time(20), closes_at=time(23))
    place = make_location(accessibility=(Accessibility(kind=Access.STEP_FREE),))
    paid = CostOption(amount=Decimal(20), currency="EUR")
    common: dict[str, Any] = {"schedules": (night,)}
    make_service("Lawyers", terms=(make_term("legal").id,), languages=("ar",), cost_options=(paid,), **common)
    make_service("Deaf Centre", terms=(make_term("deaf", taxonomy="people").id,), at=(place,), **common)
    make_service("Men's Group", terms=(make_term("men", taxonomy="people").id,), **common)
    make_service("Chat", ways=(Way.CHAT,), url="https://chat.example/", **common)
    make_service("Night Line", schedules=(ALWAYS,), is_confidential=True)
    headings = set(read(**asked).headings)
    assert headings & {"Lawyers", "Deaf Centre", "Men's Group", "Chat", "Night Line"} == found


def test_nothing_of_a_search_is_kept(
    client: Client, places: None, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    make_service("Refuge Advice", service_areas=(AREA,))
    before = rows()
    with caplog.at_level("DEBUG"):
        answers = [
            client.post(FIND, {"words": "zebrafinch threatens me", "place": "FH1 2AB", "open": "on"}, follow=True),
            client.post(FIND, {"words": "counceling", "place": "Nowhereton"}, follow=True),
            client.get("/support/found?page=7"),
        ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert set(client.cookies) == {COOKIE_NAME}
    assert rows() == before
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("leeward"))
    assert "directory:find POST 303" in told
    assert "directory:found GET 200" in told
    for typed in ("zebrafinch", "FH1", "counceling", "Nowhereton", "?"):
        assert typed not in told
        assert typed not in "".join(capfd.readouterr())


def test_the_number_of_queries_does_not_grow(client: Client, places: None) -> None:
    def queries() -> int:
        client.post(FIND, {"words": "advice", "place": "Northport"})
        with CaptureQueriesContext(connection) as captured:
            client.get("/support/found")
        return len(captured)

    crisis_line("Crisis Advice")
    make_service("Advice", at=(make_location(),))
    client.get(FIND, {"words": "advice"})  # the words are read once
    few = queries()
    for number in range(18):
        make_service(f"Advice {number}", at=(make_location(),))
    client.get(FIND, {"words": "advice"})
    assert queries() <= few <= 24


def test_it_works_where_the_directory_is_empty(read: Callable[..., Read]) -> None:
    page = read(words="advice", place="FH1 2AB")
    assert "Nothing fits all of that" in page.headings or "We do not know these words" in page.text
    assert str(settings.LEEWARD_LINES["helpline"].name) in page.text
    assert str(settings.LEEWARD_LINES["helpline"].name) in read().text


# --- one service ------------------------------------------------------------------------------------------------------


@pytest.fixture
def law_centre() -> ServiceRecord:
    house = make_location(
        name="Law House",
        transportation="Bus 4 to Customs Square.",
        accessibility=(Accessibility(kind=Access.STEP_FREE), Accessibility(description="Ring the lower bell")),
    )
    post = make_location(
        location_type=LocationType.POSTAL,
        name="",
        latitude=None,
        longitude=None,
        address=Address(address_1="Box 12", city="Northport", state_province="Coast", postal_code="FH2", country="XX"),
    )
    save_holidays([(date(2026, 11, 27), "Harbour Day")], by=BY, now=NOW)
    organization = make_organization("Sea Trust", description="A charity since 1988.")
    identity = new_id()
    tuesday = Schedule(freq=Frequency.WEEKLY, byday="TU", opens_at=time(19), closes_at=time(21))
    return make_service(
        "Law Centre",
        id=identity,
        organization_id=organization.id,
        alternate_name="The Sea Lawyers",
        description="Advice about rights.\nAnd about courts.",
        phones=(Phone(number="0555 0100"), Phone(number="0555 0199", type=PhoneType.FAX)),
        ways=(Way.PHONE, Way.IN_PERSON, Way.EMAIL),
        email="hello@law.example",
        url="https://law.example/",
        owner_email="secret.owner@law.example",
        assurer_email="secret.assurer@law.example",
        application_process="You say what happened. They do not ask for your name.",
        wait_time="Two days",
        fees_description="It depends on what you earn.",
        cost_options=(CostOption(option="First talk", amount=Decimal(0), currency="EUR"),),
        eligibility_description="You live on the coast.",
        minimum_age=16,
        languages=("en", "pt"),
        interpretation_services="Ask two days before.",
        accreditations="Bar of Fairhaven.",
        alert="Closed for a move on Friday.",
        assured_date=date(2026, 11, 13),
        service_areas=(AREA,),
        terms=(make_term("legal", name="A lawyer").id, make_term("everyone", taxonomy="people", name="Everyone").id),
        is_confidential=True,
        locations=(
            AtLocation(id=new_id(), location_id=house.id, schedules=(tuesday,)),
            AtLocation(id=new_id(), location_id=post.id),
        ),
        translations=(Translation(language="ar", field="name", text="مركز القانون"),),
    )


def test_one_service_is_told_whole_ways_to_talk_first(read: Callable[..., Read], law_centre: ServiceRecord) -> None:
    page = read(page_of(law_centre))
    assert page.status == 200
    for words in (
        "Law Centre The Sea Lawyers Sea Trust",
        "Closed for a move on Friday.",
        "Open now, until 17:00",
        "Fax 0555 0199",
        "What you say there stays there.",
        "Advice about rights. And about courts.",
        "You say what happened. They do not ask for your name.",
        "How long you may wait: Two days",
        "Wednesday 25 November 9:00–17:00",
        "Friday 27 November Closed Public holiday: Harbour Day",
        "Saturday 28 November Closed",
        "It depends on what you earn.",
        "Everyone",
        "From 16 years on",
        "People in Coast",
        "You live on the coast.",
        "A lawyer",
        "English, Portuguese",
        "Ask two days before.",
        "Law House 1 Quay Street FH1 2AB Fairhaven Bus 4 to Customs Square.",
        "When somebody is there: Tuesday 19:00–21:00",
        "No steps on the way in",
        "Ring the lower bell",
        "For letters: Box 12 FH2 Northport",
        "A charity since 1988.",
        "Bar of Fairhaven.",
        "Checked on 13 November 2026.",
    ):
        assert words in page.text, words
    assert page.links["Law Centre: 0555 0100"] == "tel:05550100"
    assert page.links["hello@law.example"] == "mailto:hello@law.example"
    assert page.links["Their own web page"] == "https://law.example/"
    assert page.links["Something is wrong here? Tell us"] == f"{page_of(law_centre)}/wrong"
    assert page.headings[:2] == ["Law Centre", "How to talk to them"]
    assert "secret" not in page.markup


def test_it_is_told_in_the_readers_language_and_says_what_is_not(
    read: Callable[..., Read], law_centre: ServiceRecord
) -> None:
    page = read(page_of(law_centre), language="ar")
    assert "مركز القانون" in page.headings
    assert re.search(r'<div lang="en">\s*<p[^>]*>Advice about rights', page.markup)
    assert not re.search(r'<h1[^>]* lang="en"', page.markup)


def test_a_place_that_is_open_day_and_night(read: Callable[..., Read]) -> None:
    page = read(page_of(crisis_line()))
    assert "Open now, day and night" in page.text
    assert page.text.count("Day and night") == 7
    assert f"People everywhere in {settings.LEEWARD_NATION}" in page.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": ServiceStatus.CLOSED_FOR_NOW}, "Closed for now"),
        ({"status": ServiceStatus.DEFUNCT}, "No longer offered"),
        ({"assured_date": TODAY - timedelta(days=200)}, "Not checked since 9 May 2026."),
        ({"assured_date": None}, "Not checked yet."),
    ],
)
def test_one_that_may_not_be_there_any_more_says_so(
    read: Callable[..., Read], values: dict[str, Any], words: str
) -> None:
    page = read(page_of(make_service("Sea Advice", **values)))
    assert page.status == 200
    assert words in page.text
    assert ("Open now" in page.text) is ("status" not in values)


def test_what_nobody_may_see_and_what_is_not_there_are_the_same(read: Callable[..., Read]) -> None:
    internal = make_service("For Professionals", is_internal=True)
    gone = make_service("Taken Out")
    withdraw_service(gone.id, source=Source.EDITOR, by=BY, now=NOW)
    unknown = [uuid.uuid4(), internal.id, gone.id]
    for ending in ("", "/wrong", "/wrong/told"):
        pages = {(page.status, page.text) for page in (read(f"/support/services/{each}{ending}") for each in unknown)}
        assert len(pages) == 1
        assert pages.pop()[0] == 404
    assert read("/support/services/not-an-id").status == 404
    assert read(f"/support/services/{str(internal.id).upper()}").status == 404


# --- something is wrong -----------------------------------------------------------------------------------------------


def tell(client: Client, service: ServiceRecord, **given: str) -> Any:
    return client.post(f"{page_of(service)}/wrong", given)


def test_a_mistake_is_told_without_a_name(client: Client, read: Callable[..., Read]) -> None:
    service = make_service("Sea Advice")
    page = read(f"{page_of(service)}/wrong")
    assert "You give no name." in page.text
    assert "Nobody can answer you here." in page.text
    assert set(re.findall(r'<(?:input|textarea|select)[^>]* name="([^"]+)"', page.markup)) == {
        "csrfmiddlewaretoken",
        "kind",
        "words",
    }
    answer = tell(client, service, kind="hours", words="  They close at four.\r\nOn Fridays. ")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page_of(service)}/wrong/told")
    proposal = Proposal.objects.get()
    assert proposal.service.public_id == service.id
    assert (proposal.words, proposal.values) == ("They close at four.\nOn Fridays.", {"mistake": "hours"})
    thanks = read(answer.headers["Location"])
    assert "Thank you" in thanks.text
    assert "nothing about you" in thanks.text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Choose what is wrong."),
        ({"kind": "nonsense", "words": "x"}, "Choose what is wrong."),
        ({"kind": "other", "words": " \x00 "}, "Say in a few words what is wrong."),
        ({"kind": "hours", "words": "x" * (MISTAKE_LENGTH + 1)}, f"Use {MISTAKE_LENGTH} characters or fewer"),
        ({"kind": "hours", "words": "x" * 2_000_000}, f"Use {MISTAKE_LENGTH} characters or fewer"),
    ],
)
def test_what_cannot_be_taken_is_asked_again(client: Client, given: dict[str, str], words: str) -> None:
    answer = tell(client, make_service(), **given)
    page = Read(status=answer.status_code, markup=answer.content.decode())
    assert page.status == 422
    assert page.text.count(words) == 2
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("kind", MistakeKind)
def test_every_kind_can_be_told(client: Client, kind: MistakeKind) -> None:
    assert tell(client, make_service(), kind=kind.value, words="It is so.").status_code == 303
    assert Proposal.objects.get().values == {"mistake": kind.value}


@pytest.mark.parametrize("text", ODD[:-3], ids=ascii)
def test_whatever_is_written_is_kept_as_text(client: Client, text: str) -> None:
    answer = client.post(
        f"{page_of(make_service())}/wrong",
        f"kind=hours&words={uuid_free(text)}",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 303
    assert not set(Proposal.objects.get().words) & {"\x00", "\x01", "\ud800"}


def test_one_network_cannot_flood_and_others_are_let_in(client: Client) -> None:
    start_afresh()
    services = [make_service(f"Advice {number}") for number in range(MISTAKES_PER_NETWORK + 1)]
    for service in services[:-1]:
        assert tell(client, service, kind="closed").status_code == 303
    refused = tell(client, services[-1], kind="closed")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 600
    assert "Please wait a moment" in refused.content.decode()
    assert Proposal.objects.count() == MISTAKES_PER_NETWORK
    other = client.post(f"{page_of(services[-1])}/wrong", {"kind": "closed"}, REMOTE_ADDR="203.0.113.9")
    assert other.status_code == 303
    start_afresh()


def test_what_many_have_said_is_thanked_for_all_the_same(client: Client) -> None:
    service = make_service()
    for number in range(OPEN_MISTAKES_MOST + 2):
        start_afresh()
        assert tell(client, service, kind="other", words=f"Number {number}").status_code == 303
    assert Proposal.objects.count() == OPEN_MISTAKES_MOST
    start_afresh()


# --- help -------------------------------------------------------------------------------------------------------------


def test_help_says_whom_to_call_from_the_directory(read: Callable[..., Read]) -> None:
    nation, other = str(settings.LEEWARD_LINES["helpline"].name), str(settings.LEEWARD_SERVICES[0].name)
    assert {nation, other} <= set(read("/help").headings)
    crisis_line("Night Line")
    page = read("/help")
    assert page.headings.index(nation) < page.headings.index("Night Line")
    assert other not in page.text
    assert settings.LEEWARD_LINES["children"].phone in page.text
    assert page.links["Find more support"] == FIND


def test_every_page_leads_to_it(client: Client) -> None:
    for path in ("/", "/safety", "/nowhere"):
        markup = client.get(path).content.decode()
        assert f'href="{FIND}"' in markup
        assert 'href="/help"' in markup
