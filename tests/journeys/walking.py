"""Somebody whose browser runs no script walks the pages by what stands on them: their links, fields and buttons."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.urls import resolve
from playwright.sync_api import Locator, Page, Response

from tests.depth import DEEP, is_its_day
from tests.journeys.people import Person

# A page, a page that asks for something to be mended, and the page for a code that opens nothing.
ANSWERS = (200, 422, 403)
SEE = """() => {
  const seen = (what) => [...document.querySelectorAll(what)].filter((each) => each.checkVisibility());
  const words = (what) => seen(what).map((each) => each.outerHTML.slice(0, 160));
  return {
    language: document.documentElement.lang,
    headings: seen("h1").map((each) => each.innerText),
    errors: seen(".govuk-error-summary").length,
    over: document.documentElement.scrollWidth - window.innerWidth,
    ways: seen("main a[href], main form, .govuk-back-link").length,
    lifeless: words("button:not([type=submit]), a:not([href]), a[href='#'], a[href^='javascript:']")
      .concat(words("form:not([method])"))
      .concat(seen("button").filter((each) => !each.form).map((each) => each.outerHTML.slice(0, 160))),
    scripted: document.body.classList.contains("js-enabled"),
  };
}"""

# What is for people without script is there for them, though axe passes over it.
UNWRAP = """() => {
  for (const each of document.querySelectorAll("noscript")) {
    const plain = document.createElement("div");
    plain.append(...each.childNodes);
    each.replaceWith(plain);
  }
}"""


@dataclass
class Walked:
    """What all walkers of one journey have met, by the names of our address list."""

    seen: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)
    looked: set[tuple[str, str, int]] = field(default_factory=set)
    refused: set[tuple[str, str, str]] = field(default_factory=set)


class Walker:
    """One such person. After every step she looks at the page as it came, and as axe does."""

    def __init__(self, person: Person, *, language: str, walked: Walked) -> None:
        self.person, self.page, self.language, self.walked = person, person.page, language, walked
        self._switch = person.context.new_cdp_session(person.page)
        self.let_scripts_run(allowed=False)
        self.status = 0
        person.page.on("response", self._note)

    # --- steps --------------------------------------------------------------------------------------------------------

    def go(self, path: str) -> None:
        """Open an address by itself."""
        self.page.goto(path)
        self.look()

    def follow(self, path: str) -> None:
        """Press a link that stands on the page, folded away or not."""
        self.take(self._in_sight("", f"a[href='{path}']"))

    def press(self, selector: str = "form:not([action])", *, button: str = "") -> None:
        """Send a form by its first button, or by the button of this name; what comes back must be a page."""
        named = f"button[name={button}]" if button else "button[type=submit]"
        self.take(self._in_sight(f"main {selector}", named))

    def _in_sight(self, within: str, way: str) -> Locator:
        """A link or a button that can be pressed; what easier pages fold away is opened for it."""
        shown = self.page.locator(f"{within} {way}:visible")
        if not shown.count():
            for summary in self.page.locator(f"main details:not([open]):has({way}) > summary").all():
                summary.press("Enter")
        return shown.first

    def take(self, way: Locator) -> None:
        """Press whatever leads on, by key, which no letters that load late can push aside; look at what comes."""
        with self.page.expect_navigation():
            way.press("Enter")
        self.look()

    def save(self, selector: str) -> str:
        """Press what gives a file. Returns what is in it."""
        with self.page.expect_download() as download:
            self.page.locator(f"main {selector}").first.click()
        return Path(download.value.path()).read_text(encoding="utf-8")

    def fill(self, **texts: str) -> None:
        for name, text in texts.items():
            self.page.locator(f"main [name={name}]").fill(text)

    def choose(self, **values: str) -> None:
        """Choose or tick the box of this name that has this value."""
        for name, value in values.items():
            self.page.locator(f"main input[name={name}][value={value}]").check()

    def tick(self, *names: str) -> None:
        for name in names:
            self.page.locator(f"main input[type=checkbox][name={name}]").first.check()

    def untick(self, *names: str) -> None:
        for name in names:
            self.page.locator(f"main input[type=checkbox][name={name}]").first.uncheck()

    # --- where she is -------------------------------------------------------------------------------------------------

    @property
    def at(self) -> str:
        return urlsplit(self.page.url).path

    def expect(self, path: str) -> None:
        heading = self.page.locator("h1").first.inner_text()
        assert self.at == path, f"{self.language}: at {self.at} ({heading}) instead of {path}"

    def leave_out(self, selector: str = "form:not([action])", *, button: str = "") -> None:
        """Send a form in which something is missing, each once in a journey: the page says what."""
        form = (self.at, selector, button)
        if form not in self.walked.refused:
            self.walked.refused.add(form)
            self.press(selector, button=button)
            self.refused()

    def refused(self) -> None:
        """The page says what is wrong in the form that was just sent."""
        assert self.page.locator("main .govuk-error-summary:visible").count() == 1, self.at
        assert self.page.locator("main .govuk-error-message:visible").count() >= 1, self.at

    def look(self) -> None:
        """The page is whole without script: one heading, nothing dead, nothing over the side, nobody shut out."""
        name = resolve(self.at).view_name
        self.walked.seen.add(name)
        self.walked.paths.add(self.at)
        there: dict[str, Any] = self.page.evaluate(SEE)
        where = f"{self.language}: {self.at} ({there['headings']})"
        assert self.status in ANSWERS, f"{where}: {self.status}"
        assert there["scripted"] is False, f"{where}: a script ran"
        assert there["language"] == self.language, where
        assert len(there["headings"]) == 1, where
        assert there["over"] <= 0, f"{where}: {there['over']} pixels over the side"
        assert there["lifeless"] == [], f"{where}: needs a script: {there['lifeless']}"
        assert there["ways"] > 0 or name.startswith(("web:", "pages:")), f"{where}: a dead end"
        # Axe is asked once of a page with mistakes and without, of a fifth of them a turn; deep, of each heading.
        looked = (name, there["headings"][0] if DEEP else "", there["errors"])
        if looked not in self.walked.looked and is_its_day(name, days=5, turns=2):
            self.walked.looked.add(looked)
            with self._scripts_of_the_test():
                self.page.evaluate(UNWRAP)
                found = self.person.axe()
                assert not found, f"{where}: {found}"

    def _note(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.status = response.status
            if response.request.method == "POST":
                self.walked.sent.add(resolve(urlsplit(response.url).path).view_name)

    @contextmanager
    def _scripts_of_the_test(self) -> Iterator[None]:
        """Scripts may run on the page that stands there; its own have missed their moment, so it stays as it is."""
        self.let_scripts_run(allowed=True)
        try:
            yield
        finally:
            self.let_scripts_run(allowed=False)

    def let_scripts_run(self, *, allowed: bool) -> None:
        self._switch.send("Emulation.setScriptExecutionDisabled", {"value": not allowed})


class Taps:
    """How often she presses, and how many screens she sees."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.screens = page, 0, 1

    def tap(self, what: Any, *, leads_on: bool = False) -> None:
        what.click()
        self.taps += 1
        self.screens += leads_on
