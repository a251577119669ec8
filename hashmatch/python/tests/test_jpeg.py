"""Our own reading of a JPEG's luma: pixel by pixel libjpeg's, or nothing."""

import io
import itertools
import os
import subprocess
import sys
from pathlib import Path

import jpeg_damage
import numpy as np
import pytest
import skimage.data
from hashmatch.decode import decode_to_hash
from hashmatch.errors import UnreadableImageError
from hashmatch.jpeg import KERNELS, open_jpeg
from hashmatch.pdq import hash_image
from hypothesis import given, settings
from hypothesis import strategies as st
from jpeg_damage import read_ours, read_pillows
from jpeg_writer import Block, Sampling, count_blocks, segment, write_jpeg
from PIL import Image, ImageCms

from hashmatch import decode, jpeg

pytestmark = pytest.mark.skipif(KERNELS.wait() is None, reason="there are no compiled kernels here")

PHOTO = skimage.data.astronaut()
SAMPLINGS: list[Sampling] = [
    ((1, 1), (1, 1), (1, 1)),
    ((2, 2), (1, 1), (1, 1)),
    ((2, 1), (1, 1), (1, 1)),
    ((1, 2), (1, 1), (1, 1)),
    ((4, 1), (1, 1), (1, 1)),
    ((4, 2), (1, 1), (1, 1)),
    ((2, 2), (2, 1), (1, 2)),
    ((3, 1), (1, 1), (2, 1)),
]


def encode(size: tuple[int, int] = (300, 280), **options: object) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(PHOTO).resize(size).save(stream, "JPEG", **options)
    return stream.getvalue()


@pytest.mark.parametrize("quality", [1, 25, 75, 92, 100])
@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("optimize", [False, True])
def test_pixels_are_libjpegs(quality: int, subsampling: int, *, optimize: bool) -> None:
    for size in ((1, 1), (7, 9), (8, 8), (16, 17), (129, 64), (511, 513), (1030, 41)):
        data = encode(size, quality=quality, subsampling=subsampling, optimize=optimize)
        ours = read_ours(data)
        assert ours is not None, size
        assert np.array_equal(ours, read_pillows(data)), size


@pytest.mark.parametrize(
    "options", [{"restart_marker_blocks": 1}, {"restart_marker_blocks": 7}, {"restart_marker_rows": 1}]
)
def test_restarts_are_heeded(options: dict[str, int]) -> None:
    data = encode((333, 222), **options)
    assert b"\xff\xd7" in data
    assert np.array_equal(read_ours(data), read_pillows(data))
    lost = data.index(b"\xff\xd1")
    assert read_ours(data[:lost] + data[lost + 2 :]) is None
    assert read_ours(data.replace(b"\xff\xd1", b"\xff\xd2", 1)) is None


def draw_block(random: np.random.Generator, count: int, largest: int) -> Block:
    block = np.zeros(64, np.int64)
    places = random.choice(64, count, replace=False)
    block[places] = random.integers(-largest, largest + 1, count)
    return block


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("every", [0, 2])
def test_any_coefficients_in_any_order(sampling: Sampling, every: int) -> None:
    """Full and empty blocks, values at the very end, long runs: in each sampling, with and without restarts."""
    random = np.random.default_rng(every)
    size = (70, 53)
    for largest, most in ((1, 64), (3, 64), (60, 12), (500, 2)):
        blocks = [
            [draw_block(random, int(random.integers(0, most + 1)), largest) for _ in range(count)]
            for count in count_blocks(size, sampling)
        ]
        for component in blocks:
            component[0][63] = largest
            component[-1][:] = 0
        data = write_jpeg(size, sampling, blocks, every=every)
        ours = read_ours(data)
        assert ours is not None
        assert np.array_equal(ours, read_pillows(data))


@settings(max_examples=60, deadline=None)
@given(
    values=st.dictionaries(st.integers(0, 63), st.integers(-1023, 1023), max_size=64),
    steps=st.lists(st.integers(1, 255), min_size=64, max_size=64),
)
def test_one_block_of_whatever(values: dict[int, int], steps: list[int]) -> None:
    """Numbers far beyond what pixels give: ours refuses what libjpeg's vector instructions would cut off."""
    block = np.zeros(64, np.int64)
    block[list(values)] = list(values.values())
    empty = np.zeros(64, np.int64)
    data = write_jpeg((8, 8), SAMPLINGS[0], [[block], [empty], [empty]], steps=steps)
    ours = read_ours(data)
    is_moderate = int(np.abs(block * steps).sum()) < 2048
    assert ours is not None or not is_moderate
    assert ours is None or np.array_equal(ours, read_pillows(data))


@pytest.mark.parametrize("beyond", ["11111111001", "111001"])
def test_a_block_may_not_run_over_its_end(beyond: str) -> None:
    """Sixteen zeros, or two and a one, behind place 61, and then an end of block: Pillow makes something of it."""
    block = np.zeros(64, np.int64)
    block[61] = 1
    data = write_jpeg((8, 8), SAMPLINGS[0], [[block], [np.zeros(64, np.int64)], [np.zeros(64, np.int64)]])
    start = data.index(b"\xff\xda") + 14
    bits = "".join(f"{byte:08b}" for byte in data[start:-2].replace(b"\xff\x00", b"\xff"))
    run_of_zeros, end_of_block = "11111111001", "1010"
    place = bits.index(end_of_block, bits.rindex(run_of_zeros) + len(run_of_zeros) + 11)
    for put_in, is_read in (("", True), (beyond, False)):
        longer = bits[:place] + put_in + bits[place:].rstrip("1")
        longer += "1" * (-len(longer) % 8)
        body = bytes(int(longer[k : k + 8], 2) for k in range(0, len(longer), 8)).replace(b"\xff", b"\xff\x00")
        assert (read_ours(data[:start] + body + b"\xff\xd9") is not None) == is_read


@pytest.mark.parametrize(
    "options",
    [{"progressive": True}, {"keep_rgb": True, "subsampling": 0}],
)
def test_other_kinds_are_left_to_pillow(options: dict[str, object]) -> None:
    data = encode(**options)
    opened = open_jpeg(io.BytesIO(data))
    assert opened is None or not opened.is_named
    assert decode_to_hash(io.BytesIO(data)).pixels.shape[:2] == (280, 300)


def test_a_colour_without_its_steps_is_refused() -> None:
    """Pillow refuses it, though luma alone would not need them."""
    data = encode()
    frame = data.index(b"\xff\xc0") + 4
    assert data[frame + 14] == 1
    harmed = data[: frame + 14] + b"\3" + data[frame + 15 :]
    assert read_ours(data) is not None
    assert read_ours(harmed) is read_pillows(harmed) is None


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_other_numbers_of_colours_are_left_to_pillow(mode: str) -> None:
    stream = io.BytesIO()
    Image.fromarray(PHOTO).convert(mode).save(stream, "JPEG")
    assert open_jpeg(stream) is None
    assert not decode_to_hash(stream).is_luma


@pytest.mark.parametrize("data", [b"", b"\xff", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xda\x00\x02", b"GIF89a"])
def test_what_is_no_picture_is_none(data: bytes) -> None:
    assert open_jpeg(io.BytesIO(data)) is None
    with pytest.raises(UnreadableImageError):
        hash_image(data)


def test_each_shorter_file_is_refused() -> None:
    data = encode((40, 40), quality=60)
    assert all(read_ours(data[:length]) is None for length in range(len(data)))
    assert read_ours(data + b"behind the end") is not None


def test_a_file_too_large_for_memory_is_left_to_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode(quality=90)
    whole = decode_to_hash(io.BytesIO(data)).pixels
    monkeypatch.setattr(jpeg, "MOST_BYTES", len(data) - 1)
    assert open_jpeg(io.BytesIO(data)) is None
    assert np.array_equal(decode_to_hash(io.BytesIO(data)).pixels, whole)


def test_a_size_over_the_limit_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "MAXIMUM_PIXELS", 280 * 300 - 1)
    with pytest.raises(decode.ImageTooLargeError):
        hash_image(encode())


def add_metadata(data: bytes) -> list[bytes]:
    """The file with each of the segments that cameras and programs put in, as the second one."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112] = 6
    tiff = b'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="8"'
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r ' + tiff + b"/></x:xmpmeta>"
    contents = (
        (0xE1, exif.tobytes()),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp),
        (0xE2, b"ICC_PROFILE\0\1\1" + profile),
        (0xED, b"Photoshop 3.0\0"),
        (0xEE, b"Adobe\0d\0\0\0\0\1"),
        (0xEE, b"Adobe\0d\0\0\0\0\0"),
        (0xE0, b"JFXX\0\x13"),
        (0xFE, b"a remark"),
    )
    after_jfif = 4 + int.from_bytes(data[4:6])
    return [data[:after_jfif] + segment(*one) + data[after_jfif:] for one in contents]


def test_answers_are_the_same_without_the_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else is in the file: orientation, colour profile, Adobe's marker."""
    files = [encode(quality=quality) for quality in (20, 75, 90)] + add_metadata(encode(quality=85))
    files += [encode((255, 400)), encode((256, 400)), files[1].replace(b"JFIF", b"JFFI", 1)]
    with_kernels = [decode_to_hash(io.BytesIO(data)) for data in files]
    hashes = [hash_image(data) for data in files]
    monkeypatch.setattr(KERNELS, "module", None)
    monkeypatch.setattr(KERNELS, "start", lambda: None)
    for data, decoded, qualified in zip(files, with_kernels, hashes, strict=True):
        pillows = decode_to_hash(io.BytesIO(data))
        assert decoded.is_luma == pillows.is_luma
        assert np.array_equal(decoded.pixels, pillows.pixels)
        assert hash_image(data) == qualified


def test_a_plain_file_does_without_pillow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(encode((512, 512), quality=85))
    expected = hash_image(path)

    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Image, "open", refuse)
    assert hash_image(path) == hash_image(path.read_bytes()) == expected


def test_damaged_files_give_libjpegs_pixels_or_none() -> None:
    read = list(itertools.islice(jpeg_damage.compare(seed=1), 4000))
    assert 200 < sum(read) < len(read)


@pytest.mark.parametrize("files", [150, pytest.param(5000, marks=pytest.mark.deep)])
def test_damaged_files_stay_inside_memory(files: int) -> None:
    """With checked indexes, a step outside would end the process with an error."""
    environment = {**os.environ, "HASHMATCH_CHECK_INDEXES": "on", "NUMBA_OPT": "0"}
    command = [sys.executable, jpeg_damage.__file__, "2", str(files)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{files} files")
