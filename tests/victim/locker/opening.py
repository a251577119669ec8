"""Somebody with a locker in a browser, for the tests of its pages."""

import html
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leeward.victim.portal.operations import find_hers, open_visit
from tests.victim.file.people import Browser, Teller, browser_of
from tests.victim.helpline.conftest import NOW
from tests.victim.locker.keeper import Keeper

KEPT = "/status/kept"
WRITE = {
    "words": "He wrote again.",
    "kind": "threat",
    "on_day": "22",
    "on_month": "11",
    "on_year": "2026",
    "at": "9:05",
    "effect": "No sleep.",
}


def words(page: Any) -> str:
    text = page if isinstance(page, str) else page.content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


@dataclass
class Hers:
    """Somebody with a locker in a browser; with a case too where `file` is theirs."""

    keeper: Keeper
    teller: Teller
    browser: Browser

    def see(self, path: str) -> str:
        return words(self.browser.see(path))

    def post(self, path: str, **data: Any) -> Any:
        return self.browser.client.post(path, data)

    def decide(self, path: str, **data: Any) -> Any:
        return self.post(path, numbers=self.browser.code, **data)

    def write(self, **more: str) -> uuid.UUID:
        once = uuid.uuid4()
        answer = self.post(f"{KEPT}/write", once=str(once), **(WRITE | more))
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{KEPT}/{once}"), answer.content.decode()
        return once


def open_pages(*, with_case: bool = False, with_report: bool = False, now: datetime = NOW) -> Hers:
    keeper, teller = Keeper(), Teller()
    teller.key = keeper.key
    if with_case:
        teller.come(now=now)
    held = {"file": teller.file} if with_case else {"submission": uuid.uuid4()}
    if with_report:
        teller.report(now=now)
        held["report"] = teller.file
    browser = browser_of(teller, now=now, **held)
    hers = Hers(keeper=keeper, teller=teller, browser=browser)
    begin(hers)
    visit = open_visit(browser.client.cookies["visit"].value)
    assert visit is not None
    assert visit.bearer is not None
    keeper.bearer = find_hers(visit.bearer)
    return hers


def begin(hers: Hers) -> None:
    assert hers.post("/keep", everyone_adult="yes").headers["Location"] == "/keep/begin"
    assert "The code that you used to come here opens your entries too." in hers.see("/keep/begin")
    assert hers.post("/keep/begin").headers["Location"] == f"{KEPT}/write"
