"""The stock Firefox, plain and with fingerprint resistance (as Tor Browser sets it): never a wrong hash."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hashmatch.pdq import hash_pixels
from PIL import Image

pytestmark = pytest.mark.browser

Save = Callable[..., Path]
Photo = Callable[[str], Image.Image]
Expected = Callable[..., dict[str, Any]]
MakeVideo = Callable[..., bytes]
Scenes = list[npt.NDArray[np.uint8]]

DRIVER = Path(__file__).with_name("firefox.mjs")
PICTURES = Path(__file__).parent / "pictures"
RESISTING = {"privacy.resistFingerprinting": True}


def run_firefox(site: Any, *files: Path, preferences: dict[str, bool]) -> dict[str, Any]:
    command = ["node", DRIVER, site.origin, json.dumps(preferences), *files]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


@pytest.mark.turn(0, days=3)
def test_fingerprint_resistance_never_gives_a_wrong_hash(
    site: Any,
    save: Save,
    photo: Photo,
    expected: Expected,
    distance: Callable[[str, str], int],
    scenes: Scenes,
    make_video: MakeVideo,
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    readable = [
        save("photo.jpg", photo("astronaut"), quality=85),
        save("turned.jpg", photo("coffee"), quality=90, exif=exif),
        save("photo.png", photo("chelsea")),
        save("photo.webp", photo("rocket"), quality=80),
    ]
    gif = save("photo.gif", photo("camera").quantize(64))
    film = save("film.webm", make_film(scenes, make_video))
    got = run_firefox(site, *readable, gif, PICTURES / "plain.heic", film, preferences=RESISTING)
    assert got["notice"].startswith("Your browser hides what is in pictures")
    assert got["pictures"][:4] == [expected(path, path="wasm") for path in readable]
    assert got["pictures"][4] == expected(gif, path="bytes") | {"pdq": []}
    wanted = expected(PICTURES / "plain.heic", path="wasm")
    assert got["pictures"][5]["path"] == "wasm"
    assert distance(got["pictures"][5]["pdq"][0][1], wanted["pdq"][0][1]) <= 8
    assert (got["pictures"][6]["path"], got["pictures"][6]["pdq"]) == ("bytes", [])


@pytest.mark.turn(1, days=3)
def test_plain_firefox_reads_by_itself(
    site: Any,
    save: Save,
    photo: Photo,
    expected: Expected,
    scenes: Scenes,
    make_video: MakeVideo,
    distance: Callable[[str, str], int],
) -> None:
    files = [
        save("photo.jpg", photo("astronaut"), quality=85),
        save("photo.png", photo("chelsea")),
        save("photo.webp", photo("rocket"), quality=80),
        save("photo.gif", photo("camera").quantize(64)),
    ]
    film = save("film.webm", make_film(scenes, make_video))
    got = run_firefox(site, *files, film, preferences={})
    *pictures, video = got["pictures"]
    assert pictures == [expected(path) for path in files]
    assert video["path"] in ("webcodecs", "element")
    hashes = [member[1] for member in video["pdq"]]
    for scene in scenes[:3]:
        assert min(distance(hash_pixels(scene).hash.hex, found) for found in hashes) <= 14


def make_film(scenes: Scenes, make_video: MakeVideo) -> bytes:
    """VP8, which Firefox decodes by itself: for H.264 it asks the machine's libavcodec, which a bare one lacks."""
    return make_video(scenes[:3], container="webm", codec="vp8")


@pytest.mark.turn(2, days=3)
def test_a_poisoned_decoder_gets_nothing_out(site: Any, swap_addon: Callable[[str, str], None], save: Save) -> None:
    picture = {"kind": "image", "path": "wasm", "approx": False, "md5": "0" * 32, "sha256": "1" * 64}
    picture |= {"pdq": [["upright", "a5" * 32, 90]]}
    frames = [["frame", f"{at:064x}", 90] for at in range(220)]
    answers = {
        "bounded.heic": [{"answer": {"picture": picture, "note": None}}],
        "frames.heic": [{"answer": {"picture": picture | {"kind": "video", "pdq": frames}, "note": None}}],
    }
    hostile = (DRIVER.parent / "pages" / "hostile_tool.js").read_text()
    hostile = hostile.replace("SECRET", "planted-secret").replace("SERVER", site.origin)
    swap_addon("heic.js", hostile.replace("ANSWERS", json.dumps(answers)))
    content = (PICTURES / "plain.heic").read_bytes()
    got = run_firefox(site, *(save(name, content + name.encode()) for name in answers), preferences={})
    assert [text.partition(".")[0][:9] for text in got["texts"]] == ["Not added", "Not added"]
    assert got["pictures"] == []
    assert not any("planted-secret" in path or b"planted-secret" in body for _, path, body in site.requests)
