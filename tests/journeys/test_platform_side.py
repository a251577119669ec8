"""A platform's people work their queue in a real browser, by keyboard and without script, and a small one by a link."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from leeward.foundation.accounts.rules import Role
from leeward.victim.removals.models import Notice, Request
from tests.depth import one_a_day
from tests.foundation.accounts.people import at, come_in
from tests.journeys.people import DESKTOP, LOOKS, PHONE
from tests.victim.removals.conftest import (  # noqa: F401  # fixtures, used by their names
    NOW,
    Company,
    Filed,
    Worker,
    chatter,
    hire,
    house,
    lantern,
    open_company,
    robin,
)
from tests.victim.removals.platform_people import asked_of, colleague, link_of

pytestmark = [pytest.mark.browser]

QUEUE = "/platform/requests"


@pytest.fixture(autouse=True)
def _laws(product: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert product.url
    at(monkeypatch, NOW)


@pytest.fixture
def sit(person: Callable[..., Any], product: Any) -> Callable[..., Any]:
    """Gives somebody who is signed in and unlocked a real browser."""

    def make(client: Client, viewport: dict[str, int] = DESKTOP, **options: Any) -> Any:
        somebody = person(viewport, **options)
        somebody.context.add_cookies(
            [
                {"name": cookie.key, "value": cookie.value, "url": product.url, "sameSite": "Strict"}
                for cookie in client.cookies.values()
            ]
        )
        return somebody

    return make


@pytest.fixture
def filed(robin: Worker, chatter: Company) -> Filed:  # noqa: F811  # a fixture
    assert chatter.partner.name == "Chatter"
    return asked_of(robin, *(f"https://chatter.example/posts/2026/{number}/a-rather-long-name" for number in range(4)))


@pytest.mark.turn(0, days=2)
@pytest.mark.parametrize(("language", "size"), one_a_day(LOOKS, days=2))
def test_no_page_shuts_them_out(
    sit: Callable[..., Any],
    filed: Filed,
    chatter: Company,  # noqa: F811  # a fixture
    product: Any,
    size: dict[str, int],
    language: str,
) -> None:
    mona = colleague("mona", chatter)
    colleague("lena", chatter, Role.PLATFORM_LEAD, beside=mona)
    Request.objects.update(regime_code="us-tida", regime_version=1)
    first = Request.objects.order_by("id").first()
    assert first is not None
    Request.objects.filter(pk=first.pk).update(law_due_at=NOW, due_at=NOW)
    seat = sit(come_in("mona"), size)
    page = seat.page
    page.goto(f"{QUEUE}?lang={language}")
    page.locator("[data-leeward-row]").first.wait_for()
    seat.look_in_turn(f"{language}-queue")
    page.locator("[data-leeward-open]").first.click()
    page.locator("details summary").last.click()
    seat.look_in_turn(f"{language}-request")
    page.locator("input[name=outcome][value=refused]").check()
    page.locator("button[value=reasons]").click()
    page.locator("button[value=send]").click()
    page.locator(".govuk-error-summary").wait_for()
    seat.look_in_turn(f"{language}-reasons-refused")
    page.locator("input[name=refusal][value=not_intimate]").check()
    page.locator("#id_facts").fill("A picture of a holiday, of nobody undressed.")
    page.locator("button[value=send]").click()
    page.wait_for_url("**said=waits&moved=1")  # at the next one of the queue
    seat.look_in_turn(f"{language}-waits")
    page.goto(QUEUE)
    page.locator("[data-leeward-row] input").nth(1).check()
    page.locator("button[value=missing]").click()
    seat.look_in_turn(f"{language}-missing")
    for name in ("waiting", "statements?first=2026-11-01&last=2026-11-24", "machines"):
        page.goto(f"{QUEUE}/{name}")
        seat.look_in_turn(f"{language}-{name.partition('?')[0]}")
    lead = sit(come_in("lena"), size)
    lead.page.goto(f"{QUEUE}/waiting")
    lead.page.locator("[data-leeward-open]").first.click()
    lead.look_in_turn(f"{language}-second-look")
    assert [text for text in seat.complaints if "400" not in text] == []
    assert not [each.url for each in seat.asked if not each.url.startswith(product.url)]  # least of all what is named


@pytest.mark.turn(1, days=2)
def test_the_queue_is_worked_by_keyboard_and_two_people(
    sit: Callable[..., Any],
    filed: Filed,
    chatter: Company,  # noqa: F811  # a fixture
) -> None:
    mona = colleague("mona", chatter)
    colleague("lena", chatter, Role.PLATFORM_LEAD, beside=mona)
    page = sit(come_in("mona")).page
    page.goto(QUEUE)
    page.locator("[data-leeward-keys]:not([hidden])").wait_for()
    page.keyboard.press("x")  # on no line: nothing is ticked
    assert page.locator("input[name=request]:checked").count() == 0
    every = page.get_by_label("Tick all on this page")
    every.check()
    assert page.locator("input[name=request]:checked").count() == 4
    every.uncheck()
    assert page.locator("input[name=request]:checked").count() == 0
    page.keyboard.press("?")
    page.get_by_label("These keys work in lists").uncheck()  # switched off, they are nobody's
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("input[name=request]:checked").count() == 0
    page.reload()
    page.locator("[data-leeward-keys]:not([hidden])").wait_for()
    page.get_by_text("Keys", exact=True).click()
    page.get_by_label("These keys work in lists").check()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "state"
    page.keyboard.press("x")  # in a field of the filter: somebody types
    page.evaluate("document.activeElement.blur()")
    for key in ("j", "x", "j", "x", "j", "k", "j", "x", "x"):
        page.keyboard.press(key)
    assert page.locator("input[name=request]:checked").count() == 2
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(re.compile(r"requests/[0-9a-f-]{36}\?list="))
    page.get_by_role("link", name="Back to the list").first.wait_for()
    page.go_back()
    page.get_by_role("button", name="Answer").click()
    page.get_by_label("Refused: it stays up").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("The public interest weighs more").check()
    page.get_by_label("Facts").fill("Part of a court's published report.")
    page.get_by_role("button", name="Send this answer").click()
    page.get_by_text("A refusal counts once a colleague has agreed.").wait_for()
    lead = sit(come_in("lena")).page
    lead.goto(f"{QUEUE}/waiting")
    assert lead.locator("[data-leeward-open]").count() == 2
    for word, said in (
        ("Yes: the refusal counts", "The refusal counts now."),
        ("No: it goes back", "back in the queue"),
    ):
        lead.goto(f"{QUEUE}/waiting")
        lead.locator("[data-leeward-open]").first.click()
        lead.get_by_label(word).check()
        lead.get_by_role("button", name="Save").click()
        lead.get_by_text(said).wait_for()
    assert sorted(Request.objects.values_list("state", flat=True)) == ["decided", "sent", "sent", "sent"]


@pytest.mark.turn(1, days=2)
def test_a_moderator_without_script(
    sit: Callable[..., Any],
    filed: Filed,
    chatter: Company,  # noqa: F811  # a fixture
) -> None:
    colleague("mona", chatter)
    page = sit(come_in("mona"), java_script_enabled=False).page
    page.goto(QUEUE)
    page.locator("input[name=request]").nth(0).check()
    page.locator("input[name=request]").nth(1).check()
    page.get_by_role("button", name="Take").click()
    expect(page.get_by_text("Yours until")).to_have_count(2)
    page.locator("input[name=request]").nth(0).check()
    page.locator("input[name=request]").nth(1).check()
    page.get_by_role("button", name="Answer").click()
    page.get_by_label("Removed everywhere on our service").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send this answer").click()
    page.get_by_text("The person concerned and the desk can read it now.").wait_for()
    assert sorted(Request.objects.values_list("state", flat=True)) == ["decided", "decided", "sent", "sent"]


@pytest.mark.turn(1, days=2)
@pytest.mark.parametrize(("size", "options"), [(PHONE, {}), (DESKTOP, {"java_script_enabled": False})])
def test_a_small_platform_answers_by_its_link(
    person: Callable[..., Any],
    robin: Worker,  # noqa: F811  # a fixture
    lantern: Company,  # noqa: F811  # a fixture
    size: dict[str, int],
    options: dict[str, bool],
) -> None:
    assert lantern.partner.name == "Lantern"
    asked_of(robin, "https://lantern.example/p/1", "https://lantern.example/p/2")
    address = link_of(Notice.objects.get().reference)
    somebody = person(size, **options)
    page, sees = somebody.page, (lambda name: None if options else somebody.look_in_turn(name))
    page.goto(address)
    assert "lantern.example" not in page.locator("main").inner_text()
    sees("link-cover")
    page.get_by_role("button", name="Open the request").click()
    page.get_by_text("https://lantern.example/p/2").first.wait_for()
    sees("link-open")
    page.get_by_role("link", name="Read all of it").first.click()
    page.get_by_role("heading", name="What happened").wait_for()
    assert "The desk asked for it to be removed" in page.locator(".leeward-timeline").inner_text()
    sees("link-request")
    page.get_by_role("link", name="Back to the list").click()
    page.locator("input[name=request]").nth(1).uncheck()
    page.get_by_role("button", name="Something is missing").click()
    page.get_by_role("radio").first.check()
    sees("link-missing")
    page.get_by_role("button", name="Tell the desk").click()
    page.get_by_text("The desk has been told what is missing.").wait_for()
    for box in page.locator("input[name=request]").all():
        box.check()
    page.get_by_role("button", name="Answer").click()
    page.get_by_label("Removed everywhere on our service").check()
    page.get_by_role("button", name="Continue").click()
    sees("link-reasons")
    page.get_by_role("button", name="Send this answer").click()
    page.get_by_text("All of it has been answered.").wait_for()
    sees("link-final")
    assert set(Request.objects.values_list("state", flat=True)) == {"decided"}
    page.goto(f"{address[:-1]}{'A' if address[-1] != 'A' else 'B'}")
    page.get_by_role("heading", name="This link does not open anything").wait_for()
    sees("link-dead")
    token = address.removeprefix("/answer/")
    for asked in somebody.asked:
        assert token not in asked.headers.get("referer", "")
