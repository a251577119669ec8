"""The desk at work in a real browser: sign in, look, send, see the clock, take the next rung."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from leeward.victim.removals.models import Request
from tests.depth import one_a_day
from tests.journeys.people import NAMES_OF_LOOKS, looked_at_today
from tests.journeys.removal_desk import SIZES, filed, sign_in, supervisor  # noqa: F401  # fixtures, used by their names
from tests.victim.removals.conftest import Filed

pytestmark = [pytest.mark.browser]


@pytest.mark.turn(0, days=2)
def test_a_report_is_sent_and_climbs(person: Callable[..., Any], filed: Filed) -> None:  # noqa: F811
    made = person(SIZES["phone"])
    made.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = made.page
    sign_in(page)
    page.goto("/staff/removals")
    made.look_on_the_way()
    page.get_by_role("link", name="Reports with news").first.click()
    made.look_on_the_way()
    page.get_by_role("main").get_by_role("link", name="Report").first.click()
    page.get_by_role("button", name="Assign to me").click()
    page.get_by_text("You have it until").wait_for()
    page.get_by_role("heading", name="Their story, and how to reach them").click()  # a part, folded
    page.get_by_role("button", name="Show their story").click()
    page.get_by_text("He put it there on Sunday.").wait_for()
    page.get_by_text("You have opened 1 today.").wait_for()
    made.look_on_the_way()
    page.get_by_role("button", name="Review and send").click()
    page.get_by_text("The notice as it will go").click()
    made.look_on_the_way()
    page.get_by_role("button", name="Send the selected notices").click()
    page.get_by_role("heading", name="1 notice made").wait_for()
    made.look_on_the_way()
    page.get_by_role("link", name="Back to the report").or_(
        page.get_by_role("button", name="Back to the report")
    ).click()
    page.get_by_text("in time").first.wait_for()  # the clock: the first notice is out
    Request.objects.filter(first_sent_at__isnull=False).update(law_due_at=timezone.now() - timedelta(hours=1))
    page.reload()
    page.get_by_role("link", name="Check the next steps").first.click()
    page.get_by_text("Proposed: Its line for trusted flaggers").wait_for()
    made.look_on_the_way()
    page.get_by_role("button", name="Take this step").click()
    page.get_by_role("button", name="Send the selected notices").click()
    page.get_by_role("main").get_by_role("link", name="Chatter").first.click()
    page.get_by_role("button", name="I have sent it").wait_for()
    made.look_on_the_way()
    page.get_by_role("button", name="Copy To").click()
    page.get_by_role("button", name="Copied To").wait_for()
    assert page.evaluate("() => navigator.clipboard.readText()") == "Chatter"
    page.get_by_role("button", name="I have sent it").click()
    page.wait_for_url(lambda address: "/reports/" in address)
    assert Request.objects.filter(rung="trusted_flagger", state="sent").count() == 1
    assert made.complaints == []


@pytest.mark.turn(0, days=2)
def test_an_unknown_site_is_written_to_in_six_clicks(person: Callable[..., Any], filed: Filed) -> None:  # noqa: F811
    made = person(SIZES["desktop"])
    page, clicks = made.page, 0

    def click(target: Any) -> None:
        nonlocal clicks
        target.click()
        clicks += 1

    sign_in(page)
    page.goto("/staff/removals")
    click(page.get_by_role("link", name="Reports with news").first)
    click(page.get_by_role("main").get_by_role("link", name="Report").first)
    click(page.get_by_role("link", name="Set up nobody-knows-this.example"))
    page.get_by_label("Delivery method").select_option("email")
    clicks += 1
    page.get_by_label("Address", exact=True).fill("abuse@nobody-knows-this.example")
    page.get_by_label("Clause against image abuse").fill("Rules, 3")
    made.look_on_the_way()
    click(page.get_by_role("button", name="Save and preview the notice"))
    click(page.get_by_role("button", name="Send the selected notices"))
    page.get_by_role("heading", name="1 notice made").wait_for()
    assert clicks == 6
    assert Request.objects.get(ordinal=3).state == "sending"


@pytest.mark.turn(1, days=2)
@pytest.mark.parametrize(("language", "size"), one_a_day(NAMES_OF_LOOKS, days=2))
def test_the_desks_pages_shut_nobody_out(person: Callable[..., Any], filed: Filed, size: str, language: str) -> None:  # noqa: F811
    made = person(SIZES[size])
    page = made.page
    sign_in(page)
    item = Request.objects.get(ordinal=2).reference
    strange = Request.objects.get(ordinal=3).reference
    page.goto(f"/staff/?lang={language}")
    report = f"/staff/removals/reports/{filed.reference}"
    every = (
        report,
        f"{report}/send",
        "/staff/removals",
        "/staff/removals/phone",
        "/staff/removals/queues/due",
        "/staff/removals/queues/unsent",
        f"{report}/requests/{item}",
        f"{report}/requests/{strange}?search=chat",
        f"{report}/requests/{item}/ladder?rung=court",
        f"{report}/requests/{strange}/site",
        "/staff/removals/name",
        "/staff/removals/send",
        "/staff/removals/waiting/by_hand",
        "/staff/removals/waiting/undelivered",
        "/staff/removals/reviews",
        "/staff/removals/figures",
        "/staff/removals/templates?rung=regulator",
        "/staff/removals/shift",
    )
    for address in looked_at_today(every):
        assert page.goto(address).status == 200
        made.look(f"desk-{every.index(address)}-{language}")
    assert page.goto(f"/staff/removals/reports/{uuid.uuid4()}").status == 404
