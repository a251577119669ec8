"""A person protects her pictures in a real browser: on a phone, on a desk, by keyboard, from right to left, offline."""

import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from hashmatch.pdq import decode_image, hash_family
from playwright.sync_api import expect

from leeward.foundation.vault.models import AccessCode
from leeward.foundation.vault.operations import count_network_try
from leeward.industry.bank.models import Submission
from leeward.victim.portal.rules.work import HASHES_PER_SHARE
from tests.depth import one_a_day
from tests.journeys.protecting import choose, go_to_pictures, photo, press, walk_to_code
from tests.journeys.walking import Taps

DESKTOP = {"width": 1280, "height": 900}
ROOT = Path(__file__).resolve().parents[2]
FIRST_PAGE_BUDGET = 31_000
MEASURE = """
const parts = [];
process.stdin.on("data", (part) => parts.push(part));
process.stdin.on("end", () => console.log(require("zlib").brotliCompressSync(Buffer.concat(parts)).length));
"""
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("way", ["before it happens", "threatens to share it"])
def test_from_the_first_page_to_a_protected_picture(person: Callable[..., Any], way: str) -> None:
    page = person({"width": 360, "height": 740}).page
    page.goto("/")
    her = Taps(page)
    for choice in page.locator(".leeward-way").all():
        assert choice.bounding_box()["y"] + choice.bounding_box()["height"] <= 740, choice.inner_text()
    assert page.locator("main a[href='tel:112']").bounding_box()["y"] < 740
    her.tap(page.get_by_role("link", name=way), leads_on=True)
    if "threatens" in way:
        expect(page.get_by_text("Do not pay")).to_be_in_viewport()
        her.tap(page.get_by_role("button", name="Protect the picture now"), leads_on=True)
    expect(page.get_by_role("button", name="Continue")).to_be_in_viewport(ratio=1)
    her.tap(page.get_by_label("Yes, everyone was 18 or over"))
    her.tap(page.get_by_role("button", name="Continue"), leads_on=True)
    frame = page.frame_locator("iframe")
    frame.locator("input[type=file]:enabled").wait_for(state="attached")
    expect(frame.get_by_text("Choose pictures or videos")).to_be_in_viewport(ratio=1)
    with page.expect_file_chooser() as chooser:
        frame.locator("input[type=file]").evaluate("input => input.click()")
    chooser.value.set_files([photo("astronaut")])
    her.taps += 2  # opens the chooser, and takes a picture there
    expect(page.locator("[data-chosen]")).to_contain_text("1")
    page.locator("[data-next=meaning]").press("Enter")  # the frame may still be growing under a pointer
    her.taps, her.screens = her.taps + 1, her.screens + 1
    yes = page.get_by_role("button", name="Yes, protect them")
    expect(yes).to_be_in_viewport(ratio=1)
    her.tap(yes, leads_on=True)
    expect(page.locator("[data-digits]")).to_be_in_viewport(ratio=1)
    her.tap(page.get_by_label("I have kept my code"))
    her.tap(page.locator("[data-step=code] [data-next]"), leads_on=True)
    page.wait_for_url("**/protect/receipt")
    more = "threatens" in way
    assert (her.screens, her.taps) == (6 + more, 9 + more)


@pytest.mark.usefixtures("real_sums")
@pytest.mark.parametrize("size", one_a_day([{"width": 320, "height": 640}, DESKTOP]))
def test_the_whole_way_sends_hashes_and_nothing_else(
    product: Any, person: Callable[..., Any], size: dict[str, int]
) -> None:
    her = person(size)
    page = her.page
    go_to_pictures(page)
    frame = page.frame_locator("iframe")
    frame.locator("input[type=file]:enabled").wait_for(state="attached")
    asked, received = len(her.asked), len(product.received)

    chosen = [photo("astronaut"), photo("coffee")]
    frame.locator("input[type=file]").set_input_files(chosen)
    expect(page.locator("[data-chosen]")).to_contain_text("2")
    code = walk_to_code(page)
    with page.expect_download() as download:
        page.locator("[data-act=save]").click()
    assert download.value.suggested_filename == "numbers.txt"
    assert Path(download.value.path()).read_text(encoding="utf-8") == f"{code}\n"
    # The file was made by the page itself: nothing has been asked for since before the pictures were chosen.
    assert [request.url for request in her.asked[asked:] if not request.url.startswith("blob:")] == []
    assert len(product.received) == received

    page.locator("#kept").check()
    page.locator("[data-step=code] [data-next]").click()
    page.wait_for_url("**/protect/receipt")
    posts = [request for request in product.received[received:] if request.method == "POST"]
    assert [request.path for request in posts] == ["/protect/send"]
    sent = json.loads(posts[0].body)
    assert set(sent) == {"token", "consent", "proof", "hashes"}
    assert len(posts[0].body) < 9_000
    for picture, file in zip(sent["hashes"]["pictures"], chosen, strict=True):
        family = hash_family(decode_image(io.BytesIO(file["buffer"])))
        assert picture["pdq"][0] == ["upright", family[0].hash.hex, family[0].quality]
    assert b"private-name" not in b"".join(request.everything for request in product.received)
    assert "private-name" not in page.content()
    assert her.complaints == []

    other = person(DESKTOP).page
    other.goto("/status/")
    other.locator("main input[name=numbers]").fill(code.replace(" ", ""))
    other.locator("main button[type=submit]").click()
    other.wait_for_url("**/status/pictures")
    other.get_by_role("link", name="Pictures", exact=True).click()
    other.wait_for_url("**/status/part/pictures")
    assert other.get_by_role("heading", level=2).all_inner_texts()[:2] == ["Picture 1", "Picture 2"]


def test_a_lost_connection_keeps_everything_and_sends_once(person: Callable[..., Any]) -> None:
    her = person()
    page = her.page
    go_to_pictures(page)
    choose(page, photo("astronaut"))
    her.context.set_offline(True)
    code = walk_to_code(page)
    page.locator("#kept").check()
    page.locator("[data-step=code] [data-next]").click()
    expect(page.locator("[data-outcome]")).to_contain_text("could not reach")
    expect(page.locator("[data-outcome]")).to_be_focused()
    her.context.set_offline(False)

    def lose_the_answer(route: Any) -> None:
        route.fetch()  # it arrives and is kept, but she never hears of it
        route.abort()

    page.route("**/protect/send", lose_the_answer, times=1)
    page.locator("[data-again]").click()
    expect(page.locator("[data-outcome]")).to_contain_text("could not reach")
    assert (AccessCode.objects.count(), Submission.objects.count()) == (1, 1)
    page.locator("[data-again]").click()
    page.wait_for_url("**/protect/receipt")
    assert (AccessCode.objects.count(), Submission.objects.count()) == (1, 1)
    assert len(code) == 29


def test_a_failing_service_is_said_and_can_be_tried_again(person: Callable[..., Any]) -> None:
    page = person().page
    go_to_pictures(page)
    choose(page, photo("coffee"))
    walk_to_code(page)
    page.locator("#kept").check()
    statuses = iter([503, 429, 500])
    page.route(
        "**/protect/send", lambda route: route.fulfill(status=next(statuses), body="<html>proxy</html>"), times=3
    )
    send = page.locator("[data-step=code] [data-next]")
    for words in ("problem just now", "few seconds", "problem just now"):
        send.click()
        expect(page.locator("[data-outcome]")).to_contain_text(words)
        expect(page.locator("[data-stop]")).to_be_hidden()
        send = page.locator("[data-again]")
    send.click()
    page.wait_for_url("**/protect/receipt")
    assert list(statuses) == []


def test_a_busy_network_asks_the_page_for_more_work_which_it_does_by_itself(person: Callable[..., Any]) -> None:
    page = person().page
    answers: list[int] = []
    page.on("response", lambda response: answers.append(response.status) if "/protect/send" in response.url else None)
    go_to_pictures(page)
    choose(page, photo("coffee"))
    walk_to_code(page)
    page.locator("#kept").check()
    for share in range(2):  # others behind the same address have sent a lot
        count_network_try(
            network="127.0.0.1", purpose=f"send-{share}", now=timezone.now(), limit=10**6, amount=HASHES_PER_SHARE
        )
    page.locator("[data-step=code] [data-next]").click()
    page.wait_for_url("**/protect/receipt")
    assert answers == [400, 201]


def test_nothing_can_be_left_out_and_each_gap_is_named(person: Callable[..., Any]) -> None:
    page = person().page
    go_to_pictures(page)
    page.frame_locator("iframe").locator("input[type=file]:enabled").wait_for(state="attached")
    press(page, "[data-next=meaning]")
    expect(page.locator("[data-step=choose] [data-problem]")).to_be_focused()
    expect(page.locator("[data-step=choose] [data-problem]")).to_contain_text("Choose at least one")
    choose(page, photo("coffee"))
    expect(page.locator("[data-step=choose] [data-problem]")).to_be_hidden()
    press(page, "[data-next=meaning]")
    page.locator("[data-step=meaning] [data-next]").click()
    page.locator("[data-step=code] [data-next]").click()
    expect(page.locator("[data-step=code] [data-problem]")).to_contain_text("Keep the code first")
    page.locator("[data-step=code] [data-back]").click()
    expect(page.locator("[data-step=meaning] h1")).to_be_focused()
    page.locator("[data-step=meaning] [data-back]").click()
    expect(page.locator("[data-step=choose] h1")).to_be_focused()


def test_by_keyboard_alone(person: Callable[..., Any]) -> None:
    page = person(DESKTOP).page
    go_to_pictures(page)
    choose(page, photo("astronaut"))
    page.locator("[data-next=meaning]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-step=meaning] h1")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-step=code] h1")).to_be_focused()
    for act in ("copy", "save", "print"):
        page.keyboard.press("Tab")
        expect(page.locator(f"[data-act={act}]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/protect/receipt")


@pytest.mark.parametrize("locale", one_a_day(["en", "ar"]))
def test_every_page_is_accessible_and_fits_a_small_phone(person: Callable[..., Any], locale: str) -> None:
    her = person(locale=locale)
    page = her.page
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        # What a reader of a language sees is the same page: the rules are asked once, and of a few mirrored pages.
        looked = her.axe() if locale == "en" or name in ("choose", "code", "receipt", "pictures") else []
        found[name] = her.runs_over() + looked

    for path in ("", "under-18", "not-sure", "first-help"):
        page.goto(f"/protect/{path}")
        look(path)
    page.goto("/protect/")
    page.locator("main button").click()
    look("the question with an error")
    go_to_pictures(page)
    choose(page, photo("astronaut"))
    look("choose")
    walk_to_code(page)
    look("code")
    page.locator("#kept").check()
    page.locator("[data-step=code] [data-next]").click()
    page.wait_for_url("**/protect/receipt")
    look("receipt")
    for path in (
        "pictures",
        "add/paste",
        "take-back/1",
        "take-back",
        "renew",
        "erase",
        "numbers",
        "not-removed",
        "which",
        "closed",
    ):
        page.goto(f"/status/{path}")
        look(path)
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_leaving_forgets_the_visit(person: Callable[..., Any], product: Any, settings: Any) -> None:
    settings.LEEWARD_EXIT_URL = f"{product.url}/healthz"  # an everyday site, on this machine
    her = person()
    go_to_pictures(her.page)
    assert [cookie["name"] for cookie in her.context.cookies() if cookie["name"] == "visit"]
    her.page.locator("a.leeward-exit__link").click()
    her.page.wait_for_url("**/healthz")
    assert [cookie["name"] for cookie in her.context.cookies() if cookie["name"] == "visit"] == []


def test_the_first_page_is_light(person: Callable[..., Any], product: Any) -> None:
    her = person()
    go_to_pictures(her.page)
    her.page.frame_locator("iframe").locator("input[type=file]").wait_for(state="attached")
    scripts = [request.url for request in her.asked if request.resource_type == "script" and "/static/" in request.url]
    frame = her.page.locator("iframe").get_attribute("srcdoc") or ""
    texts = [her.page.request.get(url).text() for url in sorted(set(scripts))] + [frame]
    sizes = [
        int(subprocess.run(["node", "-e", MEASURE], input=text, capture_output=True, text=True, check=True).stdout)
        for text in texts
    ]
    assert len(sizes) == 3
    assert sum(sizes) <= FIRST_PAGE_BUDGET, sizes
