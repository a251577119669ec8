"""A person tells the desk in a real browser: on a phone, from right to left, and comes back by code."""

import re
from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import found_services
from leeward.industry.platforms.operations import add_channel, add_domain, create_platform
from leeward.industry.platforms.rules import ChannelKind, NewChannel, NewDomain, Rung
from leeward.victim.removals.models import Report, Request
from tests.depth import one_a_day
from tests.journeys.walking import Taps
from tests.readers import open_door

DESKTOP = {"width": 1280, "height": 900}
pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _house(transactional_db: None, settings: Any, tmp_path: FilePath) -> None:
    """Keys of the desk, and one platform that it knows."""
    from django.utils import timezone

    now, by = timezone.now(), Actor.operator()
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    found_services(by=by, now=now)
    open_door("desk", now=now)
    partner = create_platform(name="Chatter", by=by, now=now).partner
    add_domain(partner=partner, domain=NewDomain(host="chatter.example"), by=by, now=now)
    channel = NewChannel(kind=ChannelKind.INBOX, rung=Rung.PLATFORM, address="", language="en")
    add_channel(partner=partner, channel=channel, by=by, now=now)


def press(page: Page, name: str = "") -> None:
    """Press the page's first button, or the one of this name attribute."""
    with page.expect_navigation():
        page.locator(f"main form button[name={name}]" if name else "main form:not([action]) button").first.click()


def begin(page: Page, path: str, *, places: str = "", look: Callable[[str], object] = str) -> str:
    """Up to the page on which she hands in; returns the code."""
    page.goto("/")
    look("home")
    if path == "threat":
        page.locator("a[href='/protect/first-help']").click()
        look("first help")
    page.locator(f"a[href='/report/begin/{path}']").click()
    if path != "threat":
        page.wait_for_url("**/report/where")
        look("where")
        page.locator("textarea").fill(places)
        press(page, "continue" if places else "skip")
    for step in ("age", "yes"):
        page.wait_for_url(f"**/report/{step}")
        look(step)
        page.locator("main input[value=yes]").check()
        press(page)
    page.wait_for_url("**/report/keep")
    look("code")
    code = " ".join(page.locator(".portal-code__group").all_inner_texts())
    page.locator("input[name=kept]").check()
    page.locator("main form:not([action]) button[type=submit]").last.click()
    page.wait_for_url("**/report/check")
    return code


@pytest.mark.parametrize("locale", one_a_day(["en", "ar"]))
def test_from_the_first_page_to_three_links_handed_in(person: Callable[..., Any], locale: str) -> None:
    page = person({"width": 360, "height": 740}, locale=locale).page
    page.goto("/")
    her = Taps(page)
    her.tap(page.locator("a[href='/report/begin/online']"), leads_on=True)
    page.wait_for_url("**/report/where")
    for shown in ("textarea", "button[name=continue]"):
        expect(page.locator(shown)).to_be_in_viewport()
    her.tap(page.locator("textarea"))
    page.keyboard.insert_text("https://chatter.example/p/1\nhttps://www.instagram.com/p/2\nhttps://t.me/x/3")
    her.tap(page.locator("button[name=continue]"), leads_on=True)
    for step in ("age", "yes"):
        page.wait_for_url(f"**/report/{step}")
        her.tap(page.locator("main input[value=yes]"))
        her.tap(page.locator("main form button"), leads_on=True)
    page.wait_for_url("**/report/keep")
    assert not Report.objects.exists()
    her.tap(page.locator("input[name=kept]"))
    her.tap(page.locator("main form:not([action]) button[type=submit]").last, leads_on=True)
    page.wait_for_url("**/report/check")
    her.tap(page.locator("form[action='/report/hand-in'] button"), leads_on=True)
    page.wait_for_url("**/report/next")
    report = Report.objects.get()
    assert (report.state, report.notices_agreed_at is not None, report.requests.count()) == ("open", True, 3)
    assert (her.screens, her.taps) == (7, 10)
    expect(page.locator("main a[href='/status/add']")).to_be_visible()


def test_the_browsers_back_button_loses_nothing(person: Callable[..., Any]) -> None:
    page = person().page
    page.goto("/")
    page.locator("a[href='/report/begin/online']").click()
    page.locator("textarea").fill("https://chatter.example/p/1")
    press(page, "continue")
    page.locator("main input[value=yes]").check()
    press(page)
    page.wait_for_url("**/report/yes")
    page.go_back()
    page.go_back()
    expect(page.locator("textarea")).to_have_value("https://chatter.example/p/1")


def open_by_code(page: Page, code: str) -> None:
    page.goto("/status/")
    page.locator("main input[name=numbers]").fill(code)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/status/pictures")


def test_she_tells_stops_comes_back_and_hands_it_in(person: Callable[..., Any], product: Any) -> None:
    her = person()
    page = her.page
    code = begin(page, "online", places="here: https://chatter.example/p/1")
    page.goto("/report/q/words")
    page.locator("textarea").fill("It began on Sunday. Ωmega ‏عربي")
    press(page)
    page.wait_for_url("**/report/check")
    page.get_by_role("link", name="Exit this page", exact=True).first.wait_for()

    again = person(DESKTOP).page
    open_by_code(again, code)
    again.get_by_role("button", name="Check it and hand it in").click()
    expect(again.get_by_text("It began on Sunday.")).to_be_visible()
    again.get_by_role("button", name="Hand it in").click()
    expect(again.get_by_role("heading", level=1)).to_have_text("It is with the desk")
    expect(again.locator("main")).to_contain_text("Due ")
    again.get_by_role("button", name="Go to my pages").click()
    again.get_by_role("link", name="Links", exact=True).click()
    expect(again.locator("main")).to_contain_text("Chatter")
    again.get_by_role("link", name=re.compile("What happened, and what I can do")).click()
    expect(again.locator("main")).to_contain_text("You told us about it.")
    again.go_back()
    again.get_by_role("link", name="Write to the desk, or ask for help").click()
    again.locator("textarea").fill("Is there news?")
    press(again)
    expect(again.locator(".leeward-note")).to_contain_text("Is there news?")
    assert Report.objects.get().state == "open"
    addresses = "\n".join(f"{request.path}?{request.query}" for request in product.pages())
    for typed in ("chatter", "Sunday", "news", code.replace(" ", "")[:8]):
        assert typed not in addresses
    assert her.complaints == []


@pytest.mark.turn(1, days=2)
def test_a_threat_ends_without_any_address_and_leads_to_protecting(person: Callable[..., Any]) -> None:
    page = person().page
    begin(page, "threat")
    page.get_by_role("button", name="Hand it in").click()
    expect(page.locator("main")).to_contain_text("do not pay")
    page.locator("main a[href='/status/add']").click()
    page.wait_for_url("**/status/add/age")
    page.locator("main input[value=yes]").check()
    press(page)
    page.wait_for_url("**/status/add")
    page.frame_locator("iframe").locator("input[type=file]:enabled").wait_for(state="attached")
    assert not Request.objects.exists()


@pytest.mark.turn(0, days=2)
def test_a_way_to_reach_her_needs_an_address_and_says_where(person: Callable[..., Any]) -> None:
    page = person().page
    begin(page, "online")
    page.goto("/report/q/reach")
    expect(page.locator("main input[value=none]")).to_be_checked()
    expect(page.locator("main form input:visible:not([type=radio])")).to_have_count(0)
    page.locator("main input[value=phone]").check()
    expect(page.locator("input[name=phone]")).to_be_visible()
    expect(page.locator("input[name=email]")).to_be_hidden()
    page.locator("main input[value=email]").check()
    expect(page.locator("input[name=phone]")).to_be_hidden()
    expect(page.locator("select[name=news_zone]")).to_be_hidden()
    page.locator("input[name=news]").check()
    expect(page.locator("select[name=news_zone]")).to_be_visible()
    page.locator("input[name=news]").uncheck()
    press(page)
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.locator(".govuk-error-summary a").click()
    expect(page.locator("input[name=email]")).to_be_focused()


@pytest.mark.parametrize("locale", one_a_day(["en", "ar"]))
def test_every_page_is_accessible_and_fits_a_small_phone(person: Callable[..., Any], locale: str) -> None:
    her = person(locale=locale)
    page = her.page
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        # What a reader of a language sees is the same page: the rules are asked once, and of a few mirrored pages.
        looked = her.axe() if locale == "en" or name in ("where", "check", "her page") else []
        found[name] = her.runs_over() + looked

    page.goto("/report/begin/online")
    press(page, "continue")
    look("where with an error")
    begin(page, "threat")
    for path in ("/protect/first-help", "/protect/not-sure"):
        page.goto(path)
        for summary in page.locator("summary").all():
            summary.click()
        look(path)
    page.context.clear_cookies()
    begin(page, "online", places="https://chatter.example/p/0", look=look)
    for question in ("what", "who", "shown", "made", "when", "by", "wish", "signs", "earlier", "words", "yes", "reach"):
        page.goto(f"/report/q/{question}")
        look(question)
    page.locator("main input[value=email]").check()
    page.locator("main input[name=news]").check()  # and no hours, no days
    press(page)
    look("reach with an error")
    page.goto("/report/q/where")
    long = "https://chatter.example/" + "a-very-long-path-without-a-break" * 6
    page.locator("textarea").fill(f"{long}\nhttps://unknown.example/p\n@somebody\nme@mail.example")
    press(page, "add")
    look("where")
    page.goto("/report/q/more")
    page.locator("input[name=site]").fill("Lantern")
    page.locator("input[name=handle]").fill("@night_" + "x" * 60)
    press(page, "add")
    look("more")
    page.goto("/report/now")
    look("help now")
    page.goto("/report/check")
    look("check")
    page.goto("/status/pictures")
    look("her page with a draft")
    page.goto("/status/part/links")
    look("her links with a draft")
    page.goto("/report/check")
    page.locator("main form[action='/report/hand-in'] button").click()
    look("next")
    for name, path in (
        ("her page", "pictures"),
        ("her links", "part/links"),
        ("place", "place/1"),
        ("take back", "place/1/take-back"),
        ("stop", "stop"),
        ("messages", "messages"),
        ("everything", "everything"),
    ):
        page.goto(f"/status/{path}")
        look(name)
    assert {name: problems for name, problems in found.items() if problems} == {}
