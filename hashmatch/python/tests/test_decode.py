"""A JPEG's luma may stand for its colours only where the hash stays within four bits; everything else is exact."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import skimage.data
import sklearn.datasets
from hashmatch.decode import decode_image, decode_to_hash
from hashmatch.errors import UnreadableImageError
from hashmatch.files import hash_file
from hashmatch.pdq import hash_image, hash_pixels
from PIL import Image

from hashmatch import decode, pdq

LUMA_BOUND = 4


def encode(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    pixels = [skimage.data.astronaut(), skimage.data.chelsea(), skimage.data.coffee(), skimage.data.rocket()]
    return [Image.fromarray(one) for one in (*pixels, *sklearn.datasets.load_sample_images().images)]


def saturate(image: Image.Image) -> Image.Image:
    """Colours that compression makes overshoot."""
    hsv = np.asarray(image.convert("HSV")).copy()
    hsv[:, :, 1] = np.minimum(hsv[:, :, 1].astype(int) * 3, 255)
    return Image.fromarray(hsv, "HSV").convert("RGB")


def pictures(photos: list[Image.Image], random: np.random.Generator, count: int) -> Iterator[Image.Image]:
    """Photos of many sizes, natural and garish, and drawings in pure colours."""
    for number in range(count):
        width, height = (int(side) for side in random.integers(17, 900, 2))
        photo = photos[number % len(photos)]
        left, top = (int(random.integers(0, side // 3)) for side in photo.size)
        part = photo.crop((left, top, left + photo.width // 2, top + photo.height // 2)).resize((width, height))
        yield part
        yield saturate(part)
        pixels = np.zeros((height, width, 3), np.uint8)
        for _ in range(30):
            x, y = int(random.integers(0, width)), int(random.integers(0, height))
            pixels[y : y + height // 3, x : x + width // 3] = random.integers(0, 2, 3) * 255
        yield Image.fromarray(pixels)
        yield Image.fromarray((random.integers(0, 2, (height, width, 3)) * 255).astype(np.uint8))
        slope = np.indices((height, width)).sum(axis=0)[:, :, None] * random.random(3) * 200 / (height + width)
        yield Image.fromarray(slope.astype(np.uint8))


def test_luma_is_within_four_bits_of_colour(photos: list[Image.Image], monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    trusted = 0
    for number, image in enumerate(pictures(photos, random, 24)):
        options = {"quality": (30, 60, 75, 85, 90, 95)[number % 6], "subsampling": number // 5 % 3}
        data = encode(image, progressive=number % 4 == 0, **options)
        quick, exact = hash_image(data), hash_image(data, exact=True)
        assert quick.hash.distance(exact.hash) <= LUMA_BOUND, (image.size, options)
        assert abs(quick.quality - exact.quality) <= 2
        trusted += pdq.is_safe_from_luma(pdq.read_pixels(decode_to_hash(io.BytesIO(data)).pixels))
    assert trusted > 20


@pytest.mark.parametrize("quality", [75, 85, 90, 95])
@pytest.mark.parametrize("progressive", [False, True])
def test_photos_are_hashed_from_luma(photos: list[Image.Image], quality: int, *, progressive: bool) -> None:
    trusted = 0
    for photo in photos:
        data = encode(photo, quality=quality, progressive=progressive)
        decoded = decode_to_hash(io.BytesIO(data))
        assert decoded.is_luma
        assert decoded.pixels.shape == (photo.height, photo.width)
        trusted += pdq.is_safe_from_luma(pdq.read_pixels(decoded.pixels))
        assert hash_image(data).hash.distance(hash_image(data, exact=True).hash) <= LUMA_BOUND
    assert trusted >= len(photos) - 2


def test_exact_is_the_hash_of_the_rgb_pixels(photos: list[Image.Image], tmp_path: Path) -> None:
    for photo in photos:
        data = encode(photo, quality=80)
        expected = hash_pixels(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
        assert hash_image(data, exact=True) == expected
        path = tmp_path / "photo.jpg"
        path.write_bytes(data)
        assert hash_file(path, exact=True).pdq == expected
        assert hash_file(path, with_family=True).pdq == expected
        assert hash_file(path).pdq == hash_image(data)


@pytest.mark.parametrize(
    ("mode", "kind", "options"),
    [
        ("L", "JPEG", {}),
        ("CMYK", "JPEG", {}),
        ("RGB", "JPEG", {"keep_rgb": True, "subsampling": 0}),
        ("RGB", "JPEG", {"quality": 20}),
        ("RGB", "PNG", {}),
        ("L", "PNG", {}),
        ("LA", "PNG", {}),
        ("P", "PNG", {}),
        ("RGBA", "PNG", {}),
        ("RGB", "WEBP", {}),
        ("L", "TIFF", {}),
        ("RGB", "TIFF", {}),
        ("P", "GIF", {}),
        ("RGB", "AVIF", {}),
        ("RGB", "JPEG2000", {}),
    ],
)
def test_all_else_is_exact_by_default(
    photos: list[Image.Image], mode: str, kind: str, options: dict[str, object]
) -> None:
    data = encode(photos[0].convert(mode), kind, **options)
    assert not decode_to_hash(io.BytesIO(data)).is_luma
    assert hash_image(data) == hash_image(data, exact=True) == hash_pixels(decode_image(data))


def test_small_pictures_are_decoded_in_full(photos: list[Image.Image]) -> None:
    side = decode.SMALLEST_LUMA_SIDE
    for size, is_luma in (((side, side), True), ((side - 1, 900), False), ((900, side - 1), False)):
        data = encode(photos[0].resize(size), quality=90)
        assert decode_to_hash(io.BytesIO(data)).is_luma == is_luma


def with_adobe_marker(data: bytes, transform: int) -> bytes:
    """The JPEG with an Adobe marker instead of the JFIF marker that Pillow writes."""
    assert data[2:4] == b"\xff\xe0"
    length = int.from_bytes(data[4:6])
    return data[:2] + b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform]) + data[4 + length :]


@pytest.mark.parametrize(("transform", "is_luma"), [(0, False), (1, True), (2, False)])
def test_an_adobe_marker_is_heeded(photos: list[Image.Image], transform: int, *, is_luma: bool) -> None:
    data = with_adobe_marker(encode(photos[0], quality=90), transform)
    assert decode_to_hash(io.BytesIO(data)).is_luma == is_luma
    assert hash_image(data).hash.distance(hash_image(data, exact=True).hash) <= LUMA_BOUND


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_to_luma(photos: list[Image.Image], orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encode(photos[1], quality=90, exif=exif)
    decoded = decode_to_hash(io.BytesIO(data))
    assert decoded.is_luma
    assert decoded.pixels.shape == decode_image(data).shape[:2]
    assert hash_image(data).hash.distance(hash_image(data, exact=True).hash) <= LUMA_BOUND


def test_a_jpeg_cut_short_is_named_either_way(photos: list[Image.Image]) -> None:
    data = encode(photos[0], quality=90)
    for exact in (False, True):
        with pytest.raises(UnreadableImageError, match="cut short"):
            hash_image(data[: len(data) // 2], exact=exact)


def test_strips_give_the_pixels_of_the_whole(monkeypatch: pytest.MonkeyPatch, photos: list[Image.Image]) -> None:
    monkeypatch.setattr(decode, "STRIP_BYTES", 30_000)
    for mode in ("RGB", "L", "RGBA", "P", "CMYK", "LA"):
        image = photos[1].convert(mode)
        if mode in ("RGBA", "LA"):
            image.putalpha(128)
        whole = np.asarray(image.convert("RGBA" if mode == "LA" else mode if mode in ("RGB", "L", "RGBA") else "RGB"))
        if whole.shape[-1] == 4:
            whole = decode.lay_on_black(whole)
        pixels = decode.copy_pixels(image) if mode == "L" else decode.convert_to_rgb(image)
        assert np.array_equal(pixels, whole), mode
