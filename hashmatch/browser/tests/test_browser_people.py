"""What a person meets: files that are no pictures, changing one's mind, the keyboard, a narrow screen."""

import io
import struct
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser

Save = Callable[..., Path]
Photo = Callable[[str], Image.Image]
Expected = Callable[..., dict[str, Any]]
Repin = Callable[..., None]

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"

READY = {"phase": "ready", "tools": "all", "left": 0, "refused": 0}

# The worker's answers about files are lost, so that a file stays in work for as long as a test needs.
NEVER_DONE = """
const { postMessage } = MessagePort.prototype;
const isAboutFiles = ({ answer }) => answer && !("exact" in answer) && !("genuine" in answer);
MessagePort.prototype.postMessage = function (message) { if (!isAboutFiles(message)) postMessage.call(this, message); };
"""


def jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="jpeg", quality=90)
    return buffer.getvalue()


def huge_png() -> bytes:
    """A small file that says it is 20000 x 20000 pixels."""
    header = struct.pack(">IIBBBBB", 20000, 20000, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(20001 * 20000), 9)), (b"IEND", b"")]
    parts = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_what_is_no_picture_is_not_added(desk: Any, save: Save) -> None:
    files = {
        save("empty.jpg", b""): "This file is empty",
        save("notes.txt", b"only some text\n" * 50): "not a picture or video that we know",
        save(
            "drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
        ): "not a picture or video",
        save("tiny.bin", b"\x00"): "not a picture or video",
    }
    desk.open()
    assert desk.hash(*files) == []
    for text, (path, words) in zip(desk.texts(), files.items(), strict=True):
        assert text.startswith("Not added"), path.name
        assert words in text, path.name


def test_what_cannot_be_opened_is_found_as_exact_copy_only(
    desk: Any, save: Save, photo: Photo, expected: Expected
) -> None:
    files = {
        save("header-only.jpg", jpeg(photo("coffee"))[:300]): "It may be damaged",
        save("broken.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 300): "It may be damaged",
        save("huge.png", huge_png()): "too big to open here",
        save("plain.png", Image.new("RGB", (300, 200), (3, 3, 3))): "There is not enough in this picture",
        save("tiff.tif", photo("coffee"), format="tiff"): "This browser cannot open this kind",
    }
    desk.open()
    pictures = desk.hash(*files)
    for picture, (path, words), text in zip(pictures, files.items(), desk.texts(), strict=True):
        assert (picture["kind"], picture["path"], picture["pdq"]) == ("image", "bytes", [])
        assert "only exact copies can be found" in text
        assert words in text, path.name
    assert desk.page.evaluate("() => window.states.at(-1)") == READY | {"ready": 5}


def test_she_is_told_when_she_may_choose(desk: Any, repin: Repin) -> None:
    desk.open()
    waiting = desk.frame.get_by_text("Loading what your device needs")
    expect(waiting).to_be_hidden()
    desk.settle()
    assert [state["tools"] for state in desk.page.evaluate("() => window.states")][-1] == "all"
    repin(worker=lambda _: "// never says whether pixels can be trusted")
    desk.page.goto(desk.site.origin)
    expect(waiting).to_be_visible()
    expect(desk.frame.locator("input[type=file]")).to_be_disabled()
    desk.settle()
    assert {state["tools"] for state in desk.page.evaluate("() => window.states")} <= {"loading"}


def test_the_same_file_counts_once(desk: Any, save: Save, photo: Photo) -> None:
    first = save("first.jpg", photo("coffee"), quality=80)
    second = save("second.jpg", first.read_bytes())
    desk.open()
    assert len(desk.hash(first, second)) == 1
    assert "You have added this one already" in desk.texts()[1]


def test_thirty_at_a_time_and_a_video_counts_as_two_whatever_its_name(desk: Any, save: Save) -> None:
    files = [save(f"{number}.png", Image.new("L", (8, 8), number)) for number in range(29)]
    desk.open()
    assert len(desk.hash(*files[:28])) == 28
    beginning = b"\0\0\0\x18ftypisom\0\0\2\0isomavc1"
    desk.choose(save("one.png", beginning + bytes(500)), save("two.mp4", beginning + bytes(501)))
    desk.page.wait_for_function("() => window.states.at(-1).ready === 29")
    desk.frame.get_by_text("You can add 30 pictures at a time. A video counts as two.").wait_for()
    desk.choose(files[28])
    desk.frame.get_by_text("You can add 30 pictures at a time").wait_for()
    assert desk.frame.locator("li").count() == 29
    assert [picture["kind"] for picture in desk.pictures()] == ["image"] * 28 + ["video"]


def test_one_can_be_taken_out_again(desk: Any, save: Save, photo: Photo, expected: Expected) -> None:
    files = [save(f"{name}.jpg", photo(name), quality=80) for name in ("coffee", "chelsea", "rocket")]
    desk.open()
    desk.hash(*files)
    desk.frame.get_by_role("button", name="Remove Picture 2").click()
    desk.frame.get_by_role("status").filter(has_text="Picture 2 was removed.").wait_for()
    assert desk.pictures() == [expected(files[0]), expected(files[2])]
    expect(desk.frame.get_by_role("button", name="Remove Picture 3")).to_be_focused()


def test_work_can_be_cancelled(desk: Any, repin: Repin, save: Save, photo: Photo) -> None:
    repin(worker=lambda text: NEVER_DONE + text)
    desk.open()
    desk.choose(save("photo.jpg", photo("coffee"), quality=80))
    desk.page.wait_for_function("() => window.states.at(-1).phase === 'working'")
    assert desk.frame.get_by_role("progressbar", name="Picture 1").is_visible()
    desk.frame.get_by_role("button", name="Cancel Picture 1").click()
    desk.page.wait_for_function("() => window.states.at(-1).phase === 'choosing'")
    assert desk.frame.locator("li").count() == 0
    assert desk.pictures() == []
    assert desk.page.frames[1].evaluate("() => document.activeElement.type") == "file"


def test_a_dropped_file_is_taken(desk: Any, save: Save, photo: Photo) -> None:
    desk.open()
    path = save("dropped.jpg", jpeg(photo("coffee").resize((120, 90))))
    area = desk.frame.locator(".drop").bounding_box()
    assert area
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    place = {"x": area["x"] + area["width"] - 9, "y": area["y"] + area["height"] - 9, "data": data}
    browser = desk.page.context.new_cdp_session(desk.page)
    for step in ("dragEnter", "dragOver", "drop"):
        browser.send("Input.dispatchDragEvent", {"type": step} | place)
    desk.wait()
    assert len(desk.pictures()) == 1


def test_a_picture_is_shown_only_when_she_asks(desk: Any, save: Save, photo: Photo) -> None:
    desk.open()
    files = [save(f"{name}.jpg", photo(name), quality=80) for name in ("coffee", "chelsea")]
    desk.hash(*files)
    first, second = desk.frame.locator("li img").all()
    expect(first).to_be_hidden()
    expect(second).to_be_hidden()
    tile = desk.frame.locator("li").first
    expect(tile.locator(".number")).to_have_text("1")
    expect(tile.locator(".size")).to_contain_text("kB")
    expect(tile.locator(".date")).to_contain_text(str(datetime.fromtimestamp(files[0].stat().st_mtime, UTC).year))
    desk.frame.get_by_label("Show Picture 2").check()
    expect(second).to_be_visible()
    expect(first).to_be_hidden()
    everything = desk.frame.get_by_label("Show all the pictures here")
    everything.check()
    expect(first).to_be_visible()
    everything.uncheck()
    expect(first).to_be_hidden()


def test_nobody_is_told_to_drop_where_nothing_can_be_dropped(browser: Browser, desk: Any) -> None:
    desk.open()
    expect(desk.frame.get_by_text("You can also drop them here.")).to_be_visible()
    phone = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True).new_page()
    phone.goto(desk.site.origin)
    frame = phone.frame_locator("#hasher")
    frame.locator("input[type=file]:enabled").wait_for(state="attached")
    expect(frame.get_by_text("Choose pictures or videos")).to_be_visible()
    expect(frame.get_by_text("You can also drop them here.")).to_be_hidden()
    phone.context.close()


def test_another_language_keeps_what_was_chosen(
    desk: Any, save: Save, photo: Photo, expected: Expected, words: dict[str, str]
) -> None:
    files = [save("coffee.jpg", photo("coffee"), quality=80), save("empty.jpg", b"")]
    desk.open()
    desk.hash(*files)
    other = {key: f"~{text}" for key, text in words.items()}
    desk.page.evaluate("(words) => window.hasher.say({ type: 'words', words, lang: 'ar', dir: 'rtl' })", other)
    expect(desk.frame.locator("h3.name").first).to_have_text("~Picture 1")
    expect(desk.frame.locator("html")).to_have_attribute("dir", "rtl")
    expect(desk.frame.locator("html")).to_have_attribute("lang", "ar")
    assert [text.count("~") for text in desk.texts()] == [1, 2]  # the state, and why it was not added
    seen = desk.frame.locator("body").inner_text()
    for text in ("Picture 1", "Remove", "Show"):
        assert seen.count(text) == seen.count(f"~{text}"), text
    assert desk.pictures() == [expected(files[0])]


def test_what_the_page_knows_of_a_file_stands_beside_it(desk: Any, save: Save, photo: Photo) -> None:
    desk.open()
    [first, _] = desk.hash(*(save(f"{name}.jpg", photo(name), quality=80) for name in ("coffee", "chelsea")))
    told = {first["sha256"]: "<b>This is picture 2.</b>", "0" * 64: "Nobody."}
    desk.page.evaluate("(told) => window.hasher.say({ type: 'told', told })", told)
    expect(desk.frame.locator("li").first.get_by_role("status")).to_have_text("<b>This is picture 2.</b>")
    expect(desk.frame.locator("li").nth(1).locator(".told")).to_be_empty()


def test_the_keys_that_leave_are_passed_on_and_others_only_counted(desk: Any) -> None:
    desk.open()
    desk.page.evaluate("() => document.addEventListener('keydown', ({ key }) => window.keys.push(key))")
    desk.frame.locator("input[type=file]").focus()
    for key in ("Escape", "Shift", "q"):
        desk.page.keyboard.press(key)
    desk.page.wait_for_function("() => window.keys.length === 3")
    assert desk.page.evaluate("() => window.keys") == ["Escape", "Shift", ""]


def test_the_keyboard_is_enough(desk: Any, save: Save, photo: Photo) -> None:
    # Listening from the start: the browser must know that choosers are taken over long before one opens.
    choosers: list[Any] = []
    desk.page.on("filechooser", lambda chooser: choosers.append(chooser))
    desk.page.goto(desk.site.origin)
    files = desk.frame.locator("input[type=file]")
    expect(files).to_be_enabled()
    desk.page.keyboard.press("Tab")
    expect(files).to_be_focused()
    desk.page.keyboard.press("Space")
    while not choosers:
        desk.page.evaluate("() => new Promise(requestAnimationFrame)")
    choosers[0].set_files(save("photo.jpg", photo("coffee"), quality=80))
    desk.wait()
    for _ in ("show all", "show this one", "remove"):
        desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Enter")
    desk.frame.get_by_role("status").filter(has_text="Picture 1 was removed.").wait_for()
    assert desk.pictures() == []


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_narrow_screen_and_both_directions(
    desk: Any, save: Save, photo: Photo, frame_page: Callable[..., str], direction: str
) -> None:
    desk.site.document = frame_page(direction=direction)
    desk.page.set_viewport_size({"width": 320, "height": 700})
    desk.open()
    desk.hash(save("a-file-with-a-very-long-name-" * 4 + ".jpg", photo("coffee"), quality=80), save("empty.jpg", b""))
    frame = desk.page.frames[1]
    assert frame.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert desk.page.evaluate("() => document.documentElement.scrollWidth") == 320
    desk.page.wait_for_function("() => Number(document.getElementById('hasher').height) > 400")
    assert frame.evaluate("() => document.documentElement.scrollHeight <= innerHeight")  # no scroll bar of its own
    heights = frame.evaluate(
        "() => [...document.querySelectorAll('button, .button')].map((button) => button.offsetHeight)"
    )
    assert min(height for height in heights if height) >= 44


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_axe_finds_nothing(desk: Any, save: Save, photo: Photo, frame_page: Callable[..., str], direction: str) -> None:
    desk.site.document = frame_page(direction=direction)
    desk.open()
    desk.hash(
        save("photo.jpg", photo("coffee"), quality=80),
        save("empty.jpg", b""),
        save("plain.png", Image.new("L", (99, 99))),
    )
    frame = desk.page.frames[1]
    frame.evaluate(AXE.read_text())
    # Landmarks and the page's main heading are the business of the page around the frame.
    rules = {rule: {"enabled": False} for rule in ("region", "page-has-heading-one", "landmark-one-main")}
    found = frame.evaluate("(rules) => axe.run(document, { rules })", rules)
    assert [(issue["id"], [node["html"] for node in issue["nodes"]]) for issue in found["violations"]] == []


def test_words_come_from_the_page(desk: Any, frame_page: Callable[..., str], words: dict[str, str]) -> None:
    odd = {key: f'<b>&quot;{key}" {{number}}' for key in words}
    desk.site.document = frame_page(words=odd)
    desk.page.goto(desk.site.origin)
    desk.frame.get_by_text('<b>&quot;promise"').wait_for()
    assert desk.frame.locator("b").count() == 0
