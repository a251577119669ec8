"""The overview of how the country is doing: its height, and every chart, table and file one click away."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect

from leeward.foundation.web.charts import Levels, Stack
from leeward.policy.statistics.catalogue import HEADLINES, PLANS
from leeward.policy.statistics.dashboard import tiles
from leeward.policy.statistics.dashboard.overview import CHANGES_MOST
from leeward.policy.statistics.dashboard.tiles import Tile
from leeward.policy.statistics.records import Frequency, Section
from leeward.policy.statistics.rules.measures import Measured
from tests.policy.statistics.kept_counts import keep
from tests.policy.statistics.nation import NOW, USUAL, M, publish_with_two_platforms
from tests.standing import Standing

pytestmark = pytest.mark.browser

OVERVIEW = "/how-the-nation-does"
DESK, SMALL_PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
PHONE_SCREENS = 2
# The charts of bars for which the made-up counts of the test have numbers.
BARS = ("escalation-success", "orders-by-kind")
END = "() => Math.ceil(document.querySelector('main').getBoundingClientRect().bottom + scrollY)"


@pytest.fixture
def nation(product: Any, standing: Standing) -> None:
    """A nation of which the overview has most to tell: two years of figures, and more changes than it shows."""
    standing("two years", _publish)


def _publish() -> None:
    publish_with_two_platforms(since=date(2025, 1, 1))
    months = {M.SERVICES_FRESH: 10, M.ANSWERS_IN_TIME: 9, M.SIGNALS_IN_TIME: 9, M.CALLS_ANSWERED: 9}
    fewer = [
        Measured(measure=each, step=Frequency.MONTH, start=date(2026, month, 1), count=USUAL[each] // 2)
        for each, month in months.items()
    ]
    keep(*fewer, reason="They were counted again.", now=NOW)


@pytest.fixture
def levels(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chart that another app shows."""
    chart = Levels(
        key="levels",
        title="Where the nation stands",
        of="Area",
        names=("absent", "shown"),
        stacks=(Stack(name="Policy", counts=(1, 2)),),
        sentence="Two of three are shown.",
    )
    tile = Tile(key="levels", section=Section.NATION, chart=chart, scope=("Counts capabilities.",))
    monkeypatch.setitem(tiles._providers, "levels", lambda _now: tile)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(("size", "most"), [(DESK, 900), (SMALL_PHONE, PHONE_SCREENS * 740)], ids=["desk", "phone"])
def test_the_overview_is_one_screen_of_a_desk_and_two_of_a_phone(
    person: Callable[..., Any],
    product: Any,
    nation: None,
    language: str,
    size: dict[str, int],
    most: int,
) -> None:
    visitor = person(size)
    visitor.context.add_cookies([{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": language, "url": product.url}])
    visitor.page.goto(OVERVIEW)
    visitor.look(f"overview-{language}-{size['width']}")
    height = visitor.page.evaluate(END)
    print(f"the overview ends at {height} px of {most} ({language}, {size['width']} wide)")
    assert height <= most
    assert visitor.page.locator("main .chart-headline").count() == len(HEADLINES) == 4
    for card in visitor.page.locator("main .chart-headline").all():
        expect(card).to_contain_text("A year before" if language == "en" else "قبل عام")
    assert visitor.page.locator("main h2").count() == 3
    assert visitor.page.locator("section:has(#changes) li").count() == CHANGES_MOST + 1, "and how many more there are"
    assert visitor.complaints == []


def test_every_chart_table_and_file_is_one_click_from_the_overview(
    person: Callable[..., Any],
    nation: None,
    levels: None,
) -> None:
    visitor = person(DESK)
    page: Page = visitor.page
    page.goto(OVERVIEW)
    questions = page.locator("main .overview__questions a[href^='/how-the-nation-does/']")
    assert questions.count() == len(Section)
    found: dict[str, str] = {}
    for address in [each.get_attribute("href") or "" for each in questions.all()]:
        page.goto(OVERVIEW)
        page.locator(f"main .overview__questions a[href='{address}']").click()
        expect(page.get_by_role("navigation", name="The page before").get_by_role("link")).to_have_text(
            "How the country is doing"
        )
        visitor.look(address.rpartition("/")[2])
        for tile in page.locator("figure.chart-tile").all():
            key = (tile.get_attribute("aria-labelledby") or "").removesuffix("-heading")
            expect(tile.get_by_role("img")).to_have_count(1)
            expect(tile.locator("p").first).not_to_be_empty()
            tile.locator("summary").click()
            expect(tile.get_by_role("table")).to_be_visible()
            assert page.request.get(tile.get_by_role("link", name="CSV").get_attribute("href") or "").ok
            assert key not in found, "a chart answers one question"
            found[key] = address
        height = page.evaluate(END)
        print(f"{address}: {height} px with every table open")
    assert set(found) == {*PLANS, *BARS, "levels"}


def test_addresses_inside_the_old_page_still_lead_to_their_question(
    person: Callable[..., Any],
    nation: None,
) -> None:
    page: Page = person(SMALL_PHONE).page
    for anchor in ("removal", "platforms", "prevention", "support", "justice", "nation"):
        page.goto(f"{OVERVIEW}#{anchor}")
        expect(page.locator(f"#{anchor} a")).to_be_in_viewport()
    page.goto(f"{OVERVIEW}#about-numbers")
    expect(page.locator("#about-numbers")).to_be_in_viewport()
