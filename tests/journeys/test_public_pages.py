"""The public pages in a real browser: nobody is shut out, and whoever must leave is gone at once."""

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect

from leeward.foundation.web.leaving import DOOR
from tests.depth import one_a_day
from tests.journeys.people import LOOKS, speak

# Of "/help" and "/support" it is tests/journeys/test_support.py that looks at them as often.
PAGES = [
    *("/", "/safety", "/privacy", "/accessibility", "/for-platforms", "/staff/sign-in"),
    *("/guides", "/guides/exchange", "/guides/matching", "/guides/directory-data", "/no-such-page"),
]

pytestmark = pytest.mark.browser


@pytest.fixture
def somewhere(product: Any, settings: Any) -> str:
    """An everyday site to leave for, on this machine."""
    settings.LEEWARD_EXIT_URL = f"{product.url}/healthz"
    return f"{product.url}/healthz"


@pytest.mark.parametrize(("language", "size"), one_a_day(LOOKS))
def test_nobody_is_shut_out(person: Callable[..., Any], product: Any, language: str, size: dict[str, int]) -> None:
    visitor = person(size)
    visitor.context.add_cookies([{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": language, "url": product.url}])
    for address in PAGES:
        visitor.page.goto(address)
        visitor.look_on_both(f"public-{address.strip('/').replace('/', '-') or 'home'}-{language}")
        expect(visitor.page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    assert [line for line in visitor.complaints if "404" not in line] == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_we_keep_fits_a_phone_without_scrolling_sideways(person: Callable[..., Any], language: str) -> None:
    page = person({"width": 360, "height": 780}, locale=language).page
    page.goto("/privacy")
    tables = page.locator(".leeward-scroll:has(table)")
    assert tables.count() >= 2
    assert (
        tables.evaluate_all("(found) => found.map((each) => each.scrollWidth - each.clientWidth)")
        == [0] * tables.count()
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_first_load_is_light(person: Callable[..., Any], language: str) -> None:
    """All that a phone fetches for the first page, letters and style included."""
    page = person(locale=language).page
    page.goto("/")
    page.wait_for_function(
        "() => document.fonts.status === 'loaded' && document.fonts.check('16px \"Readex Pro Variable\"')"
    )
    fetched = page.evaluate(
        """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
          .map((entry) => [entry.name.split("/").pop(), entry.encodedBodySize])"""
    )
    assert sum(size for _name, size in fetched) <= 150_000, fetched
    assert sum(size for name, size in fetched if name.endswith(".woff2")) in range(1, 60_001), fetched


def click(page: Page) -> None:
    page.locator(".leeward-exit__link").click()


def press_shift(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Shift")


def press_escape(page: Page) -> None:
    for _ in range(2):
        page.keyboard.press("Escape")


def second_tab_stop(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("way", [click, press_shift, press_escape, second_tab_stop])
def test_leaving_takes_the_page_out_of_the_history(
    person: Callable[..., Any], somewhere: str, way: Callable[[Page], None]
) -> None:
    page = person().page
    page.goto("/")
    page.goto("/safety")
    way(page)
    page.wait_for_url(somewhere)
    page.go_back()
    assert page.url.endswith("/")
    assert "/safety" not in page.url
    assert_door_is_shut(page)


def assert_door_is_shut(page: Page) -> None:
    """A page that tells nothing; one small link leads in again."""
    expect(page.get_by_role("link")).to_have_text(["Open"])
    assert page.title() == "…"
    assert page.locator("body").inner_text().strip() == "Open"


@pytest.mark.parametrize("script", [True, False])
def test_back_shows_no_page_of_ours(person: Callable[..., Any], somewhere: str, *, script: bool) -> None:
    visitor = person(java_script_enabled=script)
    page = visitor.page
    for address in ("/", "/safety", "/protect/"):
        page.goto(address)
    click(page)
    page.wait_for_url(somewhere)
    for _ in range(2):
        page.go_back()
        assert_door_is_shut(page)
    visitor.look_at_the_side("door-shut")
    if script:
        visitor.look("door-shut")
    page.get_by_role("link", name="Open").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert visitor.context.cookies() == []


@pytest.mark.turn(1, days=3)
@pytest.mark.parametrize("script", one_a_day(["script", "no-script"]))
def test_back_shows_no_page_of_ours_in_firefox(product: Any, somewhere: str, script: str) -> None:
    command = ["node", str(Path(__file__).with_name("firefox_leaves.mjs")), product.url, script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["left"] == somewhere
    assert told["shown"] == [{"title": "…", "links": ["/back"], "text": "Open"}] * 2


def test_the_page_is_blank_before_the_next_one_answers(person: Callable[..., Any], somewhere: str) -> None:
    page = person().page
    page.goto("/safety")
    page.route("**/leave", lambda _route: None)  # an answer that never comes
    told: list[str] = []
    page.expose_function("tell", lambda word: told.append(word))
    page.evaluate("document.addEventListener('leeward:leave', () => window.tell('dropped'))")
    # Asked in the very same moment: by the time that a locator looks, the browser is on its way.
    seen = page.evaluate(
        "() => { document.querySelector('.leeward-exit__link').click();"
        " return [document.body.innerText.trim(), document.title, document.querySelectorAll('h1, form').length]; }"
    )
    assert seen == ["Leaving this page.", "…", 0]
    while not told:
        page.evaluate("() => new Promise(requestAnimationFrame)")
    assert told == ["dropped"]


def test_other_keys_between_do_not_leave(person: Callable[..., Any], somewhere: str) -> None:
    page = person().page
    page.goto("/safety")
    for key in ("Shift", "Shift", "a", "Shift", "Escape", "a", "Escape"):
        page.keyboard.press(key)
    page.keyboard.press("Shift+A")
    page.keyboard.press("Shift+B")
    page.keyboard.press("Shift+C")
    assert page.url.endswith("/safety")


def test_one_press_before_the_last_is_announced(person: Callable[..., Any], somewhere: str) -> None:
    page = person().page
    page.goto("/safety")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    expect(page.get_by_role("status")).to_have_text("Press again to leave this page.")


def test_leaving_and_the_language_work_without_script(person: Callable[..., Any], somewhere: str) -> None:
    page = person(java_script_enabled=False).page
    page.goto("/safety")
    speak(page, "ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.url.endswith("/safety")
    page.locator(".leeward-exit__link").click()
    page.wait_for_url(somewhere)
    assert [cookie["name"] for cookie in page.context.cookies()] == [DOOR]


def test_leaving_waits_for_no_clock_and_forgets(person: Callable[..., Any], somewhere: str) -> None:
    visitor = person()
    page = visitor.page
    page.goto("/staff/sign-in")  # a page with a form, so with a cookie
    assert visitor.context.cookies() != []
    page.clock.install()
    page.goto("/safety")
    page.clock.pause_at(datetime.now(UTC) + timedelta(days=1))  # a timer of the page would never come to its end
    click(page)
    page.wait_for_url(somewhere)
    assert [cookie["name"] for cookie in visitor.context.cookies()] == [DOOR]


def test_a_wrong_form_brings_the_keyboard_to_what_is_wrong(person: Callable[..., Any]) -> None:
    page = person().page
    page.goto("/staff/sign-in")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.title().startswith("Error: ")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_username")).to_be_focused()


def test_what_is_asked_of_somebody_else_is_noticed(person: Callable[..., Any]) -> None:
    visitor = person()
    visitor.context.route("http://stranger.example/**", lambda route: route.fulfill(body=""))
    visitor.page.set_content("<img src='http://stranger.example/dot.png'>", wait_until="load")
    assert visitor.strayed == ["http://stranger.example/dot.png"]
    visitor.strayed.clear()
