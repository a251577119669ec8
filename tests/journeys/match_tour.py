"""A platform's own search finds what she protects: it is asked by the fingerprint alone, and she tells nothing anew."""

import json
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect
from skimage import data

from tests.journeys.demonstration import Demo, wait_for_text
from tests.journeys.people import DESKTOP, meet
from tests.journeys.removal_loop import (
    HER_LINKS,
    QUEUE,
    _find_report,
    _follow,
    _go,
    _press,
    _read,
    _share,
    _sign_in,
)
from tests.journeys.river import _protect, _upload

FOUND = "A copy that the site found itself"
ITS_SEARCH = "A copy that your own search found"
YES = "Yes, act when a site finds one of my protected pictures"


def walk_the_match_loop(demo: Demo, chromium: Browser, folder: Path) -> None:
    """What a platform finds is asked for, and answered."""
    her, sasha = meet(chromium, url=demo.url), meet(chromium, url=demo.url, viewport=DESKTOP)
    noor, stranger = meet(chromium, url=demo.url, viewport=DESKTOP), meet(chromium, url=demo.url)
    site = json.loads((demo.data / "demo.json").read_text(encoding="utf-8"))["site_url"]
    address = _share(site, data.coffee(), folder / "coffee.jpg")
    photo = folder / "flight.jpg"
    Image.fromarray(data.astronaut()).save(photo, quality=90)

    page = her.page
    page.goto("/demo/tours/photo")
    page.locator("ol#steps > li").nth(1).get_by_role("link").click()
    _protect(page, photo)
    page.goto("/")
    page.get_by_role("link", name="It is online, or being sent around").click()
    page.get_by_label("Where is it?").fill(address)
    _press(page, "Continue")
    page.get_by_label("Yes, everyone was 18 or over").check()
    _press(page, "Continue")
    page.get_by_label("Yes, write to them for me").check()
    _press(page, "Continue")
    _press(page, "Continue")  # under the code that is open
    page.locator("a[href='/report/q/yes']").click()
    page.get_by_label(YES).check()
    her.look_in_turn("her-yes-to-matches")
    _press(page, "Save")
    expect(page.get_by_text(YES)).to_be_visible()
    _press(page, "Hand it in")

    desk = sasha.page
    _sign_in(demo, sasha, "sasha")
    _find_report(desk, address)
    report = desk.url.partition("#")[0]
    _press(desk, "Assign to me")
    _press(desk, "Review and send")
    _press(desk, "Send the selected notices")
    expect(desk.get_by_role("heading", level=1)).to_have_text("1 notice made")

    wall = stranger.page
    wall.goto(site)
    wall.get_by_role("button", name="Let me decide by hand").click()
    _upload(wall, site, photo)
    expect(wall.get_by_text("waiting for one of our people")).to_be_visible()

    shown = wait_for_text(page, FOUND, reload=HER_LINKS)
    assert "We have asked Picture House to take it down." in shown
    her.look_in_turn("her-page-found")
    card = "section.leeward-card:has-text('Found by the platform')"
    wait_for_text(desk, "Picture House", reload=report, inside=card)
    _follow(desk, "Work on request", inside=card)
    desk.get_by_text("Hashes that it met").click()
    assert "the hash is the address" in _read(desk)
    sasha.look_in_turn("desk-found")

    work = noor.page
    _sign_in(demo, noor, "noor")
    work.goto(QUEUE)
    noor.look_in_turn("platform-queue-found")
    _go(work, work.locator("[data-leeward-open]").filter(has_text=ITS_SEARCH))
    assert address not in work.get_by_role("main").locator("h1 ~ p").first.inner_text()
    noor.look_in_turn("platform-request-found")
    work.get_by_label("Removed everywhere on our service").check()
    _press(work, "Continue")
    _press(work, "Send this answer")

    found = f"article.leeward-request:has-text('{FOUND}')"
    wait_for_text(page, "removed it everywhere on its site", reload=HER_LINKS, inside=found)
    assert "Only the site knows where it was." in page.locator(found).inner_text()
    for somebody in (her, sasha, noor):
        assert somebody.complaints == []
        somebody.context.close()
    stranger.context.close()
