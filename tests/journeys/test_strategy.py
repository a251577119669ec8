"""The secretariat keeps the strategy without script, everybody follows it, and no page shuts anybody out."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from demo.strategy import found_strategy
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import choose_passphrase, create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.policy.strategy.models import (
    Action,
    Agreement,
    Decision,
    Meeting,
    Member,
    Milestone,
    Objective,
    Scoping,
    Stakeholder,
    Standard,
    Strategy,
)
from tests.depth import one_a_day
from tests.journeys.people import DESKTOP, LOOKS, PHONE, looked_at_today

pytestmark = [pytest.mark.browser]

PASSPHRASE = "seven boats at the quay"
SECRET = re.compile(r"/strategy/calendar/[\w-]{43}")


@pytest.fixture
def officer(product: Any) -> str:
    """Somebody of the secretariat."""
    now = timezone.now()
    link = create_staff(username="petra", display_name="Petra", role=Role.POLICY_OFFICER, by=Actor.operator(), now=now)
    choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=now)
    return "petra"


def signed_in(somebody: Any, product: Any) -> None:
    """She has signed in, without typing."""
    client = Client()
    client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    somebody.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": product.url, "sameSite": "Strict"}]
    )


def save(page: Any, button: str = "Save") -> None:
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()


@pytest.mark.turn(1, days=2)
def test_the_secretariat_makes_a_plan_without_script(person: Callable[..., Any], officer: str, product: Any) -> None:
    page = person(DESKTOP, java_script_enabled=False).page
    page.goto("/staff/sign-in")
    page.get_by_label("Name").fill(officer)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/staff/")
    page.get_by_role("main").get_by_role("link", name="National strategy").click()
    put_on_the_map(page)
    write_a_strategy(page)
    go_from_an_item_to_an_action(page)
    say_that_it_is_blocked(page)
    everybody_reads_it(person(PHONE, java_script_enabled=False).page)
    draw_the_calendar(page, person(PHONE, java_script_enabled=False).page)


def put_on_the_map(page: Any) -> None:
    page.get_by_role("navigation", name="National strategy").get_by_role("link", name="Map").click()
    page.get_by_role("button", name="Add an organisation").click()
    save(page)
    assert "Enter the organisation’s name" in page.locator(".govuk-error-summary").inner_text()
    page.get_by_label("Name of the organisation").fill("Coast Police")
    page.get_by_label("Sector").select_option("police")
    page.get_by_label("Area").fill("Coast")
    page.get_by_label("P3 ").check()
    save(page)
    page.get_by_role("link", name="Coast Police").wait_for()


def write_a_strategy(page: Any) -> None:
    page.goto("/staff/strategy/from/P3.E1")
    page.get_by_role("button", name="Add a strategy").click()
    page.get_by_label("Title (English)").fill("Safe together")
    page.get_by_label("Title (العربيّة)").fill("معًا بأمان")
    page.get_by_label("From").fill("2026-01-01")
    page.get_by_label("Until").fill("2025-01-01")
    page.get_by_label("Everybody may read it").check()
    save(page)
    assert "Enter a day that is not before the beginning" in page.locator(".govuk-error-summary").inner_text()
    assert page.get_by_label("Title (English)").input_value() == "Safe together"
    page.get_by_label("Until").fill("2099-01-01")
    save(page)
    page.get_by_role("link", name="Safe together").click()
    page.get_by_role("button", name="Add an objective").click()
    page.get_by_label("Title (English)").fill("Everybody helps")
    save(page)
    page.get_by_role("heading", name="1. Everybody helps").wait_for()


def go_from_an_item_to_an_action(page: Any) -> None:
    page.goto("/staff/strategy/from/P3.E1")
    with page.expect_navigation():
        page.get_by_role("button", name="Add the action").click()  # everything is filled in
    action = Action.objects.get()
    assert (action.items, action.number, action.is_public) == (["P3.E1"], 1, True)
    page.goto(f"/staff/strategy/objectives/{Objective.objects.get().public_id}/actions/add")
    page.get_by_label("Title (English)").fill("Train the desk")
    page.get_by_label("Who leads").select_option(label="Coast Police (Coast)")
    page.get_by_label("Due on").fill("2026-01-02")
    save(page)
    second = Action.objects.get(number=2)
    page.goto(f"/staff/strategy/actions/{second.public_id}/needs")
    page.get_by_label("A1 ").check()
    save(page)
    page.goto(f"/staff/strategy/actions/{action.public_id}/needs")
    page.get_by_label("A2 ").check()
    save(page)
    assert "A1 → A2 → A1" in page.locator(".govuk-error-summary").inner_text()


def say_that_it_is_blocked(page: Any) -> None:
    page.goto(f"/staff/strategy/actions/{Action.objects.get(number=1).public_id}")
    page.get_by_role("button", name="Change the state").click()
    page.get_by_label("Blocked").check()
    page.get_by_label("A note for us alone").fill("The minister hesitates.")
    save(page)
    assert "Enter a reason" in page.locator(".govuk-error-summary").inner_text()
    assert page.get_by_label("A note for us alone").input_value() == "The minister hesitates."
    page.get_by_label("Why").fill("Nobody has the money.")
    save(page)
    page.get_by_role("heading", name="It holds up 1 action").wait_for()


def everybody_reads_it(page: Any) -> None:
    page.goto("/strategy")
    said = page.locator("main").inner_text()
    assert "0 of 2 actions are done. 1 is late. 1 is blocked." in said
    assert "Nobody has the money." in said
    assert "minister" not in said
    blocked = page.get_by_role("region", name="What is blocked")
    assert "It holds up: A2" in blocked.inner_text()
    blocked.get_by_role("link", name="A2").click()
    page.wait_for_url("**/strategy#a2")
    page.goto("/strategy?lang=ar")
    assert "معًا بأمان" in page.locator("h1").inner_text()


def draw_the_calendar(page: Any, telephone: Any) -> None:
    page.goto("/staff/strategy/calendar")
    page.get_by_label("Recipient or device").fill("Petra’s telephone")
    page.get_by_role("button", name="Create an address").click()
    (address,) = SECRET.findall(page.locator("main").inner_text())
    drawn = telephone.request.get(address)
    assert "A2 is due: Train the desk" in [str(each["SUMMARY"]) for each in Calendar.from_ical(drawn.body()).events]
    page.get_by_role("button", name="Revoke the address").click()
    page.get_by_text("Revoked").wait_for()
    assert telephone.request.get(address).status == 404


@pytest.mark.turn(0, days=2)
@pytest.mark.parametrize(("language", "size"), one_a_day(LOOKS, days=2))
def test_no_page_shuts_anybody_out(
    person: Callable[..., Any], officer: str, product: Any, language: str, size: dict[str, int]
) -> None:
    found_strategy(now=timezone.now())
    somebody = person(size)
    signed_in(somebody, product)
    page = somebody.page
    page.goto(f"/strategy?lang={language}")
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    for name, address in looked_at_today([*open_pages().items(), *staff_pages().items()]):
        page.goto(address)
        somebody.look_on_both(f"strategy-{name}-{language}")
    page.goto(f"/staff/strategy/actions/{Action.objects.get(number=1).public_id}/status")
    page.get_by_role("main").locator("form button").first.click()
    page.locator(".govuk-error-summary").wait_for()
    somebody.look_on_both(f"strategy-status-wrong-{language}")
    assert [text for text in somebody.complaints if "400" not in text and "404" not in text] == []


def open_pages() -> dict[str, str]:
    """What everybody may open, opened parts and all."""
    return {
        "progress": "/strategy",
        "public-forum": "/strategy/forum",
        "agreed": "/strategy/agreed",
        "published": f"/strategy/map/{Scoping.objects.get().public_id}",
        "no-calendar": "/strategy/calendar/none",
    }


def staff_pages() -> dict[str, str]:
    """What the secretariat may open."""
    here = "/staff/strategy"
    plan, objective = Strategy.objects.get().public_id, Objective.objects.first()
    action, milestone = Action.objects.get(number=1).public_id, Milestone.objects.first()
    body, meeting = Stakeholder.objects.first(), Meeting.objects.first()
    agreement, standard = Agreement.objects.first(), Standard.objects.first()
    decision, member = Decision.objects.first(), Member.objects.first()
    assert all((objective, milestone, body, meeting, agreement, standard, decision, member))
    held = Decision.objects.order_by("number")[0].meeting.public_id
    return {
        "home": here,
        "history": f"{here}/history",
        "plan-add": f"{here}/plan/add",
        "plan": f"{here}/plan/{plan}",
        "plan-edit": f"{here}/plan/{plan}/edit",
        "objective-add": f"{here}/plan/{plan}/objectives/add",
        "objective-edit": f"{here}/objectives/{objective.public_id}/edit",
        "action-add": f"{here}/objectives/{objective.public_id}/actions/add",
        "from-item": f"{here}/from/P3.E1",
        "action": f"{here}/actions/{action}",
        "action-edit": f"{here}/actions/{action}/edit",
        "supporting": f"{here}/actions/{action}/supporting",
        "needs": f"{here}/actions/{action}/needs",
        "status": f"{here}/actions/{action}/status",
        "milestone-add": f"{here}/actions/{action}/milestones/add",
        "milestone-edit": f"{here}/milestones/{milestone.public_id}/edit",
        "milestone-remove": f"{here}/milestones/{milestone.public_id}/remove",
        "map": f"{here}/map",
        "map-some": f"{here}/map?sector=ngo",
        "body-add": f"{here}/map/add",
        "body": f"{here}/map/{body.public_id}",
        "body-edit": f"{here}/map/{body.public_id}/edit",
        "body-end": f"{here}/map/{body.public_id}/end",
        "coverage": f"{here}/coverage",
        "scopings": f"{here}/scoping",
        "scoping-add": f"{here}/scoping/add",
        "scoping": f"{here}/scoping/{Scoping.objects.get().public_id}",
        "forum": f"{here}/forum",
        "member-add": f"{here}/forum/seats/add",
        "member-edit": f"{here}/forum/seats/{member.public_id}/edit",
        "meeting-add": f"{here}/meetings/add",
        "meeting": f"{here}/meetings/{held}",
        "meeting-edit": f"{here}/meetings/{meeting.public_id}/edit",
        "meeting-cancel": f"{here}/meetings/{meeting.public_id}/cancel",
        "attendance": f"{here}/meetings/{held}/attendance",
        "decision-add": f"{here}/meetings/{held}/decisions/add",
        "decision-edit": f"{here}/decisions/{decision.public_id}/edit",
        "registers": f"{here}/agreed",
        "standards": f"{here}/standards",
        "standard-add": f"{here}/standards/add",
        "standard-edit": f"{here}/standards/{standard.public_id}/edit",
        "agreement-add": f"{here}/agreements/add",
        "agreement": f"{here}/agreements/{agreement.public_id}",
        "agreement-edit": f"{here}/agreements/{agreement.public_id}/edit",
        "calendar": f"{here}/calendar",
    }
