"""The frames by themselves: what is covered is gone, what is locked opens, and nothing else gets out."""

import base64
import hashlib
import io
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hashmatch.pdq import decode_image, hash_family
from PIL import Image
from playwright.sync_api import Browser, Playwright, expect
from skimage import data

from leeward.victim.locker.rules.lwf1 import part_key, seal_part
from tests.victim.locker.stand import Stand, standing

pytestmark = pytest.mark.browser
# Playwright's loop runs in this thread until all tests are over; Django would take that for a mistake of the others.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
PAGES = Path(__file__).parents[3] / "hashmatch" / "browser" / "tests" / "pages"
SIZE = (2400, 1800)
JPEG_OF_A_CANVAS = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
SECRET = "planted-secret-5f1c"


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
    yield browser
    browser.close()


@pytest.fixture
def put(browser: Browser) -> Iterator[Callable[[str], Stand]]:
    """Puts the frame "seal" or "show" on a page."""
    ends = []

    def made(name: str) -> Stand:
        context = browser.new_context(viewport={"width": 1000, "height": 1500})
        held = standing(context.new_page(), name)
        ends.append(lambda: (context.close(), held.__exit__(None, None, None)))
        return held.__enter__()

    yield made
    for end in ends:
        end()


def photo(folder: Path) -> Path:
    """A photograph with place, time and a preview of itself in its notes, as from a phone."""
    image = Image.fromarray(data.astronaut()).resize(SIZE)
    exif = Image.Exif()
    exif[0x010F], exif[0x9003] = "Planted Camera", "2026:11:29 03:00:00"
    exif.get_ifd(0x8825)[1] = "N"
    path = folder / "IMG_20261129_030000.jpg"
    image.save(path, quality=92, exif=exif, comment=b"planted comment")
    return path


def shown_width(stand: Stand, image: str) -> int:
    """How many pixels broad a picture is that the frame shows."""
    shown = stand.frame.locator(image)
    expect(shown).to_be_visible()
    width: int = shown.evaluate("async (each) => (await each.decode(), each.naturalWidth)")
    return width


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def test_what_is_covered_by_hand_and_by_keys_is_gone(put: Callable[[str], Stand], tmp_path: Path) -> None:
    stand, path = put("seal"), photo(tmp_path)
    stand.begin()
    before = len(stand.requests)
    stand.choose(path)
    expect(stand.frame.get_by_role("heading", name="Cover what nobody should see")).to_be_visible()
    area = stand.frame.locator("#canvas img").bounding_box()
    assert area
    mouse = stand.page.mouse
    mouse.move(area["x"] + area["width"] * 0.1, area["y"] + area["height"] * 0.1)
    mouse.down()
    mouse.move(area["x"] + area["width"] * 0.3, area["y"] + area["height"] * 0.4, steps=3)
    mouse.up()
    expect(stand.frame.locator(".boxes li")).to_have_count(1)
    stand.frame.get_by_role("button", name="Add a box").press("Enter")
    keyboard = stand.page.keyboard
    for typed in ("60", "60", "20", "25"):  # the focus stands in the first field of the new box
        keyboard.press("Control+A")
        keyboard.type(typed)
        keyboard.press("Tab")
    stand.frame.get_by_role("button", name="Make the covered copy").press("Enter")
    expect(stand.frame.locator("#copy")).to_be_visible()
    stand.frame.get_by_label("Also keep a fingerprint").check()
    locked = stand.lock()
    assert stand.requests[before:] == []  # from choosing to locking it asked for nothing

    original = path.read_bytes()
    [upright, *_] = hash_family(decode_image(path))
    assert locked.original == {"sha256": hashlib.sha256(original).hexdigest(), "pdq": upright.hash.hex}
    assert (locked.kind, list(locked.contents)) == ("covered", ["copy", "view"])
    assert locked.sizes == {name: len(content) for name, content in locked.contents.items()}
    assert locked.digests["copy"] == hashlib.sha256(locked.contents["copy"]).hexdigest()
    copy, view = opened(locked.contents["copy"]), opened(locked.contents["view"])
    assert (copy.format, copy.size, view.format, view.size) == ("JPEG", SIZE, "JPEG", (1600, 1200))
    for picture, content in ((copy, locked.contents["copy"]), (view, locked.contents["view"])):
        assert set(picture.info) <= JPEG_OF_A_CANVAS
        assert len(picture.getexif()) == 0
        assert b"lanted" not in content
        seen = np.asarray(picture.convert("L").resize((100, 100), Image.Resampling.BOX)).astype(int)
        was = np.asarray(Image.open(path).convert("L").resize((100, 100), Image.Resampling.BOX)).astype(int)
        assert seen[11:39, 11:29].max() <= 4  # by hand
        assert seen[61:84, 61:79].max() <= 4  # by keys
        assert np.abs(seen - was)[:, 85:].mean() < 3  # beside them it is the same picture
        assert min(was[11:39, 11:29].mean(), was[61:84, 61:79].mean()) > 20  # it was not black before


def test_a_box_that_was_removed_or_only_touched_covers_nothing(put: Callable[[str], Stand], tmp_path: Path) -> None:
    stand, path = put("seal"), photo(tmp_path)
    stand.begin()
    stand.choose(path)
    stand.frame.get_by_role("button", name="Add a box").click()
    expect(stand.frame.locator("#burn")).to_have_text("Make the covered copy")
    stand.frame.get_by_label("From the left").fill("100")  # nothing of it lies in the picture
    expect(stand.frame.locator("#burn")).to_have_text("Go on without a box")
    stand.frame.get_by_role("button", name="Remove Box 1").click()
    stand.frame.locator("#canvas").click(position={"x": 20, "y": 20})
    expect(stand.frame.locator(".boxes li")).to_have_count(0)
    stand.frame.get_by_role("button", name="Go on without a box").click()
    assert shown_width(stand, "#asked") == SIZE[0]
    stand.answer_question("No, nothing intimate can be seen")
    expect(stand.frame.locator("#named")).to_have_text(
        "It is kept as an uncovered picture. You say that nothing intimate can be seen."
    )
    expect(stand.frame.locator("#sure")).to_be_hidden()
    locked = stand.lock()
    assert (locked.kind, list(locked.contents)) == ("uncovered", ["copy", "view"])
    assert (locked.original or {})["pdq"] == ""  # nobody asked for it
    assert np.asarray(opened(locked.contents["copy"]).convert("L").resize((50, 50))).min() >= 0
    assert np.abs(np.asarray(opened(locked.contents["copy"])).astype(int) - np.asarray(Image.open(path))).mean() < 3


def test_of_what_can_be_seen_one_is_led_back_to_covering_or_keeps_it_for_oneself_alone(
    put: Callable[[str], Stand], tmp_path: Path
) -> None:
    stand, path = put("seal"), photo(tmp_path)
    stand.begin()
    stand.choose(path)
    stand.frame.get_by_role("button", name="Go on without a box").click()
    stand.answer_question("Yes, something can be seen")
    expect(stand.frame.get_by_role("heading", name="Cover it, or keep it for you alone")).to_be_focused()
    stand.frame.get_by_role("button", name="Cover it").click()
    stand.frame.get_by_role("button", name="Add a box").click()
    stand.frame.get_by_role("button", name="Make the covered copy").click()
    expect(stand.frame.locator("#named")).to_have_text("It is kept as a covered picture.")
    stand.frame.get_by_label("Also keep a fingerprint").check()
    stand.frame.get_by_role("button", name="Lock it and keep it").click()
    expect(stand.frame.get_by_role("alert")).to_contain_text("Look at it first")
    stand.frame.get_by_role("button", name="Cover more").click()
    stand.frame.get_by_role("button", name="Remove Box 1").click()
    stand.frame.get_by_role("button", name="Go on without a box").click()
    stand.answer_question("Yes, something can be seen")
    stand.frame.get_by_role("button", name="Keep it uncovered, for me alone").click()
    expect(stand.frame.locator("#named")).to_have_text("It is kept as an uncovered picture, for you alone.")
    expect(stand.frame.locator("#alike")).to_be_hidden()
    locked = stand.lock()
    assert (locked.kind, list(locked.contents)) == ("alone", ["copy"])  # no copy that a team could look at
    assert locked.original == {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "pdq": ""}
    assert b"lanted" not in locked.contents["copy"]


def test_a_picture_that_this_browser_cannot_open_is_asked_for_too(put: Callable[[str], Stand], tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(photo(tmp_path).read_bytes()[:4000])
    stand = put("seal")
    stand.begin()
    stand.choose(path)
    expect(stand.frame.locator("#why")).to_contain_text("So we cannot show it to you")
    expect(stand.frame.locator("#asked")).to_be_hidden()
    stand.answer_question("Yes, something can be seen")
    expect(stand.frame.locator("#instead")).to_contain_text("take a screenshot of it")
    expect(stand.frame.get_by_role("button", name="Cover it")).to_be_hidden()
    stand.frame.get_by_role("button", name="Keep it uncovered, for me alone").click()
    expect(stand.frame.locator("#what")).to_contain_text("kept as it is")
    locked = stand.lock()
    assert (locked.kind, locked.original, locked.contents) == ("alone", None, {"copy": path.read_bytes()})


def test_other_files_are_kept_whole_and_videos_are_not(put: Callable[[str], Stand], tmp_path: Path) -> None:
    def file(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    stand = put("seal")
    stand.begin(most=300_000)
    alert = stand.frame.get_by_role("alert")
    refused = {
        "nothing.txt": (b"", "This file is empty"),
        "film.jpg": (b"\x1a\x45\xdf\xa3" + b"webm V_VP8" + bytes(500), "We cannot keep videos"),
        "film.mp4": (
            b"\0\0\0\x18ftypisom" + bytes(12) + b"hdlr" + bytes(8) + b"vide" + bytes(500),
            "We cannot keep videos",
        ),
        "long.log": (b"x" * 300_001, "may have 0.3 megabytes"),
    }
    for name, (content, words) in refused.items():
        stand.choose(file(name, content))
        expect(alert).to_contain_text(words)
        expect(stand.frame.locator("#choosing")).to_be_visible()
    for name, content in {
        "voice.ogg": b"OggS" + bytes(24) + b"OpusHead" + bytes(500),
        "voice.m4a": b"\0\0\0\x18ftypM4A " + bytes(12) + b"hdlr" + bytes(8) + b"soun" + bytes(500),
        "threat.eml": b"From: someone\r\n\r\nI know where you live\r\n" * 5000,
    }.items():
        stand.choose(file(name, content))
        expect(stand.frame.locator("#what")).to_contain_text("kept as it is")
        if name != "threat.eml":
            stand.frame.get_by_role("button", name="Choose another file").click()
    mail = stand.lock()
    assert (mail.kind, mail.original, mail.ending, mail.contents) == ("whole", None, "eml", {"copy": content})
    assert mail.digests == {"copy": hashlib.sha256(content).hexdigest()}


def test_a_browser_that_hides_pixels_makes_no_copy_and_says_why(put: Callable[[str], Stand], tmp_path: Path) -> None:
    stand, path = put("seal"), photo(tmp_path)
    noise = (PAGES / "noise.js").read_text().replace("SPARED(box)", "false")
    stand.change_worker(lambda text: f"{noise}\n{text}")
    stand.begin()
    stand.choose(path)
    expect(stand.frame.locator("#why")).to_contain_text("Your browser hides what is in pictures")
    assert shown_width(stand, "#asked") == SIZE[0]
    stand.answer_question("No, nothing intimate can be seen")
    expect(stand.frame.locator("#alike")).to_be_hidden()
    locked = stand.lock()
    assert (locked.kind, locked.original, locked.contents) == ("uncovered", None, {"copy": path.read_bytes()})


WITHOUT = """
if (crypto.subtle) {
  const generate = crypto.subtle.generateKey.bind(crypto.subtle);
  const missing = () => Promise.reject(new DOMException("none", "NotSupportedError"));
  crypto.subtle.generateKey = (name, ...rest) => (name === "X25519" ? missing() : generate(name, ...rest));
}
"""


def test_a_browser_without_x25519_gets_another_one_that_is_checked(put: Callable[[str], Stand], tmp_path: Path) -> None:
    mail = tmp_path / "mail.txt"
    mail.write_bytes(b"words")
    stand = put("seal")
    stand.page.add_init_script(WITHOUT)
    stand.begin()
    assert [path.strip() for path in stand.requests].count("/curves.js") == 1
    stand.choose(mail)
    assert stand.lock().contents == {"copy": b"words"}

    swapped = put("seal")
    swapped.curves = b"self.onmessage = () => self.postMessage({ enc: new Uint8Array(32), shared: new Uint8Array(32) })"
    swapped.page.add_init_script(WITHOUT)
    swapped.begin()
    expect(swapped.frame.get_by_role("alert")).to_contain_text("This browser cannot lock files")
    expect(swapped.frame.locator("#files")).to_be_disabled()


@pytest.mark.proof
@pytest.mark.parametrize("name", ["seal", "show"])
@pytest.mark.parametrize(
    "allowed", ["connect-src 'none'", "connect-src SERVER"], ids=["as it is", "loosened, a control"]
)
def test_a_hostile_script_in_a_frame_gets_nothing_out(put: Callable[[str], Stand], name: str, allowed: str) -> None:
    stand = put(name)
    script = (PAGES / "hostile.js").read_text().replace("SECRET", SECRET).replace("SERVER", stand.origin)
    policy = allowed.replace("SERVER", stand.origin)
    stand.repin(lambda _: script, lambda document: document.replace("connect-src 'none'", policy))
    stand.open()
    stand.page.wait_for_function("() => window.tried")
    stand.page.evaluate("() => fetch('/last')")
    leaked = [request for request in stand.requests if SECRET in request]
    assert any("fetch=" in request for request in leaked) is ("SERVER" in allowed)
    assert ("SERVER" in allowed) or leaked == []


def tell_show(stand: Stand, *, sealed: bytes, key: bytes, kind: str, jpeg: bool = True, task: str = "show") -> None:
    told = [base64.b64encode(part).decode() for part in (sealed, key)]
    show = """([sealed, key, kind, jpeg, type]) =>
      tell({ type, sealed: new Blob([bytes(sealed)]), key: bytes(key), kind, jpeg })"""
    stand.page.evaluate(show, [*told, kind, jpeg, task])


def test_what_was_kept_uncovered_is_named_before_it_is_seen_and_what_is_hers_alone_goes_into_no_pack(
    put: Callable[[str], Stand], tmp_path: Path
) -> None:
    key = part_key(secrets.token_bytes(32), "copy")
    sealed = seal_part(photo(tmp_path).read_bytes(), key=key)
    said = {
        "covered": "This picture was covered.",
        "uncovered": "This picture was kept uncovered. Whoever keeps it says that nothing intimate can be seen.",
        "alone": "This picture was kept uncovered, for you alone.",
        "picture": "This picture was covered, or kept as it was.",
    }
    stand = put("show")
    stand.open()
    stand.page.wait_for_function("() => said.some(({ type }) => type === 'ready')")
    for kind, words in said.items():
        tell_show(stand, sealed=sealed, key=key, kind=kind)
        expect(stand.frame.locator("#state")).to_have_text(words)
        expect(stand.frame.locator("#shown")).to_be_hidden()
    tell_show(stand, sealed=sealed, key=key, kind="alone", jpeg=False)
    expect(stand.frame.locator("#state")).to_have_text("It is open. It is not shown here.")
    for number, kind in enumerate(said, start=1):
        tell_show(stand, sealed=sealed, key=key, kind=kind, task="take")
        stand.page.wait_for_function(
            "(number) => said.filter(({ type }) => type === 'taken').length === number", arg=number
        )
    taken = stand.page.evaluate("() => said.filter(({ type }) => type === 'taken').map(({ content }) => content?.size)")
    assert taken == [len(photo(tmp_path).read_bytes())] * 2 + [None, len(photo(tmp_path).read_bytes())]


def test_a_picture_opens_grey_and_covered_and_no_damaged_one_opens(put: Callable[[str], Stand], tmp_path: Path) -> None:
    key = part_key(secrets.token_bytes(32), "view")
    content = photo(tmp_path).read_bytes()
    sealed = seal_part(content, key=key)
    stand = put("show")
    stand.open()
    stand.page.wait_for_function("() => said.some(({ type }) => type === 'ready')")
    before = len(stand.requests)
    tell_show(stand, sealed=sealed, key=key, kind="covered")
    lid = stand.frame.get_by_role("button", name="Show the picture")
    expect(lid).to_be_visible()
    covers = """(lid) => {
      const [over, under] = [lid, lid.previousElementSibling].map((each) => each.getBoundingClientRect());
      return over.width >= under.width && over.height >= under.height && over.height > 100;
    }"""
    assert lid.evaluate(covers)
    picture = stand.frame.locator("#shown")
    expect(picture).to_be_hidden()
    lid.press("Enter")
    expect(picture).to_be_visible()
    assert picture.evaluate("(each) => [each.naturalWidth, getComputedStyle(each).filter]") == [2400, "grayscale(1)"]
    expect(stand.frame.get_by_role("button", name="Cover it again")).to_be_focused()
    stand.frame.get_by_role("button", name="Cover it again").press("Enter")
    expect(lid).to_be_focused()
    assert stand.requests[before:] == []

    damaged = put("show")
    damaged.open()
    damaged.page.wait_for_function("() => said.some(({ type }) => type === 'ready')")
    tell_show(damaged, sealed=sealed[:-1] + bytes([sealed[-1] ^ 1]), key=key, kind="covered")
    expect(damaged.frame.get_by_role("alert")).to_contain_text("damaged")
    expect(damaged.frame.locator("#shown")).to_be_hidden()
    damaged.page.wait_for_function("() => said.some(({ type }) => type === 'opened')")
    assert damaged.page.evaluate("() => said.filter(({ type }) => type === 'opened')") == [
        {"type": "opened", "damage": "foreign"}
    ]
