"""The hash family: the hashes of what people do to a picture without thinking.

Eight orientations, the picture without its border, and centre crops; the rules are those of vectors/README.md. None of
them is made by copying pixels: a mirrored picture has mirrored weights, a turned one a transposed grid, and a crop is
a part of the rows that are there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hashmatch.hashes import PdqHash, QualifiedHash
from hashmatch.pdq_folding import FREQUENCIES, Frequencies, Pixels, find_traits
from hashmatch.pdq_pixels import (
    GRADIENT_SLACK,
    Area,
    Reading,
    Turn,
    check_pixels,
    is_settled,
    lay_out,
    pack_bits,
    read_in_order,
    read_turns,
)
from hashmatch.variants import CROP_PERCENTAGES

SMALLEST_DERIVED_SIDE = 64
BORDER_TOLERANCE = 16
LARGE_SIDE = 1024

# In the order of `hashmatch.variants.TURNS`.
MOVES = {
    "upright": Turn(),
    "rot90": Turn(flips_columns=True, transposes=True),
    "rot180": Turn(flips_rows=True, flips_columns=True),
    "rot270": Turn(flips_rows=True, transposes=True),
    "flipx": Turn(flips_columns=True),
    "flipy": Turn(flips_rows=True),
    "flipplus": Turn(transposes=True),
    "flipminus": Turn(flips_rows=True, flips_columns=True, transposes=True),
}

# A mirrored picture has the same frequencies, the odd ones (of even index, since they begin at 1) with the other sign.
ALTERNATING = np.where(np.arange(FREQUENCIES) % 2 == 0, -1, 1).astype(np.int8)


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """One hash of a family: what was done to the picture before it was hashed, the hash and its quality."""

    variant: str
    hash: PdqHash
    quality: int


class Box(NamedTuple):
    """A rectangle of pixels; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int


def hash_family(image: Pixels) -> tuple[FamilyMember, ...]:
    """The hashes of a picture's variants, in the order of `hashmatch.variants.VARIANTS`.

    `image` is uint8[height, width, 3] RGB or uint8[height, width] grey. Raises UnreadableImageError for other arrays.
    """
    area, _ = lay_out(np.ascontiguousarray(check_pixels(image)))
    members = hash_large_turns(area) if min(area.width, area.height) >= LARGE_SIDE else hash_moved_turns(area)
    for variant, box in list_boxes(image):
        part = area.crop(left=box.left, top=box.top, right=box.right, bottom=box.bottom)
        members.append(name_member(variant, read_turns(part, (Turn(),))[0].qualified))
    return tuple(members)


def name_member(variant: str, qualified: QualifiedHash) -> FamilyMember:
    """A hash under its variant's name."""
    return FamilyMember(variant, qualified.hash, qualified.quality)


def hash_moved_turns(area: Area) -> list[FamilyMember]:
    """The eight orientations, each the hash of really moved pixels: four passes, and their four transposes.

    Transposing pixels transposes the grid of 64 x 64 values and the frequencies, and changes nothing else.
    """
    readings = read_turns(area, tuple(MOVES.values()))
    return [name_member(variant, reading.qualified) for variant, reading in zip(MOVES, readings, strict=True)]


def hash_large_turns(area: Area) -> list[FamilyMember]:
    """The eight orientations of a large picture from one pass, by the signs and order of its frequencies.

    From a short side of 1024 pixels this is within 14 bits of hashing turned pixels; below it is not, so small pictures
    are turned for real. The hashes are those of `pdqhash.compute_dihedral`, all with the upright quality.
    """
    (reading,) = read_turns(area, (Turn(),))
    in_order: Reading | None = None
    members = []
    for variant, turn in MOVES.items():
        frequencies = turn_frequencies(reading.frequencies, turn)
        if not is_settled(find_traits(reading.grid, frequencies, GRADIENT_SLACK), area):
            in_order = in_order or read_in_order(area.pixels)
            frequencies = turn_frequencies(in_order.frequencies, turn)
        members.append(FamilyMember(variant, pack_bits(frequencies), reading.qualified.quality))
    return members


def turn_frequencies(frequencies: Frequencies, turn: Turn) -> Frequencies:
    """The frequencies of a turned picture, near enough where the picture is large."""
    if turn.flips_rows:
        frequencies = frequencies * ALTERNATING[:, None]
    if turn.flips_columns:
        frequencies = frequencies * ALTERNATING
    return frequencies.T if turn.transposes else frequencies


def vary_pixels(image: Pixels) -> Iterator[tuple[str, Pixels]]:
    """Each variant's name and pixels, as views, in the fixed order; what `hash_family` hashes below 1024 pixels."""
    for variant, turn in MOVES.items():
        yield variant, turn.move(image)
    for variant, box in list_boxes(image):
        yield variant, image[box.top : box.bottom, box.left : box.right]


def list_boxes(image: Pixels) -> Iterator[tuple[str, Box]]:
    """The names and rectangles of the variants that are parts of the picture."""
    trimmed = find_trimmed_box(image)
    if trimmed is not None:
        yield "trimmed", trimmed
    height, width = image.shape[:2]
    for percentage in CROP_PERCENTAGES:
        across, down = width * percentage // 200, height * percentage // 200
        if (across or down) and min(width - 2 * across, height - 2 * down) >= SMALLEST_DERIVED_SIDE:
            yield f"crop{percentage:02d}", Box(across, down, width - across, height - down)


def find_trimmed_box(image: Pixels) -> Box | None:
    """What is left when the uniform border is taken off; None if there is no border or too little would be left."""
    height, width = image.shape[:2]
    most_down, most_across = height * 2 // 5, width * 2 // 5
    turned = image.swapaxes(0, 1)
    left, top, right, bottom = 0, 0, width, height
    # A second round finds the bars that other bars hid: pillars between letterbox bars, or a frame in a frame.
    for _ in range(2):
        top += count_border_lines(image[top:bottom, left:right], most_down - top)
        bottom -= count_border_lines(image[top:bottom, left:right][::-1], most_down - (height - bottom))
        left += count_border_lines(turned[left:right, top:bottom], most_across - left)
        right -= count_border_lines(turned[left:right, top:bottom][::-1], most_across - (width - right))
    box = Box(left, top, right, bottom)
    if box == (0, 0, width, height) or min(right - left, bottom - top) < SMALLEST_DERIVED_SIDE:
        return None
    return box


def grey_values(line: Pixels) -> npt.NDArray[np.uint32]:
    """Whole-number luma of a line of pixels for finding borders, the same on every machine."""
    wide = line.astype(np.uint32)
    if wide.ndim == 1:
        return wide
    grey: npt.NDArray[np.uint32] = (wide[:, 0] * 299 + wide[:, 1] * 587 + wide[:, 2] * 114 + 500) // 1000
    return grey


def count_border_lines(lines: Pixels, limit: int) -> int:
    """How many of the first lines are uniform and alike."""
    first: int | None = None
    for count, pixels in enumerate(lines[:limit]):
        line = grey_values(pixels)
        mean = int(line.sum(dtype=np.int64)) // len(line)
        first = mean if first is None else first
        if int(line.max()) - int(line.min()) > BORDER_TOLERANCE or abs(mean - first) > BORDER_TOLERANCE:
            return count
    return min(limit, len(lines))
