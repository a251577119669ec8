"""JPEGs are read by libjpeg-turbo without Pillow's detour, to the same pixels; what it refuses is Pillow's to judge."""

import io
import itertools
from pathlib import Path

import jpeg_damage
import numpy as np
import pytest
import skimage.data
from hashmatch.errors import ImageTooLargeError, UnreadableImageError
from hashmatch.files import hash_file
from hashmatch.pdq import decode_image, hash_image, hash_pixels, hash_views
from hashmatch.views import CUT_SHORT, list_views
from PIL import Image
from sample_photos import sample_photos

from hashmatch import decode


def encode(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def open_rgb(data: bytes) -> np.ndarray:
    """Pillow's own pixels."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    pixels = [skimage.data.astronaut(), skimage.data.chelsea(), skimage.data.coffee(), skimage.data.rocket()]
    return [Image.fromarray(one) for one in (*pixels, *sample_photos())]


@pytest.fixture
def without_pillows_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow may read headers only."""

    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", refuse)


@pytest.mark.parametrize("quality", [1, 25, 75, 92, 100])
@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("progressive", [False, True])
def test_pixels_are_pillows(photos: list[Image.Image], quality: int, subsampling: int, *, progressive: bool) -> None:
    options = {"quality": quality, "subsampling": subsampling, "progressive": progressive}
    for size in ((1, 1), (7, 9), (8, 8), (16, 17), (129, 64), (511, 513), (1030, 41)):
        data = encode(photos[0].resize(size), **options)
        assert np.array_equal(decode_image(data), open_rgb(data)), size


@pytest.mark.parametrize(
    "options",
    [{}, {"progressive": True}, {"keep_rgb": True, "subsampling": 0}, {"restart_marker_blocks": 7}, {"quality": 20}],
)
def test_colour_is_read_without_pillows_decoder(
    photos: list[Image.Image], options: dict[str, object], without_pillows_decoder: None
) -> None:
    assert decode_image(encode(photos[1], **options)).shape == (photos[1].height, photos[1].width, 3)


def test_grey_is_read_without_pillows_decoder_and_stays_grey(
    photos: list[Image.Image], without_pillows_decoder: None
) -> None:
    data = encode(photos[1].convert("L"))
    assert next(list_views(io.BytesIO(data))).pixels.shape == (photos[1].height, photos[1].width)


@pytest.mark.parametrize(
    ("mode", "kind", "options"),
    [
        ("RGB", "JPEG", {}),
        ("L", "JPEG", {}),
        ("CMYK", "JPEG", {}),
        ("RGB", "JPEG", {"keep_rgb": True, "subsampling": 0}),
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
def test_the_hash_is_that_of_the_rgb_pixels(
    photos: list[Image.Image], mode: str, kind: str, options: dict[str, object], tmp_path: Path
) -> None:
    path = tmp_path / "picture"
    path.write_bytes(encode(photos[0].convert(mode), kind, **options))
    expected = hash_pixels(open_rgb(path.read_bytes()))
    assert hash_image(path) == hash_image(path.read_bytes()) == hash_pixels(decode_image(path)) == expected
    assert hash_file(path).pdq == hash_file(path, with_family=True).pdq == expected


def with_adobe_marker(data: bytes, transform: int) -> bytes:
    """The JPEG with an Adobe marker instead of the JFIF marker that Pillow writes."""
    assert data[2:4] == b"\xff\xe0"
    length = int.from_bytes(data[4:6], "big")
    return data[:2] + b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform]) + data[4 + length :]


@pytest.mark.parametrize("transform", [0, 1, 2])
def test_an_adobe_marker_is_heeded(photos: list[Image.Image], transform: int) -> None:
    data = with_adobe_marker(encode(photos[0]), transform)
    assert np.array_equal(decode_image(data), open_rgb(data))


def test_a_file_too_large_for_memory_is_left_to_pillow(
    photos: list[Image.Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encode(photos[0])
    monkeypatch.setattr(decode, "LARGEST_JPEG", len(data) - 1)
    monkeypatch.setattr(decode.simplejpeg, "decode_jpeg", lambda *_: pytest.fail("it was read into memory"))
    assert np.array_equal(decode_image(data), open_rgb(data))


def test_a_size_over_the_limit_is_refused_before_it_is_decoded(
    photos: list[Image.Image], monkeypatch: pytest.MonkeyPatch, without_pillows_decoder: None
) -> None:
    monkeypatch.setattr(decode.simplejpeg, "decode_jpeg", lambda *_: pytest.fail("it was decoded"))
    data = bytearray(encode(photos[0]))
    frame = data.index(b"\xff\xc0") + 5
    data[frame : frame + 4] = (12_001).to_bytes(2, "big") + (10_000).to_bytes(2, "big")
    with pytest.raises(ImageTooLargeError, match="120 million"):
        hash_image(bytes(data))


def test_another_size_in_a_second_header_is_not_decoded(
    photos: list[Image.Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit was checked for the size that Pillow found."""
    monkeypatch.setattr(decode.simplejpeg, "decode_jpeg_header", lambda _: (60_000, 60_000, "YCbCr", "420"))
    monkeypatch.setattr(decode.simplejpeg, "decode_jpeg", lambda *_: pytest.fail("it was decoded"))
    data = encode(photos[0])
    assert np.array_equal(decode_image(data), open_rgb(data))


@pytest.mark.parametrize("data", [b"", b"\xff", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xda\x00\x02", b"GIF89a"])
def test_what_is_no_picture_is_named(data: bytes) -> None:
    with pytest.raises(UnreadableImageError):
        hash_image(data)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_cut_short_is_hashed_as_it_is_shown_and_it_is_said(
    photos: list[Image.Image], *, progressive: bool
) -> None:
    """Rows that are there over black and over white; a progressive one whole, with less detail."""
    data = encode(photos[0], quality=90, progressive=progressive)
    part = data[: len(data) * 7 // 10]
    found = hash_views(part)
    assert found.note == CUT_SHORT
    whole, shown = open_rgb(data), decode_image(part)
    assert shown.shape == whole.shape
    if progressive:
        assert found.pdq.hash.distance(hash_pixels(whole).hash) <= 8
        assert found.others == ()
    else:
        rows = int(np.flatnonzero(shown.any(axis=(1, 2)))[-1]) + 1
        assert rows > whole.shape[0] // 2
        assert np.array_equal(shown[:rows], whole[:rows])
        expected = []
        for ground in (0, 255):
            laid = np.full_like(whole, ground)
            laid[:rows] = whole[:rows]
            expected.append(hash_pixels(laid).hash)
        assert [one.hash for one in (found.pdq, *found.others)] == list(dict.fromkeys(expected))


def test_a_jpeg_of_which_nothing_is_left_is_named(photos: list[Image.Image]) -> None:
    data = encode(photos[0])
    scan = data.index(b"\xff\xda") + 20
    with pytest.raises(UnreadableImageError, match="cut short"):
        hash_image(data[:scan])


@pytest.mark.parametrize("files", [2000, pytest.param(100_000, marks=pytest.mark.deep)])
def test_damaged_files_give_pillows_pixels_or_what_is_left(files: int) -> None:
    read = list(itertools.islice(jpeg_damage.compare(seed=1), files))
    assert 200 < sum(read) < len(read)


def test_strips_give_the_pixels_of_the_whole(monkeypatch: pytest.MonkeyPatch, photos: list[Image.Image]) -> None:
    monkeypatch.setattr(decode, "STRIP_BYTES", 30_000)
    for mode in ("RGB", "L", "RGBA", "P", "CMYK", "LA"):
        image = photos[1].convert(mode)
        if mode in ("RGBA", "LA"):
            image.putalpha(128)
        whole = np.asarray(image.convert("RGBA" if mode == "LA" else mode if mode in ("RGB", "L", "RGBA") else "RGB"))
        if whole.shape[-1] == 4:
            whole = decode.lay_on(whole, 0)
        pixels = decode.copy_pixels(image) if mode == "L" else decode.convert_to_rgb(image)
        assert np.array_equal(pixels, whole), mode
