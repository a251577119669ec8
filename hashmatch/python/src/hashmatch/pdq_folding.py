"""PDQ's blur and sampling folded into one weighted sum for each axis, and the NumPy form of hashing by it.

PDQ blurs a picture by two box filters along each axis, of window ceil(n / 128) for n pixels, and keeps 64 x 64 of the
blurred pixels: those at floor((i + 0.5) * n / 64). All of that is linear and the axes are independent, so a kept value
is a weighted sum of the pixels around it. Only these sums are computed here, at the picture's full resolution. In real
numbers the result is the same; in floating point it is nearer to the real numbers than Meta's implementation, whose
running sums gather rounding errors. So a result here comes with a tolerance, and what the tolerance leaves open is
decided by Meta's order of operations instead (`hashmatch.pdq_pixels`).
"""

import functools
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]
Grid: TypeAlias = npt.NDArray[np.float64]
Frequencies: TypeAlias = npt.NDArray[np.floating[Any]]

GRID = 64
FREQUENCIES = 16
MEDIAN_PLACE = 127  # of 256 in ascending order: Meta's lower median
LUMA = (0.299, 0.587, 0.114)
QUALITY_STEP = 90
MOST_QUALITY = 100

# Basis functions 1 to 16 of the orthonormal cosine transform of 64 values; Meta rounds the factor and the products.
COSINES = (
    float(np.float32(np.sqrt(2 / GRID)))
    * np.cos(np.pi / 2 / GRID * np.arange(1, FREQUENCIES + 1)[:, None] * (2 * np.arange(GRID) + 1))
).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """The weights of one axis: kept value `i` is made of pixels `starts[i]` to `starts[i] + counts[i]`.

    `multiples` (float32[64, K]) are the weights times the square of the window: whole numbers wherever no window is
    clipped by the picture's edge, so that sums of them with pixels have no rounding. `weights` (float64[64, K]) are
    the weights themselves; each row of them sums to 1.
    """

    starts: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    multiples: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float64]
    unit: float  # the worth of a multiple of 1

    def mirror(self, length: int) -> "Axis":
        """The axis that reads the same `length` pixels from the other end."""
        places = (self.counts[:, None] - 1 - np.arange(self.weights.shape[1])) % self.weights.shape[1]
        inside = np.arange(self.weights.shape[1]) < self.counts[:, None]
        return Axis(
            starts=length - self.starts - self.counts,
            counts=self.counts,
            multiples=np.where(inside, np.take_along_axis(self.multiples, places, axis=1), 0).astype(np.float32),
            weights=np.where(inside, np.take_along_axis(self.weights, places, axis=1), 0),
            unit=self.unit,
        )


class Traits(NamedTuple):
    """What tells how far a hash can be trusted, in the order in which the kernels write it.

    `least` and `most` are what the gradients, in percent of white, may add up to. `gap` is between the median and the
    next frequency, `spread` how far from the median the 128th nearest frequency is.
    """

    least: float
    most: float
    gap: float
    spread: float


@functools.lru_cache(maxsize=256)
def plan_axis(length: int) -> Axis:
    """The weights for an axis of so many pixels (at least 1).

    A box of window w covers the pixels from o - (w - 1) // 2 ... to o + w // 2 around its output o, and divides by how
    many of them are inside the picture. Two boxes make a tent; near an edge it is bent.
    """
    window = -(-length // (2 * GRID))
    ahead = (window + 2) // 2
    outputs = np.arange(length)
    begins, ends = np.maximum(outputs + ahead - window, 0), np.minimum(outputs + ahead, length)
    centres = (2 * np.arange(GRID) + 1) * length // (2 * GRID)
    inner_begins, inner_ends = begins[centres], ends[centres]
    inner = inner_begins[:, None] + np.arange(window)
    inside = inner < inner_ends[:, None]
    inner = np.where(inside, inner, inner_begins[:, None])
    starts, stops = begins[inner_begins], ends[inner_ends - 1]
    counts = stops - starts
    share = np.where(inside, window / (ends - begins)[inner] * (window / (inner_ends - inner_begins))[:, None], 0.0)
    slopes = np.zeros((GRID, int(counts.max()) + 1))
    rows = np.broadcast_to(np.arange(GRID)[:, None], inner.shape)
    np.add.at(slopes, (rows, begins[inner] - starts[:, None]), share)
    np.add.at(slopes, (rows, ends[inner] - starts[:, None]), -share)
    multiples = np.cumsum(slopes, axis=1)[:, :-1]
    multiples = np.where(np.arange(multiples.shape[1]) < counts[:, None], multiples, 0.0)
    unit = 1.0 / (window * window)
    axis = Axis(starts, counts, np.ascontiguousarray(multiples, dtype=np.float32), multiples * unit, unit)
    for array in (axis.starts, axis.counts, axis.multiples, axis.weights):
        array.flags.writeable = False
    return axis


@functools.lru_cache(maxsize=64)
def plan_mirrored_axis(length: int) -> Axis:
    """The weights of `plan_axis` for pixels in reverse."""
    return plan_axis(length).mirror(length)


def sum_rows(pixels: Pixels, channels: int, left: int, top: int, axis: Axis, width: int) -> Grid:
    """The vertical half in NumPy: float64[64, width] luma out of uint8[height, width * channels]."""
    lines = np.empty((GRID, width))
    begin, end = left * channels, (left + width) * channels
    for i in range(GRID):
        first = top + int(axis.starts[i])
        count = int(axis.counts[i])
        sums = axis.multiples[i, :count] @ pixels[first : first + count, begin:end].astype(np.float32)
        if channels == 1:
            lines[i] = sums * np.float64(axis.unit)
        else:
            lines[i] = sums.reshape(width, channels).astype(np.float64) @ (np.array(LUMA) * axis.unit)
    return lines


def sum_columns(lines: Grid, axis: Axis) -> Grid:
    """The horizontal half in NumPy: float64[64, 64]."""
    grid = np.empty((GRID, GRID))
    for j in range(GRID):
        first, count = int(axis.starts[j]), int(axis.counts[j])
        grid[:, j] = lines[:, first : first + count] @ axis.weights[j, :count]
    return grid


def transform(grid: Grid) -> Grid:
    """Frequencies of 64 x 64 values, float64[16, 16], in NumPy."""
    cosines = COSINES.astype(np.float64)
    return cosines @ grid @ cosines.T


def find_traits(grid: Grid | npt.NDArray[np.float32], frequencies: Frequencies, slack: float) -> Traits:
    """The traits of 64 x 64 values and of their frequencies, in NumPy.

    `slack` is by how much a gradient, in percent of white, may be wrong.
    """
    steps = np.concatenate([np.abs(np.diff(grid, axis=axis)).ravel() for axis in (0, 1)]) * (100 / 255)
    ordered = np.sort(frequencies, axis=None)
    distances = np.sort(np.abs(ordered - ordered[MEDIAN_PLACE]))
    return Traits(
        least=float(np.floor(np.maximum(steps - slack, 0)).sum()),
        most=float(np.floor(steps + slack).sum()),
        gap=float(ordered[MEDIAN_PLACE + 1] - ordered[MEDIAN_PLACE]),
        spread=float(distances[MEDIAN_PLACE]),
    )
