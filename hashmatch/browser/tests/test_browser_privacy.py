"""The proof that no picture leaves: watched from the browser and from the server, with a control that must leak."""

import base64
import hashlib
import html
import itertools
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hashmatch.pdq import hash_family
from PIL import Image
from playwright.sync_api import Request

pytestmark = [pytest.mark.browser, pytest.mark.proof]

Repin = Callable[..., None]
SwapAddon = Callable[[str, str], None]

SECRET = "planted-secret-5f1c"
PAGES = Path(__file__).parent / "pages"
HOSTILE_HOST = (PAGES / "hostile_host.js").read_text()


def put_hostile_script(desk: Any, repin: Repin, *, loosen: bool) -> None:
    """Pin a script that tries every way out, as if ours had been replaced; the rest of both policies stays."""
    script = (PAGES / "hostile.js").read_text().replace("SECRET", SECRET).replace("SERVER", desk.site.origin)
    policy = f"connect-src {desk.site.origin}" if loosen else "connect-src 'none'"
    repin(lambda _: script, lambda document: document.replace("connect-src 'none'", policy))
    # Before anything of the page runs: its own script could start to listen after the frame has said that it is done.
    desk.page.add_init_script(HOSTILE_HOST)
    desk.site.script = ""


def run_hostile(desk: Any) -> list[str]:
    """Let the hostile script try everything; the paths at the server that carry the secret."""
    desk.page.goto(desk.site.origin)
    desk.page.wait_for_function("() => window.tried")
    # Its last try is to leave its own document: wait until that was refused, or went through.
    frame = desk.page.frames[1]
    while frame.url == "about:srcdoc":
        desk.page.wait_for_event("framenavigated")
    desk.page.evaluate("() => fetch('/last')")
    assert "/last" in desk.site.paths
    return [path for _, path, body in desk.site.requests if SECRET in path or SECRET.encode() in body]


def test_a_hostile_script_in_the_frame_gets_nothing_out(desk: Any, repin: Repin) -> None:
    put_hostile_script(desk, repin, loosen=False)
    assert run_hostile(desk) == []


def test_the_proof_can_see_a_leak(desk: Any, repin: Repin) -> None:
    """A policy with one word too many must turn the proof red, or it proves nothing."""
    put_hostile_script(desk, repin, loosen=True)
    leaked = run_hostile(desk)
    assert {path.split("?")[1].split("=")[0] for path in leaked} >= {"fetch", "post", "xhr", "beacon"}


def test_an_unpinned_script_does_not_run(desk: Any) -> None:
    addition = html.escape("<script>parent.postMessage('tried', '*');")
    changed = desk.site.document.replace("&lt;script&gt;", addition)
    assert changed != desk.site.document
    desk.site.document = changed
    desk.site.script = HOSTILE_HOST + "window.ready = true;"
    desk.page.goto(desk.site.origin)
    desk.page.wait_for_function("() => window.ready")
    desk.frame.locator("body").wait_for(state="attached")
    assert desk.page.evaluate("() => window.tried") is None
    assert desk.frame.locator("input[type=file]:enabled").count() == 0


def test_it_works_with_the_network_cut_and_asks_for_nothing(
    desk: Any, save: Callable[..., Path], photo: Callable[[str], Image.Image]
) -> None:
    path = save("photo.jpg", photo("coffee"), quality=90)
    desk.open()
    seen: list[Request] = []
    desk.page.on("request", lambda request: seen.append(request) if not request.url.startswith("blob:") else None)
    before = len(desk.site.requests)
    desk.page.context.set_offline(True)
    [picture] = desk.hash(path)
    assert picture["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert picture["pdq"][0][0] == "upright"
    assert seen == []
    assert len(desk.site.requests) == before


def test_what_is_sent_is_one_small_list_of_hashes(
    desk: Any, save: Callable[..., Path], photo: Callable[[str], Image.Image]
) -> None:
    image = photo("astronaut")
    path = save("IMG_20260912_183022.jpg", image, quality=90)
    sent: list[bytes] = []

    def record(request: Request) -> None:
        sent.append(request.url.encode())
        sent.append(json.dumps(request.headers).encode())
        sent.append(request.post_data_buffer or b"")

    desk.page.on("request", record)
    sockets: list[object] = []
    desk.page.on("websocket", lambda socket: sockets.append(socket))
    desk.open()
    desk.hash(path)
    before = len(desk.site.requests)
    desk.page.evaluate("() => window.send()")
    [(method, address, body)] = desk.site.requests[before:]
    assert (method, address) == ("POST", "/send")
    assert len(body) <= 2500
    payload = json.loads(body)
    assert set(payload) == {"spec", "pictures"}
    assert [set(picture) for picture in payload["pictures"]] == [{"kind", "path", "approx", "md5", "sha256", "pdq"}]
    assert not sockets

    said = b"\n".join([*sent, *(where.encode() + content for _, where, content in desk.site.requests)])
    assert payload["pictures"][0]["sha256"].encode() in said  # the scan sees what was sent
    assert b"IMG_2026" not in said
    for needle in needles(path.read_bytes()) + needles(image.tobytes()):
        assert needle not in said


def needles(content: bytes) -> list[bytes]:
    """Windows of a file in every form in which they might travel: raw, hex, and base64 from each of three starts."""
    generator = random.Random(7)
    found = []
    for _ in range(64):
        at = generator.randrange(len(content) - 12)
        window = content[at : at + 12]
        if len(set(window)) < 5:
            continue  # a flat stretch may stand in any file
        encoded = [base64.b64encode(window[skip:])[: (12 - skip) // 3 * 4] for skip in range(3)]
        found += [window, window.hex().encode(), *encoded]
    assert len(found) > 100
    return found


def test_the_page_believes_only_the_frame_and_only_hashes(desk: Any) -> None:
    desk.open()
    good = {"kind": "image", "path": "bytes", "approx": False, "md5": "0" * 32, "sha256": "0" * 64, "pdq": []}
    desk.settle()
    count = desk.page.evaluate("() => window.changes.length")
    message = {"type": "pictures", "payload": {"spec": "leeward-hashes:1", "pictures": [good]}}
    heard = "new Promise((done) => { addEventListener('message', done, { once: true }); postMessage(message, '*'); })"
    desk.page.evaluate(f"(message) => {heard}", message)
    assert desk.page.evaluate("() => window.changes.length") == count  # from the page itself: ignored

    say = "(message) => parent.postMessage(message, '*')"
    frame = desk.page.frames[1]
    frame.evaluate(say, message)
    desk.page.wait_for_function("(count) => window.changes.length === count + 1", arg=count)
    assert desk.pictures() == [good]
    message["payload"]["pictures"] = [good | {"note": "a secret that rides along"}]
    frame.evaluate(say, message)
    desk.page.wait_for_function("(count) => window.changes.length === count + 2", arg=count)
    assert desk.pictures() == []


def test_a_changed_tool_is_not_used(desk: Any, save: Callable[..., Path], photo: Callable[[str], Image.Image]) -> None:
    """The frame checks what the page hands it: a server that swaps a decoder gets it refused."""
    answer = desk.site.answer

    def swapped(path: str) -> tuple[str, bytes] | None:
        found = answer(path)
        return (found[0], found[1] + b"\n") if found and path.endswith("libheif.js") else found

    desk.site.answer = swapped
    desk.open()
    desk.frame.get_by_text("We could not load all the tools").wait_for()


def test_no_peer_connections_in_the_frame(desk: Any) -> None:
    desk.open()
    kinds = desk.page.frames[1].evaluate("() => [typeof RTCPeerConnection, typeof webkitRTCPeerConnection]")
    assert kinds == ["undefined", "undefined"]


# What runs in a worker may be hostile: the makers of a decoder, or our own keeper, taken over. What it says is read.

HEARD = """
window.said = [];
addEventListener("message", ({ data }) => { if (data.type === "pictures") window.said.push(data.payload); });
"""


def frames(count: int) -> list[list[Any]]:
    return [["frame", hashlib.sha256(bytes([at % 256, at // 256])).hexdigest(), 90] for at in range(count)]


def forged(**changes: Any) -> dict[str, Any]:
    good = {"kind": "image", "path": "wasm", "approx": False, "md5": "0" * 32, "sha256": "1" * 64}
    return good | {"pdq": [["upright", "a5" * 32, 90]]} | changes


FORGERIES = {
    "frames.heic": [{"answer": {"picture": forged(kind="video", path="element", pdq=frames(220)), "note": None}}],
    "kind.heic": [{"answer": {"picture": forged(kind="video", path="bytes", pdq=[]), "note": None}}],
    "many.heic": [{"answer": {"picture": forged(pdq=[["upright", "a5" * 32, 90]] * 20), "note": None}}],
    "variant.heic": [{"answer": {"picture": forged(pdq=[["a secret word", "a5" * 32, 90]]), "note": None}}],
    "hex.heic": [{"answer": {"picture": forged(md5="A secret of thirty-two letters.."), "note": None}}],
    "quality.heic": [{"answer": {"picture": forged(pdq=[["upright", "a5" * 32, 1234567]]), "note": None}}],
    "note.heic": [{"answer": {"picture": forged(), "note": "a secret word"}}],
    "call.heic": [{"call": {"call": "a secret word"}}, {"answer": {"refused": "unreadable"}}],
    "progress.heic": [{"progress": 12345.678}],
    "bounded.heic": [
        {"answer": {"picture": forged(approx="yes", note="rides along"), "note": None}},
        {"answer": {"picture": forged(md5="f" * 32, sha256="f" * 64), "note": None}},
    ],
}


def hostile_tool(site: Any) -> str:
    script = (PAGES / "hostile_tool.js").read_text().replace("SECRET", SECRET).replace("SERVER", site.origin)
    return script.replace("ANSWERS", json.dumps(FORGERIES))


def test_a_poisoned_decoder_gets_nothing_out_and_is_not_believed_about_hashes(
    desk: Any, swap_addon: SwapAddon, save: Callable[..., Path]
) -> None:
    swap_addon("heic.js", hostile_tool(desk.site))
    content = (PAGES.parent / "pictures" / "plain.heic").read_bytes()
    files = [save(name, content + bytes([at])) for at, name in enumerate(FORGERIES)]
    desk.page.add_init_script(HEARD)
    desk.open()
    before = len(desk.site.requests)
    # It has no say: even a list that fits is not taken from whoever decodes.
    assert desk.hash(*files) == []
    assert all(text.startswith("Not added") for text in desk.texts())
    assert desk.site.requests[before:] == []
    said = desk.page.evaluate("() => window.said")
    assert {len(payload["pictures"]) for payload in said} == {0}
    assert "secret" not in json.dumps(said)


STRIPES = "Uint8ClampedArray.from({ length: 96 * 96 * 4 }, (_, at) => (at % 4 === 3 ? 255 : (at >> 2) % 37 * 6))"
RASTERS = {
    "stripes": f"{{ data: {STRIPES}, width: 96, height: 96, orientation: 1 }}",
    "hashes of its own": (
        f"{{ data: {STRIPES}, width: 96, height: 96, orientation: 1, md5: '0'.repeat(32), "
        "pdq: [['upright', 'a5'.repeat(32), 90]] }"
    ),
    "too few bytes": "{ data: new Uint8ClampedArray(8), width: 96, height: 96, orientation: 1 }",
    "no size": "{ data: new Uint8ClampedArray(0), width: 0, height: -1, orientation: 1 }",
    "text": "'a secret word'",
    "another turn": f"{{ data: {STRIPES}, width: 96, height: 96, orientation: 9 }}",
}


def test_digests_and_hashes_are_computed_from_the_pixels_that_a_decoder_hands_over(
    desk: Any, swap_addon: SwapAddon, save: Callable[..., Path]
) -> None:
    """A poisoned decoder chooses pixels. It chooses no digest, and no hash but that of its pixels."""
    grey = np.array([at % 37 * 6 for at in range(96 * 96)], np.uint8).reshape(96, 96)
    wanted = [[one.variant, one.hash.hex, one.quality] for one in hash_family(np.repeat(grey[:, :, None], 3, axis=2))]
    content = (PAGES.parent / "pictures" / "plain.heic").read_bytes()
    named = json.dumps({f"{at}.heic": name for at, name in enumerate(RASTERS)})
    choices = ", ".join(f"{json.dumps(name)}: () => ({thing})" for name, thing in RASTERS.items())
    # The decoder sees a file's bytes alone; the last of them says which thing to hand over.
    swap_addon(
        "heic.js",
        f"const choices = {{ {choices} }}; const names = Object.values({named});"
        "self.leewardAddons.heic = async () => async (bytes) => choices[names[bytes.at(-1)]]();",
    )
    files = [save(f"{at}.heic", content + bytes([at])) for at in range(len(RASTERS))]
    desk.open()
    pictures = desk.hash(*files)
    assert len(pictures) == len(RASTERS)
    for at, picture in enumerate(pictures):
        data = content + bytes([at])
        assert picture["md5"] == hashlib.md5(data, usedforsecurity=False).hexdigest()
        assert picture["sha256"] == hashlib.sha256(data).hexdigest()
        assert picture["path"] == ("wasm" if at < 2 else "bytes")
        assert picture["pdq"] == (pictures[0]["pdq"] if at < 2 else [])
    assert pictures[0]["pdq"]
    assert all(member in wanted for member in pictures[0]["pdq"])


def test_the_frames_own_lines_take_one_list_a_file_of_the_chosen_kind(
    desk: Any, repin: Repin, save: Callable[..., Path]
) -> None:
    """Even the keeper, which is ours, could say no more: what the document passes on is bound to what she chose."""
    film = forged(kind="video", path="element", pdq=frames(24))
    says = [film, forged(pdq=[["upright", "a5" * 32, 90]] * 20)]
    says += [forged(), forged(md5="f" * 32, sha256="f" * 64)]
    forgeries: list[dict[str, Any]] = [
        # What is said to be a video may have one frame, until the document itself has opened it.
        {"say": "kind", "kind": "video"},
        {"say": "picture", "picture": film},
        {"say": "kind", "kind": "image"},
        *({"say": "picture", "picture": picture} for picture in says),
        {"say": "picture", "row": 77, "picture": forged(md5="e" * 32)},
        {"say": "notice", "id": "rows"},
        {"say": "phase", "phase": "a secret word", "sentence": None},
        {"say": "phase", "phase": "working", "sentence": "__proto__"},
        {"say": "kind", "kind": "a secret word"},
        {"say": "a secret word"},
    ]
    keeper = (PAGES / "hostile_keeper.js").read_text().replace("FORGERIES", json.dumps(forgeries))
    repin(keeper=lambda _: keeper)
    desk.page.add_init_script(HEARD)
    desk.open()
    assert desk.hash(save("one.jpg", b"x"), save("two.jpg", b"y")) == [forged(), forged()]
    assert desk.texts() == ["Ready", "Ready"]
    said = desk.page.evaluate("() => window.said")
    assert {len(payload["pictures"]) for payload in said} == {0, 1, 2}
    assert all(picture == forged() for payload in said for picture in payload["pictures"])


@pytest.mark.parametrize(("seconds", "most"), [(2, 10), (None, 12)])
def test_a_video_may_have_five_frames_a_second_of_the_length_that_the_document_sees(
    desk: Any,
    repin: Repin,
    save: Callable[..., Path],
    scenes: list[Any],
    make_video: Callable[..., bytes],
    seconds: int | None,
    most: int,
) -> None:
    content = make_video(scenes[:2], container="webm", codec="vp8") if seconds else b"no video at all"
    says = [forged(kind="video", path="element", pdq=frames(count)) for count in (220, 36, 25, 13, most + 1, most)]
    forgeries = [{"say": "picture", "picture": picture} for picture in says]
    keeper = (PAGES / "hostile_keeper.js").read_text().replace("FORGERIES", json.dumps(forgeries))
    repin(keeper=lambda _: keeper)
    desk.page.add_init_script(HEARD)
    desk.open()
    desk.choose(save("film.webm", content))
    desk.page.wait_for_function("() => window.said.at(-1)?.pictures.length === 1")
    [picture] = desk.page.evaluate("() => window.said.at(-1).pictures")
    assert picture == says[-1]


def test_the_frame_makes_no_markup_of_words(desk: Any) -> None:
    desk.open()
    tries = """() => {
      try { document.body.innerHTML = "<b>markup</b>"; return "made"; } catch (error) { return error.name; }
    }"""
    assert desk.page.frames[1].evaluate(tries) == "TypeError"
    assert desk.frame.locator("b").count() == 0


def test_what_the_frame_may_ask_of_the_page_is_bounded(desk: Any) -> None:
    """What it asks for must not become a way to say something: how often, in which order, for what."""
    desk.open()
    before = desk.site.paths.copy()
    say = "(messages) => { for (const message of messages) parent.postMessage(message, '*'); }"
    loads = [
        {"type": "load", "exact": exact, "groups": [group]}
        for exact, group in itertools.product([False, True, None, "yes"], ["jpeg", "video"])
    ]
    unknown: list[Any] = [{"type": "fetch", "url": "/leak"}, {"type": "constructor"}, {}, "text", 7, None, []]
    desk.page.frames[1].evaluate(say, [*loads * 5, *unknown, {"type": "height", "pixels": 10**9}])
    desk.page.wait_for_function("() => document.getElementById('hasher').height === '20000'")
    desk.page.evaluate("() => fetch('/last')")
    asked = [path.partition("?")[0] for path in desk.site.paths[len(before) :]]
    assert asked == ["/last"]  # the tools came once, and never again
    desk.settle()
    states = desk.page.evaluate("() => window.states.length")
    desk.page.frames[1].evaluate(say, [{"type": "state", "state": {"phase": "ready", "tools": "all", "left": 10**9}}])
    desk.page.wait_for_function("(count) => window.states.length === count + 1", arg=states)
    assert desk.page.evaluate("() => window.states.at(-1)") == {
        "phase": "ready",
        "tools": "all",
        "left": 999,
        "ready": 0,
        "refused": 0,
    }
