"""The frame for choosing pictures, in its page: leaving, going offline, going back, another language, what is which."""

import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.depth import one_a_day
from tests.journeys.people import PAINTED, speak
from tests.journeys.protecting import choose, go_to_pictures, photo, read_code, walk_to_code

PHONE = {"width": 360, "height": 740}
HEIC = Path(__file__).resolve().parents[2] / "hashmatch" / "browser" / "tests" / "pictures" / "plain.heic"
FIREFOX = Path(__file__).with_name("firefox_keys.mjs")
pytestmark = pytest.mark.browser


@pytest.fixture
def _everyday_site(product: Any, settings: Any) -> None:
    """Leaving leads to a page on this machine."""
    settings.LEEWARD_EXIT_URL = f"{product.url}/healthz"


def ready(page: Page) -> None:
    expect(page.locator("[data-tools]")).to_contain_text("You can go offline now")


def switch_language(page: Page) -> None:
    speak(page, "en" if page.locator("html[lang=ar]").count() else "ar")


def send(page: Page) -> None:
    page.locator("#kept").check()
    page.locator("[data-step=code] [data-next]").click()
    page.wait_for_url("**/protect/receipt")


@pytest.mark.usefixtures("_everyday_site")
@pytest.mark.parametrize(("key", "times"), [("Escape", 2), ("Shift", 3)])
def test_the_keys_that_leave_work_while_the_frame_has_the_focus(
    person: Callable[..., Any], key: str, times: int
) -> None:
    page = person().page
    go_to_pictures(page)
    choose(page, photo("astronaut"))
    walk_to_code(page)
    page.go_back()
    page.go_back()
    page.frame_locator("iframe").locator("input[type=file]").focus()
    for _ in range(times - 1):
        page.keyboard.press(key)
    expect(page.get_by_text("Press again to leave this page.")).to_be_attached()
    page.keyboard.press("q")  # another key begins the count afresh
    for _ in range(times):
        page.keyboard.press(key)
    page.wait_for_url("**/healthz")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("[data-portal]")).to_have_count(0)


@pytest.mark.turn(0, days=3)
@pytest.mark.usefixtures("_everyday_site")
@pytest.mark.parametrize("key", one_a_day(["Escape", "Shift"]))
def test_the_keys_that_leave_work_in_firefox_too(product: Any, key: str) -> None:
    command = ["node", FIREFOX, product.url, key]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout) == {"left": f"{product.url}/healthz"}


def test_she_may_go_offline_when_all_is_loaded_and_no_sooner(product: Any, person: Callable[..., Any]) -> None:
    her = person()
    page = her.page
    held: list[Route] = []
    page.route("**/addons/libheif.wasm*", lambda route: held.append(route))
    go_to_pictures(page)
    files = page.frame_locator("iframe").locator("input[type=file]")
    while not held:
        page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(page.locator("[data-tools]")).to_contain_text("Stay online for a moment")
    expect(files).to_be_disabled()
    held[0].continue_()
    ready(page)
    her.context.set_offline(True)
    files.set_input_files([HEIC])
    expect(page.locator("[data-chosen]")).to_contain_text("1")
    walk_to_code(page)
    her.context.set_offline(False)
    send(page)
    [sent] = [json.loads(request.body) for request in product.received if request.path == "/protect/send"]
    assert [picture["path"] for picture in sent["hashes"]["pictures"]] == ["wasm"]


def test_what_could_not_be_loaded_is_said_and_nothing_of_going_offline(person: Callable[..., Any]) -> None:
    page = person().page
    page.route("**/addons/libheif.wasm*", lambda route: route.abort())
    go_to_pictures(page)
    expect(page.locator("[data-tools]")).to_contain_text("Some of what this page needs did not load")
    choose(page, photo("coffee"))  # what needs no tool of ours is hashed all the same


def test_back_and_forward_lose_nothing_and_lead_no_further_than_what_is_missing(person: Callable[..., Any]) -> None:
    page = person().page
    go_to_pictures(page)
    choose(page, photo("astronaut"), photo("coffee"))
    code = walk_to_code(page)
    page.go_back()
    expect(page.locator("[data-step=meaning] h1")).to_be_focused()
    page.go_back()
    expect(page.locator("[data-step=choose] h1")).to_be_focused()
    frame = page.frame_locator("iframe")
    expect(frame.locator("li.ready")).to_have_count(2)
    expect(page.locator("[data-chosen]")).to_contain_text("2")
    page.go_forward()
    page.go_forward()
    expect(page.locator("[data-step=code] h1")).to_be_focused()
    assert read_code(page) == code
    page.go_back()
    page.go_back()
    for number in ("1", "2"):
        frame.get_by_role("button", name=f"Remove Picture {number}").press("Enter")
    expect(page.locator("[data-chosen]")).to_be_empty()
    page.go_forward()
    page.go_forward()
    expect(page.locator("[data-step=choose] h1")).to_be_focused()


def test_going_back_while_it_sends_stops_it_and_says_so(person: Callable[..., Any]) -> None:
    page = person().page
    go_to_pictures(page)
    choose(page, photo("astronaut"))
    walk_to_code(page)
    held: list[Route] = []
    page.route("**/protect/send", lambda route: held.append(route), times=1)
    page.locator("#kept").check()
    page.locator("[data-step=code] [data-next]").click()
    while not held:
        page.evaluate("() => new Promise(requestAnimationFrame)")
    page.go_back()
    expect(page.locator("[data-step=code] [data-problem]")).to_contain_text("You stopped the sending")
    page.locator("[data-step=code] [data-next]").click()
    page.wait_for_url("**/protect/receipt")
    page.go_back()  # one page, not one for each of its steps
    page.wait_for_url("**/protect/")


def test_another_language_keeps_pictures_and_code(product: Any, person: Callable[..., Any]) -> None:
    her = person(PHONE)
    page = her.page
    go_to_pictures(page)
    choose(page, photo("astronaut"))
    code = walk_to_code(page)
    switch_language(page)
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("[data-step=code] h1")).to_have_text("حفظ رمزك")
    expect(page.get_by_role("link", name="English")).to_be_visible()
    assert read_code(page) == code
    expect(page.locator("link[rel=stylesheet]").first).to_have_attribute("href", "/static/web/built/leeward.rtl.css")
    page.go_back()
    page.go_back()
    frame = page.frame_locator("iframe")
    expect(frame.locator("html")).to_have_attribute("dir", "rtl")
    expect(frame.locator("li.ready .name").first).to_have_text("الصورة 1")
    assert her.axe() == []
    her.context.set_offline(True)
    switch_language(page)
    expect(page.locator("[data-step=choose] [data-problem]")).to_contain_text("لم نستطع تغيير اللغة")
    her.context.set_offline(False)
    switch_language(page)
    expect(page.locator("[data-step=choose] h1")).to_have_text("Choose your pictures and videos")
    expect(page.locator("[data-step=choose] [data-problem]")).to_be_hidden()
    ready(page)
    assert walk_to_code(page) == code
    send(page)
    assert [request.method for request in product.received if request.path == "/protect/send"] == ["POST"]


def test_a_blocked_frame_is_said(person: Callable[..., Any]) -> None:
    page = person().page

    def block(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('srcdoc="', 'data-srcdoc="'))

    go_to_pictures(page)
    page.route("**/protect/pictures", block)
    page.clock.install()
    page.goto("/protect/pictures")
    expect(page.locator("[data-portal]")).to_be_visible()
    page.clock.fast_forward("00:20")
    problem = page.locator("[data-step=choose] [data-problem]")
    expect(problem).to_contain_text("did not start")
    expect(page.get_by_role("link", name="use the offline page")).to_be_visible()


def recompressed(made: dict[str, Any]) -> dict[str, Any]:
    out = io.BytesIO()
    Image.open(io.BytesIO(made["buffer"])).resize((400, 300)).save(out, "JPEG", quality=60)
    return {"name": "small.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_her_own_device_says_which_picture_is_which(product: Any, person: Callable[..., Any]) -> None:
    her = person(PHONE)
    page = her.page
    go_to_pictures(page)
    choose(page, photo("astronaut"), photo("coffee"))
    walk_to_code(page)
    send(page)
    page.goto("/status/part/pictures")
    page.get_by_role("link", name="Let this device tell you").click()
    files = page.frame_locator("iframe").locator("input[type=file]")
    expect(files).to_be_enabled()
    asked, received = len(her.asked), len(product.received)
    files.set_input_files([photo("coffee"), recompressed(photo("coffee")), photo("rocket")])
    told = page.frame_locator("iframe").locator("li .told")
    expect(told.nth(0)).to_have_text("This is Picture 2.")
    expect(told.nth(1)).to_have_text("This looks like Picture 2. It is not the very same file.")
    expect(told.nth(2)).to_have_text("This one is not in your list.")
    expect(page.frame_locator("iframe").locator("li .name").first).to_have_text("File 1")
    assert [request.url for request in her.asked[asked:] if not request.url.startswith("blob:")] == []
    assert len(product.received) == received
    assert her.axe() == []
    switch_language(page)
    expect(told.nth(0)).to_have_text("هذا الملف هو: الصورة 2.")
    assert her.complaints == []


def test_a_code_is_asked_in_groups_and_seen_to_its_last_digit(person: Callable[..., Any]) -> None:
    page = person({"width": 360, "height": 740}).page
    page.goto("/status/")
    box = page.locator("input[name=numbers]")
    box.press_sequentially("123456789012345678901234")
    expect(box).to_have_value("1234 5678 9012 3456 7890 1234")
    for width in (360, 320):
        page.set_viewport_size({"width": width, "height": 740})
        page.evaluate(PAINTED)
        assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    box.fill("")
    box.press_sequentially("1234-5678-9012-3456-7890-1234")
    expect(box).to_have_value("1234 5678 9012 3456 7890 1234")
    box.press("Backspace")
    expect(box).to_have_value("1234 5678 9012 3456 7890 123")
    page.locator("main button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("Look at group 6")
