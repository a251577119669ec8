"""People with real browsers: what each asked for, what her browser complained about, and whom a page shuts out."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import resolve
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.depth import DEEP, a_part_a_day, is_its_day

PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 900}
SIZES = {"phone": PHONE, "desktop": DESKTOP}
# Each language on each screen. Where every page is looked at for nothing but its look, one of them serves a day.
NAMES_OF_LOOKS = [(language, size) for language in ("en", "ar") for size in SIZES]
LOOKS = [(language, SIZES[size]) for language, size in NAMES_OF_LOOKS]
# What a page does about another size of its window is done by the second picture that it paints.
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
PATIENCE_MILLISECONDS = 30_000
# What runs over the side; by letters twice as large too, as somebody sets them who reads badly, on the victims' pages.
RUNS_OVER = """(large) => {
  const root = document.documentElement;
  if (large && !document.querySelector("[data-leeward-exit]")) return [];
  root.style.fontSize = large ? "200%" : "";
  const over = (box) => box.width && (box.right > window.innerWidth + 1 || box.left < -1);
  const found = root.scrollWidth > window.innerWidth
    ? ["the page", ...[...document.querySelectorAll("body *")].filter((part) => over(part.getBoundingClientRect()))
        .map((part) => part.outerHTML.slice(0, 120))]
    : [];
  root.style.fontSize = "";
  return found;
}"""
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# All that passed stays in the browser: to carry it over would take longer than to look for it.
WHAT_AXE_FINDS = """async (tags) => {
  const found = await window.axe.run(document, {
    runOnly: { type: "tag", values: tags }, iframes: false, resultTypes: ["violations"], selectors: false,
  });
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help} (${html.slice(0, 120)})`));
}"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def speak(page: Page, language: str) -> None:
    """Choose another language; on a phone many stand behind the one that is spoken."""
    reveal_languages(page)
    page.locator(f".leeward-languages__link[hreflang={language}]").click()


def reveal_languages(page: Page) -> None:
    """Open the languages where they are folded."""
    if (folded := page.locator(".leeward-languages:not([open]) > summary")).is_visible():
        folded.click()


@dataclass
class Person:
    """Somebody with a browser: her page, what it asked for, and what it complained about."""

    page: Page
    context: BrowserContext
    asked: list[Request]
    complaints: list[str]
    strayed: list[str]

    def axe(self) -> list[str]:
        """What axe finds on the page once its style is there, a line each."""
        self.page.wait_for_load_state("load")
        if not self.page.evaluate("() => typeof window.axe === 'object'"):
            # Through the debugger's protocol: the page's own policy lets no script of a test in, and stays as it is.
            self.page.evaluate(AXE.read_text(encoding="utf-8") + "\n;0")
        found: list[str] = self.page.evaluate(WHAT_AXE_FINDS, RULES)
        return found

    def look(self, name: str) -> None:
        """Nothing shuts her out and nothing runs over the side; a picture of it where a folder for them is named."""
        found = self.axe()
        assert not found, f"{name}: {found}"
        self.look_at_the_side(name)

    def look_in_turn(self, name: str) -> None:
        """Look at a page that another journey looks at too: for what shuts somebody out, on one of three days."""
        if is_its_day(name):
            self.look(name)
        else:
            self.look_at_the_side(name)

    def look_on_the_way(self) -> None:
        """The same, by the name that our address list has for where the page stands."""
        self.look_in_turn(resolve(urlsplit(self.page.url).path).view_name)

    def look_at_the_side(self, name: str) -> None:
        """Nothing runs over the side once its style is there; a picture of it where a folder for them is named."""
        self.page.wait_for_load_state()
        if folder := os.environ.get("LEEWARD_SHOTS"):
            self.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
        for large in (False, True):
            assert not (over := self.runs_over(large=large)), f"{name}: {over}"

    def runs_over(self, *, large: bool = False) -> list[str]:
        """What runs over the side, once the page's style is there."""
        self.page.wait_for_load_state()
        found: list[str] = self.page.evaluate(RUNS_OVER, large)
        return found

    def look_on_both(self, name: str) -> None:
        """Look at the page as her screen shows it, and then as the other does: a phone's, and a desk's.

        What shuts somebody out is looked for on her own screen, and in a deep run on both.
        """
        own = self.page.viewport_size
        for size in ("phone", "desktop") if own == PHONE else ("desktop", "phone"):
            self.page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]  # two whole numbers by name
            self.page.evaluate(PAINTED)
            if DEEP or SIZES[size] == own:
                self.look(f"{name}-{size}")
            else:
                self.look_at_the_side(f"{name}-{size}")
        self.page.set_viewport_size(own)  # type: ignore[arg-type]  # every context here has a size


def looked_at_today[T](pages: Sequence[T]) -> list[T]:
    """A fifth a day of the pages of a walk: each in each language on each screen within twenty days."""
    return a_part_a_day(pages, days=5)


def meet(chromium: Browser, *, url: str, viewport: dict[str, int] = PHONE, **options: Any) -> Person:
    """Give somebody a browser of her own; her context is closed by whoever asked for it."""
    context = chromium.new_context(viewport=viewport, base_url=url, **options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    page = context.new_page()
    made = Person(page=page, context=context, asked=[], complaints=[], strayed=[])
    context.on("request", lambda request: made.asked.append(request))
    context.on("request", lambda request: made.strayed.extend([request.url] if _strays(request, url) else []))
    page.on(
        "console",
        lambda message: made.complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    return made


def _strays(request: Request, url: str) -> bool:
    """Whether a request leaves this site, other than by the way out or to a provider of ours on this machine."""
    to, own = urlsplit(request.url), urlsplit(url)
    if to.scheme not in ("http", "https", "ws", "wss") or (to.scheme, to.netloc) == (own.scheme, own.netloc):
        return False
    is_way_out = request.url == settings.LEEWARD_EXIT_URL or to.hostname in ("127.0.0.1", "localhost")
    return not (request.is_navigation_request() and is_way_out)


def take_over(client: Client, context: BrowserContext, url: str) -> None:
    """Go on in a real browser where the test's client is."""
    cookies = [{"name": name, "value": each.value, "url": url} for name, each in client.cookies.items()]
    context.add_cookies(cookies)  # type: ignore[arg-type]  # as the protocol has them
