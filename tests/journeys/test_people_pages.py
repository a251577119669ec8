"""An administrator at work in a real browser: makes an account, hands the link over, changes a role, and ends it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from leeward.foundation.accounts.operations import choose_passphrase, create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from tests.depth import one_a_day
from tests.journeys.people import DESKTOP, NAMES_OF_LOOKS, SIZES

pytestmark = [pytest.mark.browser]

PASSPHRASE = "seven boats at the quay"


@pytest.fixture
def olga(product: Any, settings: Any, tmp_path: Any, person: Callable[..., Any]) -> Callable[..., Any]:
    """Signs the administrator in."""
    del product
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    now = timezone.now()
    for name, role in (("olga", Role.ADMINISTRATOR), ("amina", Role.SUPERVISOR)):
        link = create_staff(username=name, display_name=name.title(), role=role, by=Actor.operator(), now=now)
        choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=now)

    def come(viewport: dict[str, int], language: str) -> Any:
        made = person(viewport)
        made.page.goto(f"/staff/sign-in?lang={language}")
        made.page.locator("input[name=username]").fill("olga")
        made.page.locator("input[name=passphrase]").fill(PASSPHRASE)
        made.page.locator("form[action$='/sign-in'] button").first.click()
        made.page.wait_for_url("**/staff/")
        return made

    return come


@pytest.mark.turn(0, days=2)
def test_from_the_link_to_the_last_day(olga: Callable[..., Any], person: Callable[..., Any]) -> None:
    made = olga(DESKTOP, "en")
    page = made.page
    page.goto("/staff/people/")
    page.get_by_role("button", name="Add a person").click()
    page.get_by_label("Staff name").fill("basil")
    page.get_by_label("Name that colleagues see").fill("Basil")
    page.get_by_label("Role").select_option("desk_practitioner")
    page.get_by_role("button", name="Make the account").click()
    link = page.locator("#link").inner_text()
    basil = person(java_script_enabled=False).page
    basil.goto(link)
    basil.get_by_label("New passphrase").fill(PASSPHRASE)
    basil.get_by_label("The same passphrase again").fill(PASSPHRASE)
    basil.get_by_role("button", name="Save").click()
    basil.locator("#recovery-code").wait_for()
    page.get_by_role("button", name="People").click()
    page.get_by_role("link", name="Basil").click()
    page.get_by_text("A colleague of the team must let this person in").wait_for()
    page.get_by_role("button", name="Change the name or the role").click()
    page.get_by_label("Role").select_option("reviewer")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Name, role or platform changed").wait_for()
    page.get_by_role("button", name="Close the account").click()
    page.get_by_role("button", name="Close the account").click()
    page.get_by_text("Account closed").wait_for()
    basil.goto(link)
    basil.get_by_role("heading", name="This link has ended").wait_for()
    assert made.complaints == []


@pytest.mark.turn(1, days=2)
@pytest.mark.parametrize(("language", "size"), one_a_day(NAMES_OF_LOOKS, days=2))
def test_the_pages_shut_nobody_out(olga: Callable[..., Any], language: str, size: str) -> None:
    made = olga(SIZES[size], language)
    page = made.page
    page.goto("/staff/people/")
    made.look_in_turn(f"people-{language}-{size}")
    page.locator("main tbody a").first.click()
    page.wait_for_url(lambda url: not url.endswith("/people/"))
    address = page.url.partition("?")[0]
    made.look_in_turn(f"people-person-{language}-{size}")
    for end in ("change", "link", "leaving"):
        page.goto(f"{address}/{end}")
        made.look_in_turn(f"people-{end}-{language}-{size}")
    page.goto(f"{address}/link")
    page.locator("main form button").click()
    page.locator("#link").wait_for()
    made.look_in_turn(f"people-shown-{language}-{size}")
