"""Decoding brings every kind of picture to the pixels a person sees, and names what it cannot read."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pdqhash
import pytest
from hashmatch.errors import HashmatchError, ImageTooLargeError, UnreadableFileError, UnreadableImageError
from hashmatch.pdq import convert_to_rgb, decode_image, hash_image, hash_pixels
from how_often import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

HEIC = Path(__file__).parents[2] / "browser" / "tests" / "pictures"


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def test_a_png_decodes_to_its_pixels_and_hashes_as_meta_s_implementation_does(photo: np.ndarray) -> None:
    data = encode(Image.fromarray(photo), "PNG")
    assert np.array_equal(decode_image(data), photo)
    bits, quality = pdqhash.compute(photo)
    ours = hash_image(data)
    assert ours.quality == quality
    assert np.array_equal(np.unpackbits(np.frombuffer(ours.hash.bytes, np.uint8)), bits)


def test_a_turned_view_is_hashed_as_its_copy(photo: np.ndarray) -> None:
    view = photo.transpose(1, 0, 2)
    assert not view.flags.c_contiguous
    assert hash_pixels(view) == hash_pixels(view.copy())


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "TIFF", "BMP", "PPM", "AVIF", "JPEG2000"])
def test_other_formats_of_a_photo_match_it(photo: np.ndarray, kind: str) -> None:
    assert hash_image(encode(Image.fromarray(photo), kind)).hash.distance(hash_pixels(photo).hash) <= 10


@pytest.mark.parametrize("mode", ["L", "LA", "P", "PA", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV", "I", "F"])
def test_every_mode_becomes_what_a_person_sees(photo: np.ndarray, mode: str) -> None:
    steps = {"RGBa": ["RGBA", "RGBa"], "PA": ["P", "PA"], "I": ["L", "I"], "F": ["L", "F"]}
    image = Image.fromarray(photo)
    for step in steps.get(mode, [mode]):
        image = image.convert(step)
    if mode == "I":
        image = image.point(lambda value: value * 257)
    assert hash_pixels(convert_to_rgb(image)).hash.distance(hash_pixels(photo).hash) <= 12


def test_thirty_two_bit_grey_is_scaled_by_its_range(photo: np.ndarray) -> None:
    grey = photo[:, :, 1]
    assert np.array_equal(convert_to_rgb(Image.fromarray(grey.astype(np.int32) << 23))[:, :, 0], grey // 2)
    bright = grey.astype(np.float32) / 64
    assert np.ptp(convert_to_rgb(Image.fromarray(bright))) > 200


def test_one_bit_pictures_are_black_and_white() -> None:
    checks = np.indices((96, 128)).sum(axis=0) // 16 % 2 == 1
    pixels = decode_image(encode(Image.fromarray(checks), "PNG"))
    assert np.array_equal(pixels, np.repeat(checks[:, :, None] * np.uint8(255), 3, axis=2))


def test_sixteen_bit_grey_is_scaled_and_not_clipped(photo: np.ndarray) -> None:
    grey = photo[:, :, 1]
    deep = encode(Image.fromarray(grey.astype(np.uint16) * 257), "PNG")
    assert np.array_equal(decode_image(deep)[:, :, 0], grey)


def test_sixteen_bit_transparency_is_black() -> None:
    deep = np.full((80, 80), 40000, np.uint16)
    deep[20:60, 20:60] = 12345
    pixels = decode_image(encode(Image.fromarray(deep), "PNG", transparency=12345))
    assert (pixels[20:60, 20:60] == 0).all()
    assert (pixels[0] == 156).all()


def test_what_a_transparent_area_hides_does_not_change_the_hash(photo: np.ndarray) -> None:
    alpha = np.full(photo.shape[:2], 255, np.uint8)
    alpha[:150] = 0
    other = photo.copy()
    other[:150] = 255 - other[:150]
    files = [encode(Image.fromarray(np.dstack([pixels, alpha])), "PNG") for pixels in (photo, other)]
    assert hash_image(files[0]) == hash_image(files[1])
    black = photo.copy()
    black[:150] = 0
    assert np.array_equal(decode_image(files[0]), black)


def test_half_transparency_is_laid_on_black_by_the_whole_number_rule() -> None:
    rgba = np.zeros((16, 256, 4), np.uint8)
    rgba[:, :, 0], rgba[:, :, 3] = np.arange(256), np.arange(16)[:, None] * 17
    red = decode_image(encode(Image.fromarray(rgba), "PNG"))[:, :, 0]
    assert all(red[y, x] == (x * y * 17 + 127) // 255 for y in range(16) for x in range(256))


def test_a_palette_with_a_transparent_colour_is_laid_on_black() -> None:
    image = Image.new("P", (80, 80), 1)
    image.putpalette([255, 255, 255, 200, 10, 10])
    image.paste(0, (10, 10, 40, 40))
    pixels = decode_image(encode(image, "PNG", transparency=0))
    assert (pixels[20, 20] == 0).all()
    assert pixels[60, 60].tolist() == [200, 10, 10]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(photo: np.ndarray, orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = Image.fromarray(photo)
    stored = image.transpose(undo[orientation]) if orientation in undo else image
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert np.array_equal(decode_image(encode(stored, "PNG", exif=exif)), photo)


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0broken", b"", b"Exif\0\0II*\0\xff\xff\xff\x7f", b"Exif\0\0MM\0*\0\0\0\x08\0\1"]
)
def test_broken_metadata_does_not_make_a_picture_unreadable(photo: np.ndarray, exif: bytes) -> None:
    data = encode(Image.fromarray(photo), "JPEG", exif=exif)
    assert hash_image(data).hash.distance(hash_pixels(photo).hash) <= 10


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_a_senseless_orientation_is_left_aside(photo: np.ndarray, value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    assert np.array_equal(decode_image(encode(Image.fromarray(photo), "PNG", exif=exif)), photo)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_an_animation_of_frames_seen_alike_is_its_first_frame(photo: np.ndarray, kind: str) -> None:
    frames = [Image.fromarray(pixels) for pixels in (photo, photo[::-1], photo[:, ::-1])]
    data = encode(frames[0], kind, save_all=True, append_images=frames[1:], loop=0)
    assert hash_image(data).hash.distance(hash_pixels(photo).hash) <= 12


def test_heic_is_read_and_turned_as_it_asks() -> None:
    plain, turned = decode_image(HEIC / "plain.heic"), decode_image(HEIC / "turned.heic")
    assert plain.shape == (240, 320, 3)
    assert hash_pixels(np.rot90(plain, 3)).hash.distance(hash_pixels(turned).hash) <= 4


def test_the_extension_does_not_matter(tmp_path: Path, photo: np.ndarray) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(encode(Image.fromarray(photo), "PNG"))
    assert np.array_equal(decode_image(path), photo)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [(b"", "empty"), (b"hello, this is text", "not a picture"), (b"\0" * 1000, "not a picture")],
)
def test_what_is_no_picture_is_named(data: bytes, complaint: str) -> None:
    with pytest.raises(UnreadableImageError, match=complaint):
        decode_image(data)


@pytest.mark.parametrize("kind", ["WEBP", "TIFF"])
def test_a_picture_cut_short_that_no_browser_shows_is_named(photo: np.ndarray, kind: str) -> None:
    data = encode(Image.fromarray(photo), kind)
    with pytest.raises(UnreadableImageError, match=r"cut short|not a picture|damaged"):
        decode_image(data[: len(data) // 2])


def test_a_heic_cut_short_is_named() -> None:
    data = (HEIC / "plain.heic").read_bytes()
    with pytest.raises(UnreadableImageError):
        decode_image(data[: len(data) // 2])


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no such file"):
        decode_image(tmp_path / "absent.png")
    with pytest.raises(UnreadableFileError, match="folder"):
        decode_image(tmp_path)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(12_001, 10_000), (20_000, 20_000), (60_000, 60_000), (2**31 - 1, 9)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    with pytest.raises(ImageTooLargeError, match="120 million"):
        decode_image(png_header(width, height))


def test_the_limit_itself_is_not_refused_for_its_size() -> None:
    with pytest.raises(UnreadableImageError):
        decode_image(png_header(12_000, 10_000))


@pytest.mark.parametrize(
    "pixels",
    [np.zeros(5, np.uint8), np.zeros((5, 5, 4), np.uint8), np.zeros((5, 5, 3)), np.zeros((0, 5, 3), np.uint8)],
)
def test_arrays_that_are_no_pixels_are_refused(pixels: np.ndarray) -> None:
    with pytest.raises(UnreadableImageError, match="8-bit RGB"):
        hash_pixels(pixels)


@pytest.mark.parametrize("shape", [(1, 1), (4, 300), (300, 4)])
def test_a_picture_under_five_pixels_says_nothing(shape: tuple[int, int]) -> None:
    result = hash_pixels(np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8))
    assert (result.hash.hex, result.quality) == ("0" * 64, 0)
    assert not result.is_usable


def sample_files() -> list[bytes]:
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (24, 32, 3), dtype=np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    kinds = ["PNG", "GIF", "WEBP", "TIFF", "BMP", "PPM", "ICO", "TGA", "PCX", "SGI", "JPEG2000", "AVIF"]
    return [encode(image, kind) for kind in kinds] + [
        encode(image, "JPEG", exif=exif),
        (HEIC / "plain.heic").read_bytes(),
    ]


SAMPLES = sample_files()


@settings(max_examples=examples(400), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=12),
    st.floats(0, 1),
)
def test_a_damaged_file_is_decoded_or_refused_by_name(
    data: bytes, changes: list[tuple[float, int]], keep: float
) -> None:
    damaged = bytearray(data)
    for place, value in changes:
        damaged[int(place * len(damaged))] = value
    cut = bytes(damaged[: max(int(len(damaged) * keep), 1)])
    try:
        pixels = decode_image(cut)
    except HashmatchError:
        return
    assert pixels.dtype == np.uint8
    assert pixels.shape[2] == 3
