"""How the country is doing, in a real browser: for everybody, on paper, without script, and on another site's page."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.urls import resolve
from playwright.sync_api import Page, expect

from leeward.foundation.web.charts import Levels, Stack
from leeward.policy.statistics.catalogue import PLANS
from leeward.policy.statistics.dashboard import tiles
from leeward.policy.statistics.dashboard.tiles import Tile
from leeward.policy.statistics.records import Section
from tests.depth import one_a_day
from tests.journeys.people import DESKTOP, LOOKS, PHONE, looked_at_today
from tests.policy.statistics.nation import QUIET_NAME, publish_with_two_platforms
from tests.standing import Standing

pytestmark = pytest.mark.browser

NATION = "/how-the-nation-does"
CHART = f"{NATION}/hours-to-removal"
QUESTION = f"{NATION}/removal"
PAGES = [
    NATION,
    QUESTION,
    CHART,
    f"{NATION}/reports?by=month",
    f"{NATION}/numbers",
    f"{NATION}/platforms?order=removal-rate",
]
SHOWN = "(each) => each.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })"


@pytest.fixture
def nation(product: Any, standing: Standing) -> None:
    standing("nation", publish_with_two_platforms)


@dataclass
class OtherSite:
    """Somebody else's site on this machine: of another origin, with one page."""

    url: str = ""
    body: str = ""


@pytest.fixture
def other_site() -> Iterator[OtherSite]:
    made = OtherSite()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>News</title>{made.body}".encode())

        def log_message(self, *_args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    made.url = f"http://127.0.0.1:{server.server_port}/news"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def levels(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chart that another app shows."""
    chart = Levels(
        key="levels",
        title="Where the nation stands",
        of="Area",
        names=("absent", "started", "essential in place", "best practice", "outcome shown"),
        stacks=(
            Stack(name="Policy and governance", counts=(0, 1, 1, 1, 1)),
            Stack(name="Media", counts=(1, 1, 0, 0, 0)),
        ),
        sentence="One of six is shown.",
    )
    tile = Tile(key="levels", section=Section.NATION, chart=chart, scope=("Counts capabilities.",))
    monkeypatch.setitem(tiles._providers, "levels", lambda _now: tile)


@pytest.mark.parametrize(("language", "size"), one_a_day(LOOKS))
def test_nobody_is_shut_out(
    person: Callable[..., Any], product: Any, nation: None, levels: None, language: str, size: dict[str, int]
) -> None:
    visitor = person(size)
    visitor.context.add_cookies([{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": language, "url": product.url}])
    for address in looked_at_today([*PAGES, f"/embed/{language}/hours-to-removal", f"/embed/{language}/levels"]):
        visitor.page.goto(address)
        for summary in visitor.page.locator("summary").all():
            summary.click()
        visitor.look_on_both(f"{resolve(address.partition('?')[0]).url_name}-{language}")
        expect(visitor.page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    assert visitor.complaints == []


@pytest.mark.parametrize("way", [{"color_scheme": "dark"}, {"forced_colors": "active"}], ids=["dark", "forced"])
def test_a_chart_on_another_site_can_be_read_in_every_light(
    person: Callable[..., Any], nation: None, levels: None, way: dict[str, str]
) -> None:
    visitor = person(DESKTOP, **way)
    for key in ("hours-to-removal", "reports", "levels"):
        visitor.page.goto(f"/embed/en/{key}")
        visitor.look(f"embed-{key}-{next(iter(way))}")


def test_one_picture_of_each_chart_is_shown_and_fits(person: Callable[..., Any], nation: None) -> None:
    for viewport, frame in ((PHONE, "phone"), (DESKTOP, "column")):
        page = person(viewport).page
        for section in Section:
            page.goto(f"{NATION}/{section.value}")
            _look_at_charts(page, section, frame)


def _look_at_charts(page: Page, section: Section, frame: str) -> None:
    for plan in PLANS.values():
        if plan.section is section:
            tile = page.locator(f"figure[aria-labelledby='{plan.key}-heading']")
            expect(tile.get_by_role("img")).to_have_count(1)
            shown = tile.locator(f".chart-svg--{frame}")
            expect(shown).to_be_visible()
            height = shown.locator("text").first.evaluate("(each) => each.getBoundingClientRect().height")
            assert height >= 12, "letters keep their size"


def test_everything_can_be_had_without_script(person: Callable[..., Any], nation: None) -> None:
    page: Page = person(java_script_enabled=False).page
    page.goto("/")
    page.get_by_role("link", name="How the country is doing").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How the country is doing")
    page.get_by_role("link", name="Are pictures taken down?").click()
    tile = page.locator("figure[aria-labelledby='reports-heading']")
    expect(tile.get_by_role("table")).to_be_hidden()
    tile.locator("summary").click()
    expect(tile.get_by_role("row", name=QUIET_NAME)).to_contain_text("not shown, to protect people")
    page.get_by_role("link", name="How soon pictures are gone", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How soon pictures are gone")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a table (CSV)").click()
    assert download.value.suggested_filename == "made-up-hours-to-removal.csv"
    page.goto(NATION)
    page.get_by_role("link", name="Do platforms do their part?").click()
    page.get_by_role("link", name="Half are gone within").click()
    expect(page.get_by_role("navigation", name="Order of the platforms").locator("[aria-current]")).to_have_text(
        "Half are gone within"
    )


def test_on_paper_every_table_is_unfolded(person: Callable[..., Any], nation: None) -> None:
    page: Page = person(DESKTOP).page
    folded = 0
    for section in Section:
        page.emulate_media(media="screen")
        page.goto(f"{NATION}/{section.value}")
        cells = page.locator(".chart-tile td").all()
        folded += sum(not cell.evaluate(SHOWN) for cell in cells)
        page.emulate_media(media="print")
        assert all(cell.evaluate(SHOWN) for cell in cells[:60]), section
        for way in page.locator(".leeward-no-print").all():
            expect(way).to_be_hidden()
        expect(page.get_by_role("complementary", name="Made up")).to_be_visible()
    assert folded > 100


def test_another_site_may_frame_a_chart_and_nothing_else(
    person: Callable[..., Any], product: Any, nation: None, other_site: OtherSite
) -> None:
    page: Page = person(DESKTOP).page
    frames = {
        "embed": "/embed/en/removal-rate",
        "nation": NATION,
        "chart": CHART,
        "platforms": f"{NATION}/platforms",
        "home": "/",
        "sign-in": "/staff/sign-in",
    }
    other_site.body = "".join(
        f'<iframe name="{name}" src="{product.url}{path}"></iframe>' for name, path in frames.items()
    )
    page.goto(other_site.url)
    framed = page.frame_locator("iframe[name=embed]")
    expect(framed.get_by_role("heading", name="How many are taken down")).to_be_visible()
    expect(framed.locator(".chart-line--main").first).to_be_attached()
    colour = framed.locator(".chart-line--main").first.evaluate("(each) => getComputedStyle(each).stroke")
    assert colour == "rgb(15, 92, 87)", "the style sheet came along"
    for name in frames:
        frame = page.frame(name=name)
        assert frame is not None
        refused = frame.url.startswith("chrome-error:")
        assert refused is (name != "embed"), f"{name}: {frame.url}"


def test_a_framed_chart_leads_to_its_page_beside_the_other_site(
    person: Callable[..., Any], product: Any, nation: None, other_site: OtherSite, settings: Any
) -> None:
    settings.LEEWARD_URL = product.url
    page: Page = person(DESKTOP).page
    other_site.body = f'<iframe height="900" width="600" src="{product.url}/embed/en/removal-rate"></iframe>'
    page.goto(other_site.url)
    with page.expect_popup() as opened:
        page.frame_locator("iframe").get_by_role("link", name="How the country is doing").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("How many are taken down")
    assert page.url == other_site.url
