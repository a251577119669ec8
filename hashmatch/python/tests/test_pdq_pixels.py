"""Hashes of pixels are those of Meta's implementation, whatever the picture and whichever form computes them."""

import io
import itertools
import tracemalloc
from collections.abc import Iterator

import numpy as np
import pdqhash
import pytest
import skimage.data
from hashmatch.family import MOVES, hash_family, vary_pixels
from hashmatch.hashes import PdqHash
from hashmatch.pdq import hash_image, hash_pixels
from hashmatch.pdq_folding import plan_axis, plan_mirrored_axis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from sample_photos import sample_photos

from hashmatch import pdq_folding, pdq_pixels

FORMS = ["compiled", "numpy"]


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both forms of the arithmetic, one after the other."""
    use_form(request.param, monkeypatch)
    return str(request.param)


def use_form(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pdq_pixels.KERNELS is not None
    if form == "numpy":
        monkeypatch.setattr(pdq_pixels, "KERNELS", None)


def meta(pixels: np.ndarray) -> tuple[PdqHash, int]:
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, None], 3, axis=2)
    bits, quality = pdqhash.compute(np.ascontiguousarray(pixels))
    return PdqHash(np.packbits(bits.astype(np.uint8)).tobytes()), int(quality)


def assert_as_meta(pixels: np.ndarray, note: object = "") -> None:
    ours = hash_pixels(pixels)
    assert (ours.hash, ours.quality) == meta(pixels), (pixels.shape, note)


def photographs() -> list[np.ndarray]:
    names = ("astronaut", "chelsea", "coffee", "camera", "coins", "moon", "page", "text", "brick", "grass", "rocket")
    photos = [getattr(skimage.data, name)() for name in names]
    return [*photos, *sample_photos()]


@pytest.fixture(scope="module")
def photos() -> list[np.ndarray]:
    return photographs()


def photo_of_size(photos: list[np.ndarray], random: np.random.Generator, height: int, width: int) -> np.ndarray:
    """A part of some photograph, scaled to a size."""
    photo = photos[random.integers(len(photos))]
    top, left = (int(random.integers(0, side // 2)) for side in photo.shape[:2])
    part = photo[top : top + photo.shape[0] // 2, left : left + photo.shape[1] // 2]
    return np.asarray(Image.fromarray(part).resize((width, height), Image.Resampling.BICUBIC))


def drawings(random: np.random.Generator, height: int, width: int) -> Iterator[tuple[str, np.ndarray]]:
    """Pictures made by code, many of them on the edge between two hashes."""
    y, x = np.mgrid[:height, :width]
    colour = random.integers(0, 256, 3)
    yield "noise", random.integers(0, 256, (height, width, 3))
    yield "flat", np.broadcast_to(colour, (height, width, 3))
    yield "nearly flat", np.clip(colour + random.integers(0, 3, (height, width, 1)), 0, 255)
    yield "gradient", np.repeat((x * 200 // width + y * 55 // height)[:, :, None], 3, axis=2)
    wide, high = random.integers(1, 40, 2)
    yield "stripes", np.where(((x // wide) % 2 == 0)[:, :, None], colour, 255 - colour)
    yield "checks", np.where(((x // wide + y // high) % 2 == 0)[:, :, None], colour, 255 - colour)
    yield "wave", np.repeat((128 + 100 * np.sin(x / wide + y / (7 * high)))[:, :, None], 3, axis=2)
    symmetric = (np.abs(x - width // 2) + np.abs(y - height // 2)) % 256
    yield "symmetric", np.repeat(symmetric[:, :, None], 3, axis=2)


def sizes(random: np.random.Generator, count: int) -> Iterator[tuple[int, int]]:
    """Sizes of 5 to 1500 pixels a side: small, odd, narrow, and where windows change."""
    yield from itertools.product((5, 16, 17, 63, 64, 65), (16, 17, 64, 128, 129, 300))
    for _ in range(count):
        yield int(random.integers(17, 500)), int(random.integers(17, 500))
    yield from [(17, 1500), (1500, 21), (40, 1201), (257, 1025), (1024, 700), (1500, 1499)]


def test_hundreds_of_photographs_are_hashed_as_meta_does(photos: list[np.ndarray], form: str) -> None:
    random = np.random.default_rng(1)
    for height, width in sizes(random, 400):
        assert_as_meta(photo_of_size(photos, random, height, width), form)


def test_pictures_on_the_edge_are_hashed_as_meta_does(form: str) -> None:
    random = np.random.default_rng(2)
    for height, width in sizes(random, 12):
        for name, pixels in drawings(random, height, width):
            assert_as_meta(pixels.astype(np.uint8), (name, form))


def test_ties_are_hashed_in_order_and_clear_pictures_are_not(
    photo: np.ndarray, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[np.ndarray] = []
    in_order = pdq_pixels.read_in_order

    def spy(pixels: np.ndarray) -> pdq_pixels.Reading:
        hashed.append(pixels)
        return in_order(pixels)

    monkeypatch.setattr(pdq_pixels, "read_in_order", spy)
    hash_pixels(photo)
    assert hashed == []
    for name, pixels in drawings(np.random.default_rng(3), 200, 300):
        if name in ("flat", "nearly flat", "gradient", "symmetric"):
            hash_pixels(pixels.astype(np.uint8))
            assert hashed.pop().shape == (200, 300, 3), name
    hash_pixels(photo[:16])
    assert len(hashed) == 1


@pytest.mark.parametrize("height", [5, 9, 16])
@pytest.mark.parametrize("width", [5, 16, 17, 200])
def test_small_sides_are_hashed_as_meta_does(height: int, width: int, form: str) -> None:
    random = np.random.default_rng(height * width)
    for name, pixels in drawings(random, height, width):
        assert_as_meta(pixels.astype(np.uint8), name)
        assert_as_meta(pixels.astype(np.uint8).swapaxes(0, 1), name)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    arrays.arrays(
        np.uint8,
        st.tuples(st.integers(1, 70), st.integers(1, 70), st.just(3))
        | st.tuples(st.integers(1, 70), st.integers(1, 70)),
    )
)
def test_any_pixels_are_hashed_as_meta_does_by_both_forms(pixels: np.ndarray) -> None:
    for form in FORMS:
        with pytest.MonkeyPatch.context() as patch:
            use_form(form, patch)
            assert_as_meta(pixels, form)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(17, 400), st.integers(17, 400), st.integers(0, 3), st.integers(1, 255))
def test_noise_of_any_size_and_strength_is_hashed_as_meta_does(
    seed: int, height: int, width: int, blur: int, strength: int
) -> None:
    random = np.random.default_rng(seed)
    small = random.integers(0, strength + 1, (max(height >> blur, 1), max(width >> blur, 1), 3), dtype=np.uint8)
    pixels = np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BILINEAR))
    assert_as_meta(pixels)


def test_the_kernels_and_the_numpy_form_give_the_same_numbers(photo: np.ndarray) -> None:
    assert pdq_pixels.KERNELS is not None
    settled = 0
    for pixels in (photo, photo[:, :, 1], photo[::2, ::3], photo[:20], photo[:, :129]):
        area, _ = pdq_pixels.lay_out(pixels)
        for flips in (False, True):
            lines = pdq_pixels.sum_rows(area, flips=flips)
            axis = (plan_mirrored_axis if flips else plan_axis)(area.height)
            plain = pdq_folding.sum_rows(area.rows, area.channels, 0, 0, axis, area.width)
            assert np.allclose(lines, plain, rtol=0, atol=1e-4)
            grid = pdq_pixels.sum_columns(lines, flips=flips)
            axis = (plan_mirrored_axis if flips else plan_axis)(area.width)
            assert np.allclose(grid, pdq_folding.sum_columns(plain, axis), rtol=0, atol=1e-4)
            reading = pdq_pixels.read_grid(grid, area)
            whole = pdq_pixels.read_area(area)
            if reading is None:
                assert flips or whole is None
                continue
            settled += 1
            expected = pdq_folding.transform(grid)
            assert np.allclose(reading.frequencies, expected, rtol=0, atol=1e-9)
            traits = pdq_folding.find_traits(grid, reading.frequencies, pdq_pixels.GRADIENT_SLACK)
            assert np.allclose(reading.traits, traits, rtol=0, atol=1e-9)
            assert reading.qualified.hash == pdq_pixels.pack_bits(reading.frequencies)
            if not flips:
                assert whole is not None
                assert np.array_equal(whole.grid, grid)
                assert whole.qualified == reading.qualified
    assert settled > 6


@pytest.mark.parametrize("ties", [False, True])
def test_traits_of_any_frequencies_are_the_same_in_both_forms(*, ties: bool) -> None:
    assert pdq_pixels.KERNELS is not None
    random = np.random.default_rng(7)
    for number in range(200):
        frequencies = random.normal(number % 7, 1 + number, (16, 16))
        grid = random.uniform(0, 1 + number, (64, 64))
        if ties:
            frequencies, grid = np.round(frequencies / 50), np.round(grid)
        traits, packed = np.empty(len(pdq_folding.Traits._fields)), np.empty(32, np.uint8)
        pdq_pixels.KERNELS.find_traits(grid, frequencies, pdq_pixels.GRADIENT_SLACK, traits, packed)
        assert np.allclose(traits, pdq_folding.find_traits(grid, frequencies, pdq_pixels.GRADIENT_SLACK), atol=1e-12)
        assert packed.tobytes() == pdq_pixels.pack_bits(frequencies).bytes


@pytest.mark.parametrize("length", [1, 5, 17, 64, 127, 128, 129, 255, 256, 257, 511, 512, 1000, 1024, 4000])
def test_weights_are_two_box_filters_sampled(length: int) -> None:
    window = -(-length // 128)
    box = np.zeros((length, length))
    for output in range(length):
        first, last = max(output - (window - 1) // 2, 0), min(output + window // 2, length - 1)
        box[output, first : last + 1] = 1 / (last - first + 1)
    expected = (box @ box)[[int((i + 0.5) * length / 64) for i in range(64)]]
    for axis, wanted in ((plan_axis(length), expected), (plan_mirrored_axis(length), expected[:, ::-1])):
        dense = np.zeros((64, length))
        for i in range(64):
            dense[i, axis.starts[i] : axis.starts[i] + axis.counts[i]] = axis.weights[i, : axis.counts[i]]
        assert np.allclose(dense, wanted, rtol=0, atol=1e-14)
        assert np.allclose(axis.multiples * axis.unit, axis.weights, rtol=1e-6, atol=0)


def test_frequencies_in_order_are_meta_s_to_the_last_bit(photos: list[np.ndarray]) -> None:
    assert pdq_pixels.KERNELS is not None
    random = np.random.default_rng(4)
    for height, width in [(5, 5), (64, 64), (64, 65), (128, 129), (300, 451), (700, 20), (20, 1300), (640, 1111)]:
        pictures = [photo_of_size(photos, random, height, width)]
        pictures += [pixels.astype(np.uint8) for _, pixels in drawings(random, height, width)]
        for pixels in pictures:
            rgb = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)
            backwards, quality = pdqhash.compute_float(np.ascontiguousarray(rgb))
            reading = pdq_pixels.read_in_order(pixels)
            assert np.array_equal(reading.frequencies, backwards[::-1].reshape(16, 16))
            assert reading.qualified.quality == quality


def test_rounding_stays_well_within_what_is_tolerated(photos: list[np.ndarray]) -> None:
    """The tolerance was measured; this keeps the folded sums and Meta's within a quarter of it."""
    assert pdq_pixels.KERNELS is not None
    random = np.random.default_rng(5)
    for height, width in sizes(random, 40):
        if min(height, width) > pdq_pixels.LARGEST_SIDE_WITHOUT_RANK:
            area, _ = pdq_pixels.lay_out(photo_of_size(photos, random, height, width))
            grid = pdq_pixels.sum_columns(pdq_pixels.sum_rows(area, flips=False), flips=False)
            in_order = pdq_pixels.read_in_order(area.pixels)
            error = np.abs(pdq_folding.transform(grid) - in_order.frequencies).max()
            narrow = min(height, width) < pdq_pixels.NARROW_SIDE
            assert error < (pdq_pixels.LEAST_GAP_IF_NARROW if narrow else pdq_pixels.LEAST_GAP) / 4
            steps = np.abs(np.diff(grid, axis=0) - np.diff(in_order.grid, axis=0)).max() * 100 / 255
            assert steps < pdq_pixels.GRADIENT_SLACK / 2


@pytest.mark.parametrize("turn", MOVES)
def test_turned_views_are_hashed_as_their_copies(photo: np.ndarray, turn: str, form: str) -> None:
    for pixels in (photo, photo[:, :, 2], photo[10:90, 20:200], photo[::2, ::2], photo[:40, :300, ::-1]):
        view = MOVES[turn].move(pixels)
        assert hash_pixels(view) == hash_pixels(view.copy())
        assert_as_meta(view, turn)


def test_arrays_that_may_not_be_written_are_hashed(photo: np.ndarray, form: str) -> None:
    frozen = photo.copy()
    frozen.flags.writeable = False
    assert hash_pixels(frozen) == hash_pixels(photo)


def test_grey_counts_as_three_equal_channels(photo: np.ndarray, form: str) -> None:
    grey = photo[:, :, 0]
    assert hash_pixels(grey) == hash_pixels(np.repeat(grey[:, :, None], 3, axis=2))
    stream = io.BytesIO()
    Image.fromarray(grey).save(stream, "PNG")
    assert hash_image(stream.getvalue()) == hash_pixels(grey)


def test_each_member_of_a_family_is_the_hash_of_its_pixels(photos: list[np.ndarray], form: str) -> None:
    random = np.random.default_rng(6)
    framed = np.full((300, 420, 3), 250, np.uint8)
    framed[40:-20, 30:-70] = photo_of_size([photos[0]], random, 240, 320)
    pictures = [photos[0][:300, :411], photos[3], photo_of_size(photos, random, 67, 301), framed]
    pictures += [photos[1][:16, :90], photos[1][:4, :90]]
    pictures += [pixels.astype(np.uint8) for _, pixels in drawings(random, 90, 131)]
    for picture in pictures:
        family = hash_family(picture)
        varied = list(vary_pixels(picture))
        assert [member.variant for member in family] == [variant for variant, _ in varied]
        for member, (variant, pixels) in zip(family, varied, strict=True):
            assert (member.hash, member.quality) == meta(pixels), (variant, picture.shape)
    assert "trimmed" in [member.variant for member in hash_family(framed)]


@pytest.mark.parametrize("kind", ["photo", "gradient"])
def test_a_large_picture_is_turned_by_its_frequencies(photos: list[np.ndarray], form: str, kind: str) -> None:
    picture = photo_of_size([photos[0]], np.random.default_rng(7), 1024, 1100)
    if kind == "gradient":
        picture = (np.indices((1024, 1100)).sum(axis=0) // 9)[:, :, None].repeat(3, axis=2).astype(np.uint8)
    hashes, quality = pdqhash.compute_dihedral(np.ascontiguousarray(picture))
    order = ("upright", "rot90", "rot180", "rot270", "flipy", "flipx", "flipplus", "flipminus")
    expected = {
        name: PdqHash(np.packbits(bits.astype(np.uint8)).tobytes()) for name, bits in zip(order, hashes, strict=True)
    }
    ours = hash_family(picture)[:8]
    assert {member.variant: member.hash for member in ours} == expected
    assert {member.quality for member in ours} == {quality}


def test_the_parts_of_a_family_are_not_copied(photo: np.ndarray, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[np.ndarray] = []
    sum_rows, read_area = pdq_pixels.sum_rows, pdq_pixels.read_area

    def spy_on_rows(area: pdq_pixels.Area, *, flips: bool) -> np.ndarray:
        seen.append(area.rows)
        return sum_rows(area, flips=flips)

    def spy_on_area(area: pdq_pixels.Area) -> pdq_pixels.Reading | None:
        seen.append(area.rows)
        return read_area(area)

    monkeypatch.setattr(pdq_pixels, "sum_rows", spy_on_rows)
    monkeypatch.setattr(pdq_pixels, "read_area", spy_on_area)
    hash_family(photo)
    assert len(seen) >= 12
    assert all(np.shares_memory(rows, photo) for rows in seen)


@pytest.mark.parametrize("kind", ["clear", "tie"])
def test_the_largest_picture_needs_little_memory_beside_its_pixels(kind: str) -> None:
    assert pdq_pixels.KERNELS is not None
    pixels = np.zeros((10_000, 12_000, 3), np.uint8)
    if kind == "clear":
        random = np.random.default_rng(8)
        pixels[::40, ::50] = random.integers(0, 256, (250, 240, 3))
        pixels[2000:5000, 3000:5000] = 200
    tracemalloc.start()
    try:
        hash_pixels(pixels)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000
