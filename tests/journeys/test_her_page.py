"""A person's own page on a phone: one thing in front, four doors, on two screens, whatever the code leads to."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.operations.cases import write_message
from leeward.victim.locker.operations.lockers import begin_under_code
from leeward.victim.portal.operations import hold, make_add_token, send_more, withdraw_all
from tests.counters import start_afresh
from tests.industry.conftest import picture
from tests.journeys.people import Person, take_over
from tests.readers import open_door
from tests.victim.file.people import Teller
from tests.victim.file.reading import Pages
from tests.victim.helpline.conftest import PERSON
from tests.victim.locker.keeper import Keeper

pytestmark = pytest.mark.browser
SCREEN = {"width": 360, "height": 740}
MOST_PIXELS, MOST_LINKS = 2 * 740, 16


def protect(pages: Pages, *names: str) -> None:
    now, bearer = timezone.now(), pages.bearer
    made = [picture(name, variants=("upright", "rot90"), quality=90) for name in names]
    send_more(bearer=bearer, token=make_add_token(bearer=bearer, now=now).token, pictures=made, now=now)


def empty(pages: Pages) -> None:
    """A code that leads to nothing yet."""


def typical(pages: Pages) -> None:
    """Two pictures, and the helpline was told."""
    protect(pages, "one", "two")
    pages.her.come(now=timezone.now())


def full(pages: Pages) -> None:
    """All that a code can lead to, with news."""
    now = timezone.now()
    typical(pages)
    protect(pages, "three", "four", "five")
    write_message(opened=pages.her.open_case(now=now), words="We are here.", side=Side.TEAM, by=PERSON, now=now)
    pages.her.report(now=now)
    hold(bearer=pages.bearer, name="report", reference=pages.her.file)
    keeper = Keeper(key=pages.her.key)
    keeper.bearer = begin_under_code(bearer=pages.bearer, now=now)
    for _ in range(9):
        keeper.add(now=now)


def taken_back(pages: Pages) -> None:
    """Pictures that were all taken back."""
    protect(pages, "one", "two")
    withdraw_all(bearer=pages.bearer, now=timezone.now())


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("bring", [empty, typical, full, taken_back])
def test_it_fits_two_screens_and_each_door_opens(
    person: Callable[..., Person], product: Any, bring: Callable[[Pages], None], language: str
) -> None:
    start_afresh()
    open_door("helpline")
    open_door("desk")
    now, pages = timezone.now(), Pages(her=Teller())
    pages.begin(now=now)
    bring(pages)
    pages.open(now=now)
    hers = person(SCREEN)
    take_over(pages.client, hers.context, product.url)
    page = hers.page
    page.goto(f"/status/pictures?lang={language}")
    height = page.evaluate("document.documentElement.scrollHeight")
    links = page.locator("main a").count()
    print(f"her page, {bring.__name__}, {language}: {height} px, {links} links")
    assert height <= MOST_PIXELS
    assert links <= MOST_LINKS
    hers.look_on_both(f"her-page-{bring.__name__}-{language}")
    doors = page.locator("main .leeward-cards a")
    expect(doors).to_have_count(4)
    for number in range(4):
        doors.nth(number).click()
        expect(page.locator("main h1")).to_be_visible()
        assert page.url.partition("?")[0] != f"{product.url}/status/pictures"
        hers.look_on_both(f"her-door-{number}-{bring.__name__}-{language}")
        page.goto("/status/pictures")
    assert not hers.complaints
    assert not hers.strayed
