"""A file of the locker in real browsers: covered, locked, sent over a line that breaks, opened again, and shown."""

import base64
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import FrameLocator, Page, Route, expect

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.checking.rules.bags import opened_bag
from leeward.foundation.signing.operations.keys import found_signer
from leeward.foundation.signing.operations.signing import sign_due
from leeward.victim.helpline.models import Case
from leeward.victim.locker import pieces
from leeward.victim.locker.models import Part
from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.checks import note_check
from leeward.victim.removals.rules.checks import CheckReason, Signal, Verdict
from tests.counters import start_afresh
from tests.foundation.accounts.people import come_in, employ
from tests.journeys.people import AXE, DESKTOP, RULES, RUNS_OVER, WHAT_AXE_FINDS, Person, speak, take_over
from tests.journeys.protecting import photo
from tests.readers import open_door
from tests.victim.locker.opening import KEPT, Hers, open_pages

pytestmark = pytest.mark.browser
FIREFOX = Path(__file__).with_name("firefox_locker.mjs")


@pytest.fixture
def hers(product: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hers:
    """Somebody who writes with the helpline and has a locker, in a nation with a signer whose key is made quickly."""
    settings.LEEWARD_LOCKER_PIECES = tmp_path / "locker"
    monkeypatch.setattr("leeward.foundation.signing.operations.keys.KEY_BITS", 2048)
    found_signer(by=Actor.operator(), now=timezone.now())
    start_afresh()
    for team in ("helpline", "desk"):
        open_door(team)
    employ("ama", Role.PRACTITIONER)
    hers = open_pages(with_case=True, with_report=True, now=timezone.now())
    row = Request.objects.get(report__reference=hers.teller.file)
    seen = Verdict(signal=Signal.UP, reason=CheckReason.FIRST_LOOK)
    note_check(reference=row.reference, verdict=seen, status=200, by=Actor.system(), now=timezone.now())
    return hers


def frame_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def is_black(picture: Image.Image, *, left: float, top: float, right: float, bottom: float) -> bool:
    """Whether a part of a picture, in shares of it, is as good as black."""
    across, down = picture.size
    part = np.asarray(picture.convert("L"))[
        int(top * down) : int(bottom * down), int(left * across) : int(right * across)
    ]
    return bool(part.max() <= 8)


def windows(content: bytes) -> list[bytes]:
    """Windows of a file as they may travel: raw, in hexadecimal, and in base64 from each of three starts."""
    cut = [content[at : at + 24] for at in range(1000, len(content) - 24, len(content) // 20)]
    coded = [base64.b64encode(part[skip:])[:20] for part in cut for skip in range(3)]
    return [*cut, *(part.hex().encode() for part in cut), *coded]


def take_out(her: Person, saved: bytes) -> None:
    """The covered picture goes along in a pack, which is put together on the device and is whole."""
    page = her.page
    page.goto(f"{KEPT}/take")
    page.get_by_label("Entry 1, file 1: A covered picture").check()
    page.get_by_label("chatter.example/p/1").check()
    her.look("take")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Put the files in and save").wait_for()
    her.look("taken")
    sign_due(now=timezone.now(), limit=10)
    with page.expect_download() as download:
        page.get_by_role("button", name="Put the files in and save").click()
    assert download.value.suggested_filename == "pages.zip"
    expect(page.get_by_text("Done. Look for the file among the downloads")).to_be_visible()
    with opened_bag(Path(download.value.path())) as bag:
        assert bag.flaws() == []
        assert bag.read("data/exhibits/001.jpg") == saved
        assert "manifest.jwt" in bag.paths
        assert b"looked,machine,up,first_look" in bag.read("data/monitor.csv")


def test_a_picture_is_covered_locked_sent_opened_and_shown(
    product: Any, person: Callable[..., Any], hers: Hers
) -> None:
    item = hers.write()
    her = person()
    take_over(hers.browser.client, her.context, product.url)
    page, chosen = her.page, photo("astronaut")
    page.goto(f"{KEPT}/{item}")
    page.get_by_role("link", name="Add a file").click()
    expect(frame_of(page).get_by_text("Choose a file")).to_be_visible()
    her.look("add-file")
    frame_of(page).locator("input[type=file]:enabled").wait_for(state="attached")
    frame_of(page).locator("input[type=file]").set_input_files([chosen])
    frame_of(page).get_by_role("button", name="Add a box").press("Enter")
    speak(page, "ar")  # another language, and nothing is lost
    expect(frame_of(page).locator("#covering h2")).to_have_text("تغطية ما لا ينبغي أن يراه أحد")
    expect(frame_of(page).locator(".boxes li")).to_have_count(1)
    her.look_at_the_side("add-file-arabic")
    speak(page, "en")
    expect(frame_of(page).get_by_role("heading", name="Cover what nobody should see")).to_be_visible()
    frame_of(page).get_by_role("button", name="Make the covered copy").press("Enter")
    frame_of(page).get_by_label("Nothing intimate can be seen any more").check()
    lost: list[Route] = []

    def lose(route: Route) -> None:
        lost.append(route)
        route.abort()

    page.route(f"**{KEPT}/{item}/file/send", lose, times=1)
    frame_of(page).get_by_role("button", name="Lock it and keep it").press("Enter")
    page.wait_for_url(f"**{KEPT}/{item}")
    assert lost  # the line was lost once, and it went on
    expect(page.get_by_text("A covered picture 1")).to_be_visible()

    page.get_by_role("link", name="A covered picture 1").click()
    her.look("file")
    page.get_by_role("button", name="Open the file").click()
    lid = frame_of(page).get_by_role("button", name="Show the picture")
    lid.press("Enter")
    shown = frame_of(page).locator("#shown")
    expect(shown).to_be_visible()
    assert shown.evaluate("(each) => each.naturalWidth") == 512
    with page.expect_download() as download:
        page.get_by_role("button", name="Save it on this device").click()
    assert download.value.suggested_filename == "page.jpg"
    saved = Path(download.value.path()).read_bytes()
    assert is_black(Image.open(io.BytesIO(saved)), left=0.36, top=0.36, right=0.64, bottom=0.64)
    take_out(her, saved)
    assert not her.strayed
    everything = b"\n".join(request.everything for request in product.received)
    kept = b"".join(pieces.get(part=part.reference, number=1) for part in Part.objects.all())
    assert b"private-name" not in everything
    for window in [*windows(chosen["buffer"]), *windows(saved)]:
        assert window not in everything
        assert window not in kept

    hers.decide(f"{KEPT}/{item}/who", team="helpline", days="7")
    worker = person(DESKTOP)
    take_over(come_in("ama"), worker.context, product.url)
    desk = worker.page
    desk.goto(f"/staff/kept/{Case.objects.get().reference}/{item}/1")
    desk.get_by_role("button", name="Open the file").click()
    expect(frame_of(desk).get_by_role("button", name="Show the picture")).to_be_visible()
    expect(frame_of(desk).locator("#shown")).to_be_hidden()
    worker.look("shown-file")
    frame_of(desk).get_by_role("button", name="Show the picture").press("Enter")
    expect(frame_of(desk).locator("#shown")).to_be_visible()
    assert frame_of(desk).locator("#shown").evaluate("(each) => getComputedStyle(each).filter") == "grayscale(1)"
    expect(desk.get_by_role("button", name="Save it on this device")).to_be_hidden()
    for somebody in (her, worker):
        assert [each for each in somebody.complaints if "ERR_FAILED" not in each] == []


NARROW = {"width": 320, "height": 700}


def look_into(her: Person, frame: FrameLocator, name: str) -> None:
    """Nothing in the frame shuts somebody out, and nothing runs over the side, on a narrow phone and at a desk."""
    held = frame.owner.element_handle().content_frame()
    assert held
    for size in (NARROW, DESKTOP):
        her.page.set_viewport_size(size)  # type: ignore[arg-type]  # two whole numbers by name
        held.evaluate(AXE.read_text(encoding="utf-8") + "\n;0")
        # Landmarks and the heading of the first level are the page's, which the frame stands in.
        assert held.evaluate(WHAT_AXE_FINDS, [each for each in RULES if each != "best-practice"]) == [], name
        assert held.evaluate(RUNS_OVER, False) == [], name
        her.look_at_the_side(f"{name}-{size['width']}")


def test_without_a_box_the_question_is_asked_and_what_is_hers_alone_is_never_offered(
    product: Any, person: Callable[..., Any], hers: Hers
) -> None:
    item = hers.write()
    her = person()
    take_over(hers.browser.client, her.context, product.url)
    page, chosen = her.page, photo("coffee")
    page.goto(f"{KEPT}/{item}/file")
    frame = frame_of(page)
    frame.locator("input[type=file]:enabled").wait_for(state="attached")
    frame.locator("input[type=file]").set_input_files([chosen])
    frame.get_by_role("button", name="Go on without a box").click()

    def look_in_both(section: str, title: str) -> None:
        for language in ("arabic", "english"):
            speak(page, "ar" if language == "arabic" else "en")
            if language == "english":
                expect(frame.locator(f"#{section} h2")).to_have_text(title)
            else:
                expect(frame.locator(f"#{section} h2")).not_to_have_text(title)
            look_into(her, frame, f"{section}-{language}")

    look_in_both("asking", "Can an intimate part be seen?")
    frame.get_by_role("button", name="Yes, something can be seen").click()
    look_in_both("seen", "Cover it, or keep it for you alone")
    frame.get_by_role("button", name="Keep it uncovered, for me alone").click()
    look_in_both("checking", "Look at it before you lock it")
    frame.get_by_role("button", name="Lock it and keep it").click()
    page.wait_for_url(f"**{KEPT}/{item}")

    page.get_by_role("link", name="An uncovered picture, for you alone 1").click()
    page.get_by_role("button", name="Open the file").click()
    expect(frame_of(page).get_by_text("This picture was kept uncovered, for you alone.")).to_be_visible()
    her.look_on_both("file-alone")
    frame_of(page).get_by_role("button", name="Show the picture").click()
    expect(frame_of(page).locator("#shown")).to_be_visible()
    page.goto(f"{KEPT}/{item}/who")
    expect(page.get_by_text("They cannot see a picture that you keep for you alone.")).to_be_visible()
    her.look_on_both("who-alone")
    page.goto(f"{KEPT}/take")
    expect(page.get_by_text("A picture that you keep for you alone is not in it.")).to_be_visible()
    expect(page.get_by_text("An uncovered picture")).to_have_count(0)
    her.look_on_both("take-alone")
    everything = b"\n".join(request.everything for request in product.received)
    kept = b"".join(pieces.get(part=part.reference, number=1) for part in Part.objects.all())
    for window in windows(chosen["buffer"]):
        assert window not in everything
        assert window not in kept
    assert her.complaints == []


@pytest.mark.turn(2, days=3)
def test_the_same_in_firefox(product: Any, hers: Hers, tmp_path: Path) -> None:
    item = hers.write()
    chosen = tmp_path / "private-name.jpg"
    chosen.write_bytes(photo("coffee")["buffer"])
    visit = hers.browser.client.cookies["visit"].value
    command = ["node", FIREFOX, product.url, visit, f"{KEPT}/{item}", chosen]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout) == {"listed": "A covered picture 1", "width": 600, "filter": "grayscale(1)"}
    everything = b"\n".join(request.everything for request in product.received)
    assert b"private-name" not in everything
    assert not any(window in everything for window in windows(chosen.read_bytes()))
