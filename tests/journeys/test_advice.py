"""A page of advice is given in a case, changes, and says so to whoever was given it: in real browsers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from leeward.foundation.accounts.rules import Role
from leeward.victim.helpline.queries.cases import find_case
from tests.counters import start_afresh
from tests.foundation.accounts.people import come_in, employ
from tests.journeys.people import DESKTOP, Person, take_over
from tests.readers import open_door
from tests.victim.file.people import Teller, browser_of
from tests.victim.helpline.advised import PAGE, publish

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_changed_since_it_was_given_is_read_on_her_page_and_in_the_case(
    person: Callable[..., Person], product: Any, language: str
) -> None:
    now = timezone.now()
    start_afresh()
    open_door("helpline")
    employ("ama", Role.PRACTITIONER)
    teller, ama = Teller(), come_in("ama")
    teller.come(now=now)
    hers = browser_of(teller, now=now)
    mine, theirs = person(), person(DESKTOP)
    take_over(hers.client, mine.context, product.url)
    take_over(ama, theirs.context, product.url)
    for page in (mine.page, theirs.page):
        page.goto(f"/?lang={language}")

    case = reverse("helpline:desk-case", args=[find_case(teller.file)])
    theirs.page.goto(f"{case}#advice")
    theirs.page.locator('#advice [name="page"]').select_option(PAGE)
    theirs.page.locator('#advice button[type="submit"]').click()
    expect(theirs.page.locator("#advice li")).to_have_count(1)
    publish(PAGE, words="Write down the day first.", now=now)

    mine.page.goto("/status/part/people")
    mine.look_on_both(f"advice-hers-{language}")
    mine.page.locator('main .govuk-inset-text a[href="/status/help"]').click()
    expect(mine.page.locator("main .leeward-line").last).to_contain_text("Write down the day first.")
    mine.page.locator("main .leeward-line summary").click()
    expect(mine.page.locator("main ins")).to_be_visible()
    mine.look_on_both(f"advice-changed-{language}")

    theirs.page.reload()
    theirs.page.locator("#advice summary").click()
    expect(theirs.page.locator("#advice ins")).to_be_visible()
    theirs.look_on_both(f"advice-case-{language}")
    for each in (mine, theirs):
        assert not each.complaints
        assert not each.strayed
