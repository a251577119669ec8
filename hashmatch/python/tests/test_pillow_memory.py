"""Pillow's pixels without a copy: the same bytes, for as long as anybody looks at them."""

import gc
import io

import numpy as np
import pytest
from hashmatch.decode import take_grey
from hashmatch.pillow_memory import view_grey
from PIL import Image


def grey(width: int, height: int) -> Image.Image:
    pixels = np.random.default_rng(width * height).integers(0, 256, (height, width), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=90)
    image = Image.open(io.BytesIO(stream.getvalue()))
    image.load()
    return image


@pytest.mark.parametrize("size", [(1, 1), (5, 7), (333, 77), (510, 300), (512, 512), (1921, 1081)])
def test_the_view_holds_what_a_copy_holds(size: tuple[int, int]) -> None:
    image = grey(*size)
    view = view_grey(image)
    assert view is not None
    assert np.array_equal(view, np.asarray(image))
    assert not view.flags.writeable


def test_the_view_outlives_the_picture() -> None:
    image = grey(640, 480)
    kept = np.asarray(image).copy()
    view = view_grey(image)
    image.close()
    del image
    gc.collect()
    others = [grey(640, 480) for _ in range(5)]  # would be written over memory that was given back
    assert view is not None
    assert np.array_equal(view, kept)
    assert len(others) == 5


def test_pictures_in_several_blocks_are_copied() -> None:
    image = Image.linear_gradient("L").resize((5000, 4000))
    assert view_grey(image) is None
    assert np.array_equal(take_grey(image), np.asarray(image))


@pytest.mark.parametrize("mode", ["RGB", "1", "LA", "I;16"])
def test_other_modes_are_not_shared(mode: str) -> None:
    assert view_grey(Image.new(mode, (20, 20))) is None
