"""Pictures in a real Chromium: the frame's hashes are those of the Python library for the same file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hashmatch.variants import TURNS
from PIL import Image

pytestmark = pytest.mark.browser

Save = Callable[..., Path]
Photo = Callable[[str], Image.Image]
Expected = Callable[..., dict[str, Any]]
Distance = Callable[[str, str], int]
PICTURES = Path(__file__).parent / "pictures"


def test_every_file_format_gives_what_python_gives(desk: Any, save: Save, photo: Photo, expected: Expected) -> None:
    astronaut, coffee = photo("astronaut"), photo("coffee")
    files = [
        save("quality-30.jpg", astronaut, quality=30),
        save("quality-95.jpg", coffee, quality=95, subsampling=0),
        save("progressive.jpg", photo("chelsea"), progressive=True, quality=80),
        save("grey.jpg", photo("camera").convert("L"), quality=85),
        save("photo.png", coffee.resize((301, 203))),
        save("palette.png", astronaut.quantize(64)),
        save("photo.webp", photo("rocket"), quality=80),
        save("lossless.webp", photo("cat"), lossless=True),
        save("photo.bmp", photo("chelsea")),
        save("photo.gif", astronaut.quantize(128)),
        save("wrong-extension.png", coffee, format="jpeg"),
    ]
    desk.open()
    assert desk.hash(*files) == [expected(path) for path in files]


def test_orientation_is_applied(desk: Any, save: Save, photo: Photo, expected: Expected) -> None:
    files = []
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        files.append(save(f"turned-{orientation}.jpg", photo("coffee"), quality=90, exif=exif))
    desk.open()
    assert desk.hash(*files) == [expected(path) for path in files]


def test_transparency_is_laid_on_black(
    desk: Any, save: Save, photo: Photo, expected: Expected, distance: Distance
) -> None:
    pixels = np.dstack([np.asarray(photo("astronaut")), np.tile(np.linspace(0, 255, 512).astype(np.uint8), (512, 1))])
    pixels[:200, :200, 3] = 0
    path = save("transparent.png", Image.fromarray(pixels, "RGBA"))
    desk.open()
    [picture] = desk.hash(path)
    wanted = expected(path)
    assert [member[0] for member in picture["pdq"]] == [member[0] for member in wanted["pdq"]]
    # A canvas rounds half-transparent colours by at most one step otherwise than whole-number arithmetic does.
    assert max(distance(a[1], b[1]) for a, b in zip(picture["pdq"], wanted["pdq"], strict=True)) <= 4


def test_sixteen_bit_grey(desk: Any, save: Save, photo: Photo, expected: Expected) -> None:
    deep = np.asarray(photo("camera").convert("L")).astype(np.uint16) * 257
    path = save("deep.png", Image.fromarray(deep))
    desk.open()
    assert desk.hash(path) == [expected(path)]


def test_a_large_photo_is_hashed_at_full_size(
    desk: Any, save: Save, photo: Photo, expected: Expected, distance: Distance
) -> None:
    path = save("large.jpg", photo("coffee").resize((4000, 3000), Image.Resampling.BICUBIC), quality=88)
    desk.open()
    [picture] = desk.hash(path)
    wanted = expected(path)
    for got, want in zip(picture["pdq"], wanted["pdq"], strict=True):
        assert got[0] == want[0]
        if got[0] in TURNS[1:]:
            # Taken from the frequencies: hashing a large picture eight times is slow.
            assert distance(got[1], want[1]) <= 14
        else:
            assert got == want


def test_border_is_trimmed_in_strips(desk: Any, save: Save, photo: Photo, expected: Expected) -> None:
    canvas = Image.new("RGB", (1300, 2600), (8, 8, 8))
    canvas.paste(photo("astronaut").resize((1300, 1300)), (0, 700))
    path = save("screenshot.png", canvas)
    desk.open()
    [picture] = desk.hash(path)
    trimmed = {member[0]: member for member in picture["pdq"]}["trimmed"]
    assert trimmed in expected(path)["pdq"]


def test_only_the_first_frame_counts(desk: Any, save: Save, photo: Photo, expected: Expected) -> None:
    frames = [photo("coffee").resize((300, 200)), photo("chelsea").resize((300, 200))]
    gif = save("moving.gif", frames[0].quantize(128), save_all=True, append_images=[frames[1].quantize(128)])
    webp = save("moving.webp", frames[0], save_all=True, append_images=[frames[1]], quality=90)
    desk.open()
    assert desk.hash(gif, webp) == [expected(gif), expected(webp)]


def test_heic_is_read_by_libheif(desk: Any, expected: Expected, distance: Distance) -> None:
    files = [PICTURES / "plain.heic", PICTURES / "turned.heic"]
    desk.open()
    before = len(desk.site.requests)
    for picture, path in zip(desk.hash(*files), files, strict=True):
        wanted = expected(path, path="wasm")
        assert picture | {"pdq": []} == wanted | {"pdq": []}
        assert [member[0] for member in picture["pdq"]] == [member[0] for member in wanted["pdq"]]
        # Two builds of libheif spread the colour of neighbouring pixels a little differently.
        assert max(distance(a[1], b[1]) for a, b in zip(picture["pdq"], wanted["pdq"], strict=True)) <= 8
    assert len(desk.site.requests) == before  # the reader was there before the file


def test_heic_without_its_reader_is_found_as_exact_copy_only(desk: Any, expected: Expected) -> None:
    answer = desk.site.answer
    desk.site.answer = lambda path: None if "libheif" in path else answer(path)
    desk.open()
    path = PICTURES / "plain.heic"
    assert desk.hash(path) == [expected(path, path="bytes") | {"pdq": []}]
    assert "This browser cannot open this kind of picture" in desk.texts()[0]
