"""A report by phone in real browsers: typed at the desk, opened at home, where the code is replaced first."""

from collections.abc import Callable
from typing import Any

import pytest

from leeward.victim.removals.models import Report
from tests.depth import one_a_day
from tests.journeys.people import NAMES_OF_LOOKS
from tests.journeys.removal_desk import SIZES, filed, sign_in, supervisor  # noqa: F401  # fixtures by their names

pytestmark = [pytest.mark.browser]

LANGUAGES = ["en", "ar"]


def type_for_a_caller(page: Any) -> str:
    """From the desk's page to the code; returns the code that is read out."""
    with page.expect_navigation():
        page.locator("main form button").click()
    page.locator("main a[href='/report/begin/online']").click()
    page.locator("main button[name=skip]").click()
    for step in ("age", "yes"):
        page.wait_for_url(f"**/report/{step}")
        page.locator("main input[type=radio]").first.check()
        page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/report/keep")
    return " ".join(page.locator("[data-numbers]").get_attribute("data-numbers").split())


@pytest.mark.parametrize(("language", "size"), one_a_day(NAMES_OF_LOOKS))
def test_her_code_is_replaced_before_anything_opens(
    person: Callable[..., Any],
    supervisor: str,  # noqa: F811
    language: str,
    size: str,
) -> None:
    desk, name = person(SIZES[size]), f"{language}-{size}"
    sign_in(desk.page)
    desk.page.goto(f"/staff/removals/phone?lang={language}")
    desk.look_in_turn(f"phone-desk-{name}")
    code = type_for_a_caller(desk.page)
    desk.look_in_turn(f"phone-keep-{name}")
    desk.page.locator("main input[type=checkbox]").check()
    desk.page.locator("main form:has(input[type=checkbox]) button").click()
    desk.page.wait_for_url("**/report/check")
    desk.page.locator("main form[action$='hand-in'] button").click()
    desk.page.wait_for_url("**/report/next")
    desk.look_in_turn(f"phone-next-{name}")
    assert Report.objects.get().source == "phone"

    her = person(SIZES[size], java_script_enabled=False)
    her.page.goto(f"/status/?lang={language}")
    her.page.locator("main input[name=numbers]").fill(code)
    her.page.locator("main button[type=submit]").first.click()
    her.page.wait_for_url("**/status/own-code")
    her.page.goto("/status/pictures")
    her.page.wait_for_url("**/status/own-code")
    own = " ".join(her.page.locator("[data-numbers]").get_attribute("data-numbers").split())
    seen = person(SIZES[size])  # the same page where scripts run, for the checks that need them
    seen.context.add_cookies(her.context.cookies())
    seen.page.goto("/status/own-code")
    seen.look(f"own-code-{name}")
    her.page.locator("main input[type=checkbox]").check()
    her.page.locator("main form:has(input[type=checkbox]) button").click()
    her.page.wait_for_url("**/status/pictures")

    desk.page.goto("/status/pictures")
    desk.page.wait_for_url("**/status/")
    for tried, leads in ((code, "**/status/"), (own, "**/status/pictures")):
        seen.context.clear_cookies()
        seen.page.goto("/status/")
        seen.page.locator("main input[name=numbers]").fill(tried)
        with seen.page.expect_navigation():  # a refused code leads to the same address
            seen.page.locator("main button[type=submit]").first.click()
        seen.page.wait_for_url(leads)
    assert desk.complaints == []
