"""Somebody looks for support in a real browser: by keyboard, by ear, without script, and leaves nothing behind."""

import itertools
import re
from collections.abc import Callable, Iterator
from datetime import time
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect

from leeward.society.directory.models import Proposal
from leeward.society.directory.operations.places import PlaceRow, save_places
from leeward.society.directory.queries.asking import VOCABULARY
from leeward.society.directory.rules.places import PlaceKind
from leeward.society.directory.rules.records import (
    Access,
    Accessibility,
    Coverage,
    Frequency,
    Link,
    Phone,
    PhoneType,
    Schedule,
    ServiceArea,
    ServiceRecord,
    Translation,
    Way,
)
from tests.depth import one_a_day
from tests.foundation.accounts.people import at
from tests.journeys.conftest import Product
from tests.journeys.people import DESKTOP, LOOKS, Person
from tests.society.directory.factories import ALWAYS, BY, NOW, make_location, make_organization, make_service, make_term

pytestmark = pytest.mark.browser

BOX = "What is happening, or who do you want to talk to?"
PLACE = "Your town or postcode"
FOUND = re.compile(r"/support/found\?search=\d#found$")
QUESTIONS = (("What do you need?", "A lawyer"), ("How do you want to talk?", "By phone"), ("Who is it for?", "Women"))
STEPS_MOST = 60  # of the keyboard, to anything on one page
LONG_NAME = "The Joint Counselling and Legal Advice Centre of the Northern Harbour Municipalities"
ODD = [
    "' OR 1=1 --",
    '"><script>document.title="taken"</script>',
    "<img src=x onerror=document.title='taken'>",
    "%00 %s {{7*7}}",
]
type People = Callable[..., Person]


@pytest.fixture(autouse=True)
def _now(product: Product, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    at(monkeypatch, NOW)
    VOCABULARY.forget()
    yield
    VOCABULARY.forget()


def place(kind: PlaceKind, name: str, *, area: str) -> PlaceRow:
    return PlaceRow(kind=kind, name=name, latitude=38.73, longitude=-9.14, area_code=area.upper(), area_name=area)


@pytest.fixture
def directory(product: Product) -> dict[str, ServiceRecord]:
    """A small nation: a crisis line, a long name, a refuge, an old entry, and somebody who can only be written to."""
    legal = make_term("legal", name="A lawyer", translations=(Translation(language="ar", field="name", text="محامٍ"),))
    housing = make_term("housing", name="A safe place to stay")
    everyone = make_term("everyone", taxonomy="people", name="Everyone")
    women = make_term("women", taxonomy="people", name="Women")
    coast = (ServiceArea(name="Coast", code="COAST"),)
    house = make_location(
        name="Law House",
        transportation="Bus 4 to Customs Square.",
        accessibility=(Accessibility(kind=Access.STEP_FREE),),
    )
    evening = Schedule(freq=Frequency.WEEKLY, byday="MO,TU,WE,TH,FR", opens_at=time(18), closes_at=time(23))
    made = (
        make_service(
            "Night Line",
            coverage=Coverage.NATIONAL,
            is_crisis_line=True,
            schedules=(ALWAYS,),
            phones=(Phone(number="0800 555 0100", description="free"), Phone(number="61100", type=PhoneType.TEXT)),
            ways=(Way.PHONE, Way.TEXT, Way.CHAT),
            additional_urls=(Link(url="https://night.example/chat", way=Way.CHAT),),
            languages=("en", "ar", "bfi"),
            translations=(
                Translation(language="ar", field="name", text="خط الليل"),
                Translation(language="ar", field="description", text="شخص يستمع إليك."),
            ),
        ),
        make_service(
            LONG_NAME, at=(house,), terms=(legal.id, everyone.id), alert="Closed on Friday.", service_areas=coast
        ),
        make_service(
            "Safe Door",
            terms=(housing.id, women.id),
            hides_address=True,
            ways=(Way.PHONE, Way.IN_PERSON),
            service_areas=coast,
        ),
        make_service("Evening Lawyers", terms=(legal.id,), coverage=Coverage.NATIONAL, schedules=(evening,)),
        make_service("Old Advice", assured_date=NOW.date().replace(month=7), service_areas=coast),
        make_service("Letter Lawyers", terms=(legal.id,), ways=(Way.EMAIL,), phones=(), email="write@letters.example"),
    )
    save_places(
        [
            place(PlaceKind.POSTCODE, "FH1 2AB", area="Coast"),
            place(PlaceKind.TOWN, "Newport", area="Coast"),
            place(PlaceKind.TOWN, "Newport", area="Hills"),
        ],
        by=BY,
        now=NOW,
    )
    make_organization("Nobody's Trust")
    return {service.name: service for service in made}


def step_to(page: Page, what: Callable[[Page], Any]) -> None:
    """Press Tab until it has the focus."""
    for _ in range(STEPS_MOST):
        page.keyboard.press("Tab")
        if what(page).evaluate("(each) => each === document.activeElement"):
            return
    raise AssertionError(f"The keyboard does not reach it: {what(page)}")


def search(page: Page, *, words: str = "", place: str = "") -> None:
    """Search as somebody does who types: what is typed has no address."""
    page.goto("/support")
    page.get_by_role("textbox", name=BOX).fill(words)
    page.get_by_role("textbox", name=PLACE).fill(place)
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(FOUND)


def fill_and_send(page: Page, typed: dict[str, str]) -> None:
    """The same in any language."""
    page.goto("/support")
    for name, text in typed.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("form[action='/support'] button[type=submit]").first.click()
    page.wait_for_url(FOUND)


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_by_keyboard_alone(person: People, directory: dict[str, ServiceRecord]) -> None:
    page = person().page
    page.goto("/support")
    step_to(page, lambda page: page.get_by_role("textbox", name=BOX))
    page.keyboard.type("someone to talk to, a lawyer")
    page.keyboard.press("Enter")
    page.wait_for_url(FOUND)
    # Reading goes on where the results begin.
    expect(page.get_by_role("heading", level=2).first).to_be_focused()
    step_to(page, lambda page: page.get_by_role("link", name="Evening Lawyers", exact=True).first)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/support/services/{directory['Evening Lawyers'].id}")
    step_to(page, lambda page: page.get_by_role("link", name="Evening Lawyers: 0555 0100"))


def test_every_question_by_keyboard_alone(person: People, directory: dict[str, ServiceRecord]) -> None:
    page = person().page
    page.goto("/support")
    step_to(page, lambda page: page.locator("summary", has_text="What do you need?"))
    page.keyboard.press("Enter")
    step_to(page, lambda page: page.get_by_role("checkbox", name="A lawyer"))
    page.keyboard.press("Space")
    step_to(page, lambda page: page.locator("summary", has_text="More: open now"))
    page.keyboard.press("Space")
    step_to(page, lambda page: page.get_by_role("checkbox", name="Open now"))
    page.keyboard.press("Space")
    step_to(page, lambda page: page.get_by_role("button", name="Search", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url(FOUND)
    expect(page.get_by_role("heading", name=LONG_NAME)).to_be_visible()
    expect(page.get_by_role("heading", name="Evening Lawyers")).to_have_count(0)
    step_to(page, lambda page: page.get_by_role("button", name="Take away: Open now"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Evening Lawyers")).to_be_visible()


def test_what_a_screen_reader_says(person: People, directory: dict[str, ServiceRecord]) -> None:
    page = person().page
    page.goto("/support")
    expect(page.get_by_role("textbox", name=BOX)).to_have_accessible_description(re.compile("^A few words"))
    expect(page.get_by_role("textbox", name=PLACE)).to_have_accessible_description(re.compile("^Why we ask"))
    for question, choice in (
        ("What do you need?", "A lawyer"),
        ("How do you want to talk?", "By phone"),
        ("Who is it for?", "Women"),
    ):
        page.locator("summary", has_text=question).click()
        expect(page.get_by_role("group", name=question).get_by_role("checkbox", name=choice)).to_be_visible()
    page.get_by_role("textbox", name=PLACE).fill("fh1 2ab")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(FOUND)
    levels = page.locator("main h1, main h2, main h3, main h4").evaluate_all(
        "(all) => all.map((each) => +each.tagName[1])"
    )
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    expect(page.get_by_role("region", name="6 services")).to_be_visible()
    expect(page.get_by_role("link", name="Night Line: 0800 555 0100")).to_have_attribute("href", "tel:08005550100")
    expect(page.get_by_role("link", name="Night Line: 61100")).to_have_attribute("href", "sms:61100")
    expect(page.get_by_role("link", name="Night Line: Chat on their page")).to_be_visible()
    expect(page.get_by_role("button", name="Take away: fh1 2ab")).to_be_visible()
    page.get_by_role("link", name=LONG_NAME, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=LONG_NAME)).to_be_visible()
    expect(page.get_by_role("region", name="How to talk to them")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Wednesday 25 November 9:00–17:00"))).to_be_visible()


@pytest.mark.parametrize(("language", "size"), one_a_day(LOOKS))
def test_nobody_is_shut_out(
    person: People, product: Product, directory: dict[str, ServiceRecord], language: str, size: dict[str, int]
) -> None:
    her = person(size)
    her.context.add_cookies([{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": language, "url": product.url}])
    one = f"/support/services/{directory[LONG_NAME].id}"
    typed = {
        "found": {"place": "FH1 2AB"},
        "mended": {"words": "lawyrs zzxqy"},
        "unknown": {"place": "Nowhereton", "words": "x<b>"},
        "two": {"place": "newport"},
    }
    for name, address in {
        "empty": "/support",
        **dict.fromkeys(typed, ""),
        "nothing": "/support?needs=legal&ways=text&access=quiet_room",
        "one": one,
        "crisis": f"/support/services/{directory['Night Line'].id}",
        "hidden": f"/support/services/{directory['Safe Door'].id}",
        "old": f"/support/services/{directory['Old Advice'].id}",
        "wrong": f"{one}/wrong",
        "told": f"{one}/wrong/told",
        "help": "/help",
    }.items():
        if address:
            her.page.goto(address)
        else:
            fill_and_send(her.page, typed[name])
        # All that can be opened is open, so that it is looked at too.
        her.page.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        her.look_on_both(f"support-{name}-{language}")
        expect(her.page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    assert her.complaints == []


def test_every_target_is_large_enough_for_a_thumb(person: People, directory: dict[str, ServiceRecord]) -> None:
    page = person().page
    for address in ("", f"/support/services/{directory['Night Line'].id}"):
        if address:
            page.goto(address)
        else:
            search(page, place="FH1 2AB")
        small = page.locator("main a[href^='tel:'], main a[href^='sms:'], main button").evaluate_all(
            "(all) => all.filter((each) => each.getBoundingClientRect().height < 36).map((each) => each.outerHTML)"
        )
        assert small == []


def test_without_script(person: People, directory: dict[str, ServiceRecord]) -> None:
    page = person(java_script_enabled=False).page
    page.goto("/support")
    page.locator("summary", has_text="What do you need?").click()
    page.get_by_role("checkbox", name="A lawyer").check()
    page.get_by_role("textbox", name=PLACE).fill("FH1 2AB")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("heading", name="Near FH1 2AB")).to_be_visible()
    expect(page.get_by_role("heading", name=LONG_NAME)).to_be_visible()
    page.get_by_role("button", name="Take away: A lawyer").click()
    expect(page.get_by_role("heading", name="Safe Door")).to_be_visible()
    page.get_by_role("link", name="Safe Door", exact=True).click()
    expect(page.get_by_text("The address is not shown, to keep people there safe.")).to_be_visible()
    page.get_by_role("link", name="Something is wrong here? Tell us").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_role("radio", name="The times are wrong").check()
    page.get_by_role("textbox", name="What should it say instead?").fill("They close at four.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert [(each.words, each.values) for each in Proposal.objects.all()] == [
        ("They close at four.", {"mistake": "hours"})
    ]


def test_one_of_two_towns_is_chosen(person: People, directory: dict[str, ServiceRecord]) -> None:
    page = person().page
    page.goto("/support")
    page.get_by_role("textbox", name=BOX).fill("lawyer")
    page.get_by_role("textbox", name=PLACE).fill("Newport")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("button", name="Newport, Coast").click()
    expect(page.get_by_role("textbox", name=PLACE)).to_have_value("Newport, Coast")
    expect(page.get_by_role("textbox", name=BOX)).to_have_value("lawyer")
    expect(page.get_by_role("heading", name="Near Newport")).to_be_visible()


@pytest.mark.parametrize("where", ["list", "one"])
def test_on_paper(person: People, directory: dict[str, ServiceRecord], where: str) -> None:
    page = person(DESKTOP).page
    if where == "list":
        search(page, place="FH1 2AB")
    else:
        page.goto(f"/support/services/{directory['Night Line'].id}")
    page.emulate_media(media="print")
    for gone in (".leeward-header", ".leeward-exit", "footer", "form", ".govuk-back-link", ".leeward-chip"):
        for each in page.locator(gone).all():
            expect(each).to_be_hidden()
    for each in page.get_by_text(re.compile("^Open now")).all():
        expect(each).to_be_hidden()
    number = page.locator("a[href='tel:08005550100']").first
    expect(number).to_be_visible()
    style: dict[str, str] = number.evaluate(
        "(each) => { const style = getComputedStyle(each);"
        " return { size: style.fontSize, colour: style.color, after: getComputedStyle(each, '::after').content }; }"
    )
    assert float(style["size"].removesuffix("px")) >= 24
    assert style["colour"] == "rgb(0, 0, 0)"
    assert style["after"] in ('""', "none")
    assert page.pdf(format="A4").startswith(b"%PDF-")


def test_whatever_is_typed_is_only_text(person: People, directory: dict[str, ServiceRecord]) -> None:
    her = person()
    for text in (*ODD, "x" * 10_000, "lawyer " * 1_428):
        type_and_look(her, text)
    assert [line for line in her.complaints if "maxlength" not in line.lower()] == []


def type_and_look(her: Person, text: str) -> None:
    her.page.goto("/support")
    box = her.page.get_by_role("textbox", name=BOX)
    box.fill(text)
    her.page.get_by_role("textbox", name=PLACE).evaluate(
        "(each, text) => { each.removeAttribute('maxlength'); each.value = text; }", text
    )
    her.page.get_by_role("button", name="Search", exact=True).click()
    her.page.wait_for_url(FOUND)
    expect(her.page.get_by_role("heading", level=1, name="Find support")).to_be_visible()
    expect(her.page).to_have_title(re.compile("Search$"))
    assert her.page.locator("main script, main img").count() == 0
    assert her.runs_over() == [], text[:12]


def test_nothing_is_left_behind(person: People, product: Product, directory: dict[str, ServiceRecord]) -> None:
    her = person()
    page = her.page
    before = rows()
    page.goto("/support")
    page.get_by_role("textbox", name=BOX).fill("zebrafinch lawyer")
    page.get_by_role("textbox", name=PLACE).fill("FH1 2AB")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(FOUND)
    page.get_by_role("link", name=LONG_NAME, exact=True).click()
    page.wait_for_url("**/support/services/*")
    page.get_by_role("link", name="Staying safe here").click()
    page.wait_for_url("**/safety")
    assert rows() == before
    # What she typed lies in one cookie, sealed, until she leaves or a quarter of an hour is over.
    (kept_here,) = her.context.cookies()
    assert "zebrafinch" not in str(kept_here)
    assert kept_here["expires"] == -1
    kept: dict[str, Any] = page.evaluate(
        "async () => ({ local: localStorage.length, session: sessionStorage.length,"
        " bases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,"
        " workers: (await navigator.serviceWorker.getRegistrations()).length })"
    )
    assert set(kept.values()) == {0}
    # What she typed was sent once, in no address, and never again.
    telling = [request for request in product.received if b"zebrafinch" in request.everything]
    assert [(request.method, request.path) for request in telling] == [("POST", "/support")]
    assert not any("Referer" in request.headers or "HTTP_REFERER" in request.headers for request in product.received)


def test_leaving_from_what_was_found(
    person: People, product: Product, directory: dict[str, ServiceRecord], settings: Any
) -> None:
    settings.LEEWARD_EXIT_URL = f"{product.url}/healthz"
    page = person().page
    page.goto("/help")
    search(page, words="lawyer")
    page.locator(".leeward-exit__link").click()
    page.wait_for_url("**/healthz")
    page.go_back()
    page.wait_for_url("**/support")
    expect(page.get_by_role("textbox")).to_have_count(0)


def test_back_shows_what_was_found_and_the_history_does_not(
    person: People, directory: dict[str, ServiceRecord]
) -> None:
    page = person().page
    search(page, words="lawyer")
    page.get_by_role("textbox", name=BOX).fill("zebrafinch lawyer")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url("**/support/found?search=2#found")
    page.get_by_role("link", name="Evening Lawyers", exact=True).click()
    page.wait_for_url("**/support/services/*")
    page.go_back()
    page.wait_for_url("**/support/found?search=2#found")
    expect(page.get_by_role("textbox", name=BOX)).to_have_value("zebrafinch lawyer")
    page.go_back()
    page.wait_for_url("**/support/found?search=1#found")
    expect(page.get_by_role("textbox", name=BOX)).to_have_value("lawyer")
    # Somebody else takes the address from the history, in the same browser.
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_role("textbox", name=BOX)).to_have_value("")
    assert "search=" not in other.url
