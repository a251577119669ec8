"""PDQ of pixels: the folded sums decide nearly always, and what they leave open is decided in Meta's own order.

The folded sums (`hashmatch.pdq_folding`) are nearer to the real numbers than Meta's running sums in single precision,
so where a picture is on the edge between two hashes the two could part. Such a picture is told by a gap between its
128th and 129th frequency that is smaller than rounding can explain, or by gradients so near to a whole number that its
quality could be one more or less. It is hashed a second time by kernels that follow Meta's order of operations to the
last bit, as is every picture with a side of 16 pixels or less, whose missing frequencies are nothing but rounding.
So the hash and the quality are always those of `pdqhash.compute`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hashmatch import pdq_folding, pdq_order
from hashmatch.errors import UnreadableImageError
from hashmatch.hashes import PdqHash, QualifiedHash
from hashmatch.kernels import KERNELS
from hashmatch.pdq_folding import (
    COSINES,
    FREQUENCIES,
    GRID,
    MEDIAN_PLACE,
    MOST_QUALITY,
    QUALITY_STEP,
    Frequencies,
    Grid,
    Pixels,
    Traits,
    find_traits,
    plan_axis,
    plan_mirrored_axis,
)

SMALLEST_HASHABLE_SIDE = 5
LARGEST_SIDE_WITHOUT_RANK = 16

# How near the two frequencies round the median may be before rounding could change their order. Measured on 18,000
# pictures of 17 to 65,000 pixels a side, drawn and photographed: Meta's frequencies are at most 0.0084 off where those
# of the picture spread by 1 or more, 0.016 where a side is under 64 pixels, 0.032 where they hardly spread, as in
# stripes and waves; nine in ten pictures stay under 0.002. A gap must be larger than two such errors.
LEAST_GAP = 0.02
NARROW_SIDE, LEAST_GAP_IF_NARROW = 64, 0.05
PLAIN_SPREAD, LEAST_GAP_IF_PLAIN = 1.0, 0.1
# By how much a gradient, in percent of white, may be off: twice what was measured.
GRADIENT_SLACK = 0.004


@dataclass(frozen=True, slots=True)
class Turn:
    """How a picture is moved: mirrored top to bottom, mirrored left to right, then transposed."""

    flips_rows: bool = False
    flips_columns: bool = False
    transposes: bool = False

    def move(self, pixels: Pixels) -> Pixels:
        """The moved pixels, as a view."""
        if self.flips_rows:
            pixels = pixels[::-1]
        if self.flips_columns:
            pixels = pixels[:, ::-1]
        return pixels.swapaxes(0, 1) if self.transposes else pixels


UPRIGHT = Turn()


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle within rows of pixels that lie in memory one after the other; nothing is copied to hash it.

    `rows` is uint8[H, W * channels], C-ordered; the sizes are in pixels.
    """

    rows: Pixels
    channels: int
    left: int
    top: int
    width: int
    height: int

    @property
    def pixels(self) -> Pixels:
        """The pixels as a view: uint8[height, width, 3], or uint8[height, width] where there is one channel."""
        begin, end = self.left * self.channels, (self.left + self.width) * self.channels
        area = self.rows[self.top : self.top + self.height, begin:end]
        return area if self.channels == 1 else area.reshape(self.height, self.width, self.channels)

    def crop(self, *, left: int, top: int, right: int, bottom: int) -> "Area":
        """A part of the area; right and bottom are exclusive."""
        return Area(self.rows, self.channels, self.left + left, self.top + top, right - left, bottom - top)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What one look at a picture gives: hash and quality, and the numbers they come from."""

    qualified: QualifiedHash
    frequencies: Frequencies
    grid: Grid | npt.NDArray[np.float32]
    traits: Traits


def hash_pixels(pixels: Pixels) -> QualifiedHash:
    """PDQ and quality of 8-bit pixels at their full resolution: always those of `pdqhash.compute`.

    `pixels` is uint8[height, width, 3] RGB, or uint8[height, width] grey or luma, which counts as three equal channels.
    Turned and mirrored views are hashed without a copy, other views by copying. Raises UnreadableImageError for other
    arrays. Without compiled kernels the NumPy form answers.
    """
    return read_pixels(pixels).qualified


def read_pixels(pixels: Pixels) -> Reading:
    """Hash pixels and keep the numbers; takes and raises what `hash_pixels` does."""
    area, turn = lay_out(check_pixels(pixels))
    return read_turns(area, (turn,))[0]


def check_pixels(pixels: Pixels) -> Pixels:
    """The pixels, if they are any. Raises UnreadableImageError."""
    is_shaped = pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)
    if pixels.dtype != np.uint8 or not is_shaped or 0 in pixels.shape:
        raise UnreadableImageError(
            "PDQ needs an array of 8-bit RGB pixels (height x width x 3) or of 8-bit grey (height x width), "
            f"not {pixels.dtype} of shape {pixels.shape}."
        )
    return pixels


def lay_out(pixels: Pixels) -> tuple[Area, Turn]:
    """The memory behind pixels, in its own order, and the turn that makes the pixels of it."""
    if pixels.flags.c_contiguous:
        return span_area(pixels), UPRIGHT
    transposes = abs(pixels.strides[0]) < abs(pixels.strides[1])
    laid = pixels.swapaxes(0, 1) if transposes else pixels
    flips_rows, flips_columns = laid.strides[0] < 0, laid.strides[1] < 0
    laid = np.ascontiguousarray(Turn(flips_rows, flips_columns).move(laid))
    return span_area(laid), Turn(flips_rows, flips_columns, transposes)


def span_area(pixels: Pixels) -> Area:
    """All of C-ordered pixels."""
    height, width = pixels.shape[:2]
    channels = 1 if pixels.ndim == 2 else 3
    return Area(pixels.reshape(height, width * channels), channels, 0, 0, width, height)


def read_turns(area: Area, turns: tuple[Turn, ...]) -> list[Reading]:
    """Hash the area in several orientations, with no more passes over the pixels than there are different flips."""
    if min(area.width, area.height) < SMALLEST_HASHABLE_SIDE:
        return [read_nothing()] * len(turns)
    if min(area.width, area.height) <= LARGEST_SIDE_WITHOUT_RANK:
        return [read_in_order(turn.move(area.pixels)) for turn in turns]
    if turns == (UPRIGHT,):
        return [read_area(area) or read_in_order(area.pixels)]
    lines: dict[bool, Grid] = {}
    grids: dict[tuple[bool, bool], Grid] = {}
    readings = []
    for turn in turns:
        flips = turn.flips_rows, turn.flips_columns
        if flips not in grids:
            if turn.flips_rows not in lines:
                lines[turn.flips_rows] = sum_rows(area, flips=turn.flips_rows)
            grids[flips] = sum_columns(lines[turn.flips_rows], flips=turn.flips_columns)
        grid = grids[flips].T if turn.transposes else grids[flips]
        readings.append(read_grid(grid, area) or read_in_order(turn.move(area.pixels)))
    return readings


def is_settled(traits: Traits, area: Area) -> bool:
    """Whether rounding cannot tell which frequencies of an area are above the median."""
    if traits.gap <= LEAST_GAP:
        return False
    if min(area.width, area.height) < NARROW_SIDE and traits.gap <= LEAST_GAP_IF_NARROW:
        return False
    return traits.gap > LEAST_GAP_IF_PLAIN or traits.spread >= PLAIN_SPREAD


def read_area(area: Area) -> Reading | None:
    """The reading of an upright area's folded sums, or None if rounding could make another of them."""
    down, across = plan_axis(area.height), plan_axis(area.width)
    if KERNELS is None:
        return read_grid(sum_columns(sum_rows(area, flips=False), flips=False), area)
    grid, frequencies, traits, packed = np.empty((GRID, GRID)), *make_room()
    KERNELS.read_area(
        area.rows,
        area.channels,
        area.left,
        area.top,
        area.width,
        down.starts,
        down.counts,
        down.multiples,
        down.unit,
        across.starts,
        across.counts,
        across.weights,
        EXACT_COSINES,
        GRADIENT_SLACK,
        grid,
        frequencies,
        traits,
        packed,
    )
    return settle(area, PdqHash(packed.tobytes()), frequencies, grid, Traits(*traits.tolist()))


def read_grid(grid: Grid, area: Area) -> Reading | None:
    """The reading of an area's folded sums, or None if rounding could make another of them."""
    if KERNELS is None:
        plain = pdq_folding.transform(grid)
        return settle(area, pack_bits(plain), plain, grid, find_traits(grid, plain, GRADIENT_SLACK))
    frequencies, traits, packed = make_room()
    KERNELS.read_grid(np.ascontiguousarray(grid), EXACT_COSINES, GRADIENT_SLACK, frequencies, traits, packed)
    return settle(area, PdqHash(packed.tobytes()), frequencies, grid, Traits(*traits.tolist()))


def make_room() -> tuple[Grid, npt.NDArray[np.float64], npt.NDArray[np.uint8]]:
    """Where the kernels write frequencies, traits and the hash."""
    return np.empty((FREQUENCIES, FREQUENCIES)), np.empty(len(Traits._fields)), np.empty(PdqHash.LENGTH, np.uint8)


def settle(area: Area, value: PdqHash, frequencies: Frequencies, grid: Grid, traits: Traits) -> Reading | None:
    """The reading of an area's numbers, or None if rounding could make another of them."""
    quality = scale_quality(traits.least)
    if quality != scale_quality(traits.most) or not is_settled(traits, area):
        return None
    return Reading(QualifiedHash(value, quality), frequencies, grid, traits)


def sum_rows(area: Area, *, flips: bool) -> Grid:
    """The vertical half of the folded sums: float64[64, width]."""
    axis = (plan_mirrored_axis if flips else plan_axis)(area.height)
    if KERNELS is None:
        return pdq_folding.sum_rows(area.rows, area.channels, area.left, area.top, axis, area.width)
    lines = np.empty((GRID, area.width))
    KERNELS.sum_rows(
        area.rows,
        area.channels,
        area.left,
        area.top,
        area.width,
        axis.starts,
        axis.counts,
        axis.multiples,
        axis.unit,
        lines,
    )
    return lines


def sum_columns(lines: Grid, *, flips: bool) -> Grid:
    """The horizontal half of the folded sums: float64[64, 64]."""
    axis = (plan_mirrored_axis if flips else plan_axis)(lines.shape[1])
    if KERNELS is None:
        return pdq_folding.sum_columns(lines, axis)
    grid = np.empty((GRID, GRID))
    KERNELS.sum_columns(lines, axis.starts, axis.counts, axis.weights, grid)
    return grid


def read_in_order(pixels: Pixels) -> Reading:
    """The reading in Meta's order of operations, to the last bit."""
    pixels = np.ascontiguousarray(pixels)
    if KERNELS is None:
        grid = pdq_order.blur(pixels)
        frequencies, gradients = pdq_order.transform(grid)
    else:
        height, channels = len(pixels), 1 if pixels.ndim == 2 else 3
        grid, frequencies = np.empty((GRID, GRID), np.float32), np.empty((FREQUENCIES, FREQUENCIES), np.float32)
        gradients = KERNELS.read_in_order(pixels.reshape(height, -1), channels, COSINES, grid, frequencies)
    return list_in_order(frequencies, scale_quality(gradients), grid)


def list_in_order(frequencies: Frequencies, quality: int, grid: npt.NDArray[np.float32]) -> Reading:
    """The reading of numbers that were computed in Meta's order."""
    traits = find_traits(grid, frequencies, GRADIENT_SLACK)
    return Reading(QualifiedHash(pack_bits(frequencies), quality), frequencies, grid, traits)


def read_nothing() -> Reading:
    """What a picture of under five pixels a side says: the hash of zeros, as Meta has it."""
    nothing, grid = np.zeros((FREQUENCIES, FREQUENCIES)), np.zeros((GRID, GRID))
    traits = find_traits(grid, nothing, GRADIENT_SLACK)
    return Reading(QualifiedHash(PdqHash(bytes(PdqHash.LENGTH)), 0), nothing, grid, traits)


def scale_quality(gradients: float) -> int:
    """Quality, 0 to 100, of a sum of gradients in percent of white, a whole number."""
    return min(int(gradients) // QUALITY_STEP, MOST_QUALITY)


def pack_bits(frequencies: Frequencies) -> PdqHash:
    """The hash: which frequencies are larger than the lower median, the last of them in the first bit."""
    median = np.partition(frequencies, MEDIAN_PLACE, axis=None)[MEDIAN_PLACE]
    return PdqHash(np.packbits((frequencies > median).ravel()[::-1]).tobytes())


EXACT_COSINES = COSINES.astype(np.float64)
