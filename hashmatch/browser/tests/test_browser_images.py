"""Pictures in a real Chromium: the frame's hashes are those of the Python library for the same file."""

import base64
import io
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hashmatch.pdq import decode_image, hash_stream, hash_views
from hashmatch.pdq_pixels import hash_pixels
from hashmatch.variants import TURNS
from PIL import Image
from playwright.sync_api import Page

from tests.depth import a_third_a_day

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


@pytest.fixture(scope="session")
def four(photo: Photo) -> list[Image.Image]:
    return [photo(name).resize((192, 144)) for name in ("coffee", "chelsea", "astronaut", "rocket")]


def animate(pictures: list[Image.Image], kind: str, *, is_patched: bool, rule: dict[str, Any]) -> list[Any]:
    """Frames that change in part or as a whole, of which the third is seen longest, and how they are to be saved."""
    frames = [one.copy() for one in pictures]
    if is_patched:
        for number, one in enumerate(pictures[1:], start=1):
            frames[number] = frames[number - 1].copy()
            frames[number].paste(one.crop((0, 0, 120, 100)), (14 * number, 9 * number))
    if kind == "gif":
        frames = [one.quantize(128, dither=Image.Dither.NONE) for one in frames]
    return [frames[0], {"save_all": True, "append_images": frames[1:], "duration": [80, 200, 900, 300], **rule}]


SHOWN = """async ([data, type, at]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const decoder = new ImageDecoder({ data: bytes, type });
  await decoder.tracks.ready;
  const { image } = await decoder.decode({ frameIndex: at });
  const context = new OffscreenCanvas(image.displayWidth, image.displayHeight).getContext("2d", { alpha: false });
  context.drawImage(image, 0, 0);
  const { data: pixels, width, height } = context.getImageData(0, 0, image.displayWidth, image.displayHeight);
  return [btoa(Array.from(pixels, (value) => String.fromCharCode(value)).join("")), width, height];
}"""


def frame_in_chromium(page: Page, path: Path, number: int) -> Any:
    """The pixels of one frame by the browser's own decoder of animations: uint8[height, width, 3], over black."""
    data = base64.b64encode(path.read_bytes()).decode()
    pixels, width, height = page.evaluate(SHOWN, [data, f"image/{path.suffix[1:]}", number])
    return np.ascontiguousarray(np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(height, width, 4)[:, :, :3])


def test_of_an_animation_the_picture_counts_that_is_seen_longest(
    desk: Any, save: Save, four: list[Image.Image]
) -> None:
    """As Chromium paints it, whatever frames leave behind, and as Python chooses it; played once, the last stays."""
    rules: list[tuple[str, int, dict[str, Any]]] = [
        *(("gif", 2, {"disposal": number, "loop": 0}) for number in (0, 1, 2, 3)),
        ("gif", 3, {}),
        *(("png", 2, {"disposal": one, "blend": two, "loop": 0}) for one, two in ((0, 0), (0, 1), (1, 0), (2, 1))),
        ("png", 3, {"loop": 1}),
        ("webp", 2, {"lossless": True, "loop": 0}),
        ("webp", 3, {"lossless": True, "loop": 3}),
    ]
    chosen = []
    for number, ((kind, longest, rule), is_patched) in enumerate(
        a_third_a_day([*itertools.product(rules, (False, True))])
    ):
        picture, options = animate(four, kind, is_patched=is_patched, rule=rule)
        chosen.append((save(f"{number}.{kind}", picture, **options), (kind, longest, rule)))
    desk.open()
    for (path, (kind, number, rule)), found in zip(chosen, desk.hash(*(path for path, _ in chosen)), strict=True):
        shown = hash_pixels(frame_in_chromium(desk.page, path, number))
        assert found["pdq"][0] == ["upright", shown.hash.hex, shown.quality], path
        assert shown.hash != hash_pixels(decode_image(path)).hash, path
        # Where nothing was under a patch that is taken back, Pillow leaves a few other pixels in a GIF.
        if (kind, rule.get("disposal")) != ("gif", 3):
            wanted = hash_stream(io.BytesIO(path.read_bytes()), with_family=True).family
            assert found["pdq"] == [[one.variant, one.hash.hex, one.quality] for one in wanted], path


def test_an_animation_that_breaks_off_counts_as_far_as_it_goes(desk: Any, save: Save, four: list[Image.Image]) -> None:
    files = []
    for kind in ("gif", "png"):  # of a WebP that is cut short Pillow reads nothing
        picture, options = animate(four, kind, is_patched=False, rule={"loop": 0})
        whole = save(f"whole.{kind}", picture, **options).read_bytes()
        options["append_images"] = options["append_images"][:2]
        options["duration"] = options["duration"][:3]
        shorter = len(save(f"three.{kind}", picture, **options).read_bytes())
        files.append(save(f"cut.{kind}", whole[: shorter + (len(whole) - shorter) // 2]))
    desk.open()
    for path, found in zip(files, desk.hash(*files), strict=True):
        wanted = hash_views(path.read_bytes())
        assert wanted.note is not None
        assert found["pdq"][0][1] == wanted.pdq.hash.hex, path


def test_without_its_tool_an_animation_is_found_by_its_first_frame(
    desk: Any, save: Save, four: list[Image.Image], expected: Expected
) -> None:
    answer = desk.site.answer
    desk.site.answer = lambda path: None if path.endswith("moving.js") else answer(path)
    picture, options = animate(four, "png", is_patched=False, rule={"loop": 0})
    path = save("moving.png", picture, **options)
    desk.open()
    assert desk.hash(path) == [expected(path)]


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
