"""What a statistics office expects beside the figures, in a real browser: calendar, quality report, method."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from leeward.foundation.audit.rules import Actor, ActorKind
from tests.journeys.people import DESKTOP
from tests.justice.outcomes.land import use_codes
from tests.policy.statistics.nation import Place, publish_nation
from tests.policy.statistics.releases import all_releases, draft_release, find_draft, plan_release, sign_release

pytestmark = pytest.mark.browser

SMALLEST = {"width": 320, "height": 640}
# By how much a table, or a box in which it scrolls, is wider than the window leaves it.
OVER = """(table) => Math.max(
  table.getBoundingClientRect().right - innerWidth, -table.getBoundingClientRect().left,
  table.parentElement.scrollWidth - table.parentElement.clientWidth)"""
CAPTION_MOST = 60  # two lines
ADA, BO = (Actor(kind=ActorKind.STAFF, id=name) for name in ("ada", "bo"))


@pytest.fixture
def released(product: Any) -> None:
    """Figures, and a release that came out late. What is signed is never changed, so it is made anew for each test."""
    now = timezone.now()
    publish_nation(
        first=Place(code="lantern", name="Lantern"), second=Place(code="cove", name="Cove"), source="made-up"
    )
    plan_release(on=(now - timedelta(days=3)).date(), title="Spring", by=ADA, now=now - timedelta(days=30))
    name = draft_release(title="Figures of spring", words="", licence="https://example.org/by", by=ADA, now=now)
    sign_release(edition=name, sha256=find_draft(name).sha256, by=BO, now=now)
    plan_release(on=(now + timedelta(days=30)).date(), title="Summer", words="With May.", by=ADA, now=now)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_reader_finds_calendar_quality_and_method(
    person: Callable[..., Any], product: Any, released: None, language: str
) -> None:
    visitor = person(DESKTOP)
    visitor.context.add_cookies([{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": language, "url": product.url}])
    [edition] = all_releases()
    page = visitor.page
    page.goto("/how-the-nation-does")
    page.locator("main a[href='/statistics/releases']").click()
    page.locator("main a[href='/statistics/releases/calendar']").click()
    expect(page.get_by_role("table")).to_have_count(2)
    visitor.look_on_both(f"calendar-{language}")
    page.locator(f"main a[href='/statistics/releases/{edition.name}']").click()
    visitor.look_on_both(f"release-{language}")
    page.locator(f"main a[href='/statistics/releases/{edition.name}/quality']").click()
    expect(page.get_by_role("table")).to_have_count(5)
    visitor.look_on_both(f"quality-{language}")
    page.locator("main a[href='/how-the-nation-does/numbers#method']").click()
    expect(page.locator("#method")).to_be_in_viewport()
    visitor.look_on_both(f"method-{language}")
    assert visitor.complaints == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_table_of_calendar_quality_or_method_scrolls_sideways(
    person: Callable[..., Any], product: Any, released: None, language: str
) -> None:
    use_codes()
    page = person(SMALLEST).page
    page.context.add_cookies([{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": language, "url": product.url}])
    [edition] = all_releases()
    releases = "/statistics/releases"
    for address, tables in (
        (f"{releases}/calendar", 2),
        (f"{releases}/{edition.name}/quality", 5),
        (reverse("outcomes:method"), 1),
    ):
        page.goto(address)
        found = page.get_by_role("table")
        assert found.count() >= tables, address
        for table in found.all():
            assert table.evaluate(OVER) <= 0, f"{address}: {table.get_by_role('caption').text_content()}"
            assert table.evaluate("(table) => table.caption.offsetHeight") <= CAPTION_MOST
        headings = found.first.get_by_role("columnheader").count()
        cell = found.first.get_by_role("row").last.get_by_role("cell").first
        assert headings == 0, "headings stand before each fact instead"
        assert cell.evaluate("(each) => getComputedStyle(each, '::before').content.length") > 4
