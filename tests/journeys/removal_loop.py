"""The steps of a removal as people take them in their browsers."""

import json
import re
import subprocess
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page

from demo.cast import LIVED_FILE
from tests.journeys.demonstration import POLL_MILLISECONDS, Demo
from tests.journeys.people import Person

# Forty-eight hours of the law pass in forty seconds.
PACE = "4320"
LIVED_SECONDS = 900  # on a machine that has much else to do


HER_LINKS, DESK, QUEUE = "/status/part/links", "/staff/removals", "/platform/requests"


def _sign_in(demo: Demo, somebody: Person, name: str) -> None:
    """By the name and the passphrase that the demonstration tells."""
    facts = json.loads((demo.data / "demo.json").read_text(encoding="utf-8"))
    passphrase = next(each["passphrase"] for each in facts["staff"] if each["name"] == name)
    page = somebody.page
    page.goto("/staff/sign-in")
    page.get_by_label("Staff name").fill(name)
    page.get_by_label("Passphrase").fill(passphrase)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "/staff/sign-in" not in address)


def _find_report(page: Page, address: str) -> None:
    """Among all that the desk has: by an address in the search, by way of its request."""
    page.goto("/staff/search")
    page.get_by_role("searchbox").fill(address)
    with page.expect_navigation():
        page.get_by_role("searchbox").press("Enter")
    _go(page, page.locator("main .leeward-line").filter(has_text="Removal request").get_by_role("link"))
    _follow(page, "Report ")


def _wait_until_lived(demo: Demo, page: Page) -> None:
    """Until the desk's past is filled in: while it is, it takes the time of those who work."""
    deadline = time.monotonic() + LIVED_SECONDS
    while not (demo.data / LIVED_FILE).exists():
        assert time.monotonic() < deadline, f"{demo.data}/logs/lived.log says why"
        page.wait_for_timeout(POLL_MILLISECONDS)


def _share(site: str, picture: object, photo: Path) -> str:
    Image.fromarray(picture).save(photo, quality=90)
    said = subprocess.run(
        ["curl", "-sS", "-L", "-F", f"photo=@{photo};type=image/jpeg", f"{site}upload"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.search(r'src="/(picture/[^"]+)"', said)
    assert found
    return f"{site}{found[1]}"


def _press(page: Page, name: str) -> None:
    """Press a button and have the page that follows."""
    _go(page, page.get_by_role("main").get_by_role("button", name=name, exact=True).first)


def _follow(page: Page, name: str, *, inside: str = "main") -> None:
    """Follow a link and have the page that it leads to."""
    _go(page, page.locator(inside).get_by_role("link", name=name).first)


def _go(page: Page, way: Locator) -> None:
    with page.expect_navigation():
        way.click()


def _read(page: Page) -> str:
    return page.get_by_role("main").inner_text().translate(dict.fromkeys(map(ord, "\u2068\u2069")))
