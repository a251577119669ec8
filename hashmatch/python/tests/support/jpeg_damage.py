"""Damaged JPEG files: what is read of them must be libjpeg's pixels as Pillow makes them, or said to be cut short."""

import io
import itertools
import sys
import warnings
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import skimage.data
from hashmatch.decode import DECODER_FAILURES
from hashmatch.errors import HashmatchError
from hashmatch.views import CUT_SHORT, list_views
from PIL import Image

Pixels: TypeAlias = npt.NDArray[np.uint8]


def read_ours(data: bytes) -> Pixels | None:
    """What the library makes of a file; None where it refuses it by name, or says that it is not whole."""
    try:
        view = next(list_views(io.BytesIO(data)))
    except HashmatchError:
        return None
    pixels = np.repeat(view.pixels[:, :, None], 3, axis=2) if view.pixels.ndim == 2 else view.pixels
    return None if view.note == CUT_SHORT else pixels


def read_pillows(data: bytes) -> Pixels | None:
    """What Pillow makes of it by itself; None where it refuses."""
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data)) as image:
            warnings.simplefilter("ignore")
            return np.asarray(image.convert("RGB"))
    except (*DECODER_FAILURES, Image.DecompressionBombError):
        return None


def write_originals() -> list[bytes]:
    """Small photographs, written in several ways."""
    photo = Image.fromarray(skimage.data.astronaut()).resize((75, 66))
    ways = (
        {},
        {"subsampling": 0, "quality": 97},
        {"optimize": True},
        {"restart_marker_blocks": 3},
        {"quality": 30},
        {"progressive": True},
    )
    files = []
    for options in ways:
        stream = io.BytesIO()
        photo.save(stream, "JPEG", **options)
        files.append(stream.getvalue())
    return files


def damage(data: bytes, random: np.random.Generator) -> bytes:
    """Bytes changed, moved, taken out or put in, mostly one; sometimes the end is missing."""
    harmed = bytearray(data)
    for _ in range(int(random.choice([1, 1, 1, 2, 8]))):
        place, kind = int(random.integers(2, max(len(harmed), 3))), int(random.integers(6))
        if kind == 0:
            harmed[place : place + 1] = bytes([data[place % len(data)] ^ 1 << int(random.integers(8))])
        elif kind == 1:
            harmed[place : place + 1] = bytes([int(random.choice([0, 1, 0x11, 0x7F, 0x80, 0xFF]))])
        elif kind == 2:
            del harmed[place : place + 1]
        elif kind == 3:
            harmed[place:place] = random.bytes(int(random.integers(1, 9)))
        elif kind == 4:
            harmed[place : place + 2] = bytes([0xFF, int(random.integers(256))])
        elif random.random() < 0.2:
            del harmed[place:]
    return bytes(harmed)


def compare(seed: int) -> Iterator[bool]:
    """For one damaged file after another, whether it was read. Raises AssertionError where it is not Pillow's."""
    random = np.random.default_rng(seed)
    files = write_originals()
    for number in itertools.count():
        data = damage(files[number % len(files)], random)
        ours, theirs = read_ours(data), read_pillows(data)
        if (ours is None) != (theirs is None) or (ours is not None and not np.array_equal(ours, theirs)):
            raise AssertionError(data.hex())
        yield ours is not None


if __name__ == "__main__":
    looked = list(itertools.islice(compare(int(sys.argv[1])), int(sys.argv[2])))
    print(f"{len(looked)} files, {sum(looked)} of them read")
