"""Browsers that hide pixels: the canary sees it, our own decoders go round it, and a wrong hash is never made."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.browser

Save = Callable[..., Path]
Photo = Callable[[str], Image.Image]
Expected = Callable[..., dict[str, Any]]
Repin = Callable[..., None]

NOISE = (Path(__file__).parent / "pages" / "noise.js").read_text()


def noise(*, spared: str = "(box) => false") -> Callable[[str], str]:
    return lambda script: NOISE.replace("SPARED", f"({spared})") + script


def orient(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def test_our_decoders_give_what_python_gives(
    desk: Any, repin: Repin, save: Save, photo: Photo, expected: Expected
) -> None:
    repin(worker=noise())
    small = photo("coffee").resize((300, 200))
    transparent = np.dstack([np.asarray(small), np.tile(np.linspace(0, 255, 300).astype(np.uint8), (200, 1))])
    files = [
        save("photo.jpg", photo("astronaut"), quality=85),
        save("progressive.jpg", photo("chelsea"), progressive=True, quality=70),
        save("grey.jpg", photo("camera").convert("L"), quality=85),
        save("photo.png", photo("cat")),
        save("palette.png", photo("astronaut").quantize(64)),
        save("transparent.png", Image.fromarray(transparent, "RGBA")),
        save("photo.webp", photo("rocket"), quality=80),
        save("lossless.webp", small, lossless=True),
        *(save(f"turned-{number}.jpg", small, quality=90, exif=orient(number)) for number in range(1, 9)),
        save("turned.png", photo("coffee").resize((310, 210)), exif=orient(6)),
        save("turned.webp", photo("coffee").resize((320, 220)), exif=orient(8), quality=90),
    ]
    desk.open()
    desk.frame.get_by_text("Your browser hides what is in pictures").wait_for()
    before = len(desk.site.requests)
    assert desk.hash(*files) == [expected(path, path="wasm") for path in files]
    assert len(desk.site.requests) == before


def test_the_noise_would_spoil_the_hash(
    desk: Any, repin: Repin, save: Save, photo: Photo, expected: Expected, distance: Callable[[str, str], int]
) -> None:
    """The control: noise that spares the canary's own size gives a hash that looks fine and is wrong."""
    repin(worker=noise(spared="(box) => box[2] === 64"))
    path = save("photo.jpg", photo("astronaut"), quality=85)
    desk.open()
    [picture] = desk.hash(path)
    assert picture["path"] == "native"
    assert distance(picture["pdq"][0][1], expected(path)["pdq"][0][1]) > 31


def test_what_no_decoder_of_ours_reads_is_found_as_exact_copy_only(
    desk: Any, repin: Repin, save: Save, photo: Photo, expected: Expected
) -> None:
    repin(worker=noise())
    path = save("photo.gif", photo("astronaut").quantize(64))
    desk.open()
    assert desk.hash(path) == [expected(path, path="bytes") | {"pdq": []}]
    assert "This browser cannot open this kind of picture" in desk.texts()[0]


def test_without_webassembly_too(desk: Any, repin: Repin, save: Save, photo: Photo, expected: Expected) -> None:
    repin(worker=lambda text: "delete globalThis.WebAssembly;" + noise()(text))
    path = save("photo.jpg", photo("astronaut"), quality=85)
    desk.open()
    assert desk.hash(path) == [expected(path, path="bytes") | {"pdq": []}]


def test_without_webassembly_a_trusted_browser_needs_none(
    desk: Any, repin: Repin, save: Save, photo: Photo, expected: Expected
) -> None:
    repin(worker=lambda text: "delete globalThis.WebAssembly;" + text)
    path = save("photo.jpg", photo("astronaut"), quality=85)
    desk.open()
    assert desk.hash(path) == [expected(path)]
