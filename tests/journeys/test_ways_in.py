"""How long the ways to her own words are, from the first page on, in English and Arabic.

A *screen* is a page that was loaded, the first page included. A *tap* is a press on a link, a button, a radio, a box to
tick or a part that opens; typing is none. Each way is walked as it is drawn: only what can be seen is pressed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Locator, Page, expect

from leeward.victim.file.law import LIMIT
from leeward.victim.helpline.models import Case
from leeward.victim.locker.models import Item
from tests.counters import start_afresh
from tests.foundation.accounts.people import at
from tests.journeys.conftest import Product
from tests.standing import Standing
from tests.victim.helpline.caller import Caller
from tests.victim.helpline.conftest import NOW, house  # noqa: F401  # a fixture, used by its name

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
WORDS = "He says that he sends it to my sister."
TALK_SCREENS, TALK_TAPS = 6, 8
NOTE_SCREENS, NOTE_TAPS = 5, 7


@dataclass
class Way:
    """A way that is walked: its page, its screens by their addresses, its taps, and what was read on it."""

    page: Page
    screens: list[str] = field(default_factory=list)
    taps: int = 0
    read: str = ""
    code: str = ""

    def arrive(self, path: str) -> None:
        """Be on a screen, and read it."""
        expect(self.page).to_have_url(re.compile(rf"^https?://[^/]+{re.escape(path)}([?#].*)?$"))
        self.screens.append(path)
        self.read += f"\n[{path}]\n" + self.page.locator("main").inner_text()

    def tap(self, what: Locator) -> None:
        """Press something that can be seen."""
        expect(what).to_be_visible()
        what.click()
        self.taps += 1

    def follow(self, path: str) -> None:
        """Press a link to a page, and be there."""
        self.tap(self.page.locator(f"main a[href='{path}']").first)
        self.arrive(path)

    def send(self, path: str) -> None:
        """Press the button of the page's form, and be on the next page."""
        self.tap(self.page.locator("main form:not([action]) button[type=submit]").first)
        self.arrive(path)

    def answer_age(self) -> None:
        self.tap(self.page.locator("input[name=everyone_adult][value=yes] + label"))

    def keep_code(self, path: str) -> None:
        """Read the code, say that it is kept, and go on."""
        self.code = " ".join(self.page.locator(".portal-code__group").all_inner_texts())
        self.tap(self.page.locator("input[name=kept] + label"))
        self.send(path)


@pytest.fixture(autouse=True)
def _still(product: Product, house: Standing, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    start_afresh()
    at(monkeypatch, NOW)


@pytest.fixture(params=["en", "ar"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def way(person: Callable[..., Any], language: str) -> Way:
    """Somebody with a phone, on the first page."""
    made = Way(page=person(PHONE).page)
    made.page.goto(f"/?lang={language}")
    made.arrive("/")
    return made


def within(way: Way, name: str, language: str, *, screens: int, taps: int) -> None:
    """Print how long a way was, and hold it to its limits."""
    print(f"{name} ({language}): {len(way.screens)} screens, {way.taps} taps: {' '.join(way.screens)}")
    assert len(way.screens) <= screens
    assert way.taps <= taps


def before(way: Way, words: str, path: str, language: str) -> bool:
    """Whether these words stood on the way before a screen, in the language of the pages."""
    with override(language):
        return gettext(words) in way.read.partition(f"[{path}]")[0]


def test_a_message_to_the_helpline(way: Way, language: str) -> None:
    way.follow("/talk")
    way.follow("/talk/age")
    way.answer_age()
    way.send("/talk/keep")
    way.keep_code("/talk/words")
    way.page.locator("textarea[name=words]").fill(WORDS)
    way.send("/talk/done")
    within(way, "message to the helpline", language, screens=TALK_SCREENS, taps=TALK_TAPS)
    for said in (LIMIT, "Are you 18 or over? And everyone in the pictures too?", "Keep your code"):
        assert before(way, said, "/talk/words", language), said
    with override(language):
        assert gettext("The helpline has it") in way.read
    assert [line.words for line in Caller(code=way.code).view().messages] == [WORDS]
    assert Case.objects.count() == 1


def test_a_first_note_of_what_happened(way: Way, language: str) -> None:
    way.follow("/keep")
    way.answer_age()
    way.send("/keep/begin")
    way.keep_code("/status/kept/write")
    way.page.locator("textarea[name=words]").fill(WORDS)
    way.tap(way.page.locator("main form:not([action]) button[type=submit]").first)
    way.page.wait_for_url(re.compile("/status/kept/[0-9a-f-]{36}$"))
    way.arrive(f"/status/kept/{Item.objects.get().reference}")
    within(way, "first note of proof", language, screens=NOTE_SCREENS, taps=NOTE_TAPS)
    promised = "It is yours. None of us reads an entry before you show it."
    for said in (
        f"{promised} You choose who may read it, and until when, and can take it back.",
        "Are you 18 or over? And everyone in the pictures too?",
        "Keep your code",
    ):
        assert before(way, said, "/status/kept/write", language), said
    assert WORDS in way.read
