"""PDQ in Meta's own order of operations, to the last bit, in NumPy: for what the folded sums leave open.

Meta's running sums add one pixel and let go of another, in single precision. `np.add.accumulate` adds from left to
right too, so sums of pixels and of pixels let go of, in their order, are the same numbers.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from hashmatch.pdq_folding import COSINES, FREQUENCIES, GRID, LUMA, Pixels

Singles: TypeAlias = npt.NDArray[np.float32]

LINES = 64  # are blurred at a time, so that their sums need little memory


def blur(pixels: Pixels) -> Singles:
    """The 64 x 64 values of uint8[height, width, 3] or uint8[height, width]."""
    channels = [pixels.astype(np.float64)] * 3 if pixels.ndim == 2 else np.moveaxis(pixels, 2, 0)
    red, green, blue = (share * channel for share, channel in zip(LUMA, channels, strict=True))
    luma: Singles = ((red + green) + blue).astype(np.float32)
    height, width = luma.shape
    if (height, width) == (GRID, GRID):
        return luma
    for _ in range(2):
        luma = blur_rows(luma, -(-width // (2 * GRID)))
        luma = blur_rows(luma.T, -(-height // (2 * GRID))).T
    down, across = ((2 * np.arange(GRID) + 1) * side // (2 * GRID) for side in (height, width))
    return np.ascontiguousarray(luma[np.ix_(down, across)])


def blur_rows(values: Singles, window: int) -> Singles:
    """A box filter of this window along each row."""
    out = np.empty(values.shape, np.float32)
    for start in range(0, len(values), LINES):
        out[start : start + LINES] = blur_some(values[start : start + LINES], window)
    return out


def blur_some(values: Singles, window: int) -> Singles:
    """A box filter along rows: add `window` pixels, then add one and let go of one, at the end let go of the rest."""
    length, ahead = values.shape[1], (window + 2) // 2
    both = 2 * (length - window)
    steps = np.empty((len(values), window + both + ahead - 1), np.float32)
    steps[:, :window] = values[:, :window]
    steps[:, window : window + both : 2] = values[:, window:]
    steps[:, window + 1 : window + both : 2] = -values[:, : length - window]
    steps[:, window + both :] = -values[:, length - window : length - window + ahead - 1]
    sums = np.add.accumulate(steps, axis=1, dtype=np.float32)
    places = np.concatenate(
        [
            np.arange(ahead - 1, window),
            np.arange(window + 1, window + both, 2),
            np.arange(window + both, steps.shape[1]),
        ]
    )
    outputs = np.arange(length)
    counts = (np.minimum(outputs + ahead, length) - np.maximum(outputs + ahead - window, 0)).astype(np.float32)
    means: Singles = np.divide(sums[:, places], counts, dtype=np.float32)
    return means


def transform(grid: Singles) -> tuple[Singles, int]:
    """Frequencies, float32[16, 16], and the sum of the gradients, of 64 x 64 values."""
    half = np.zeros((FREQUENCIES, GRID), np.float32)
    frequencies = np.zeros((FREQUENCIES, FREQUENCIES), np.float32)
    for k in range(GRID):
        half += COSINES[:, k, None] * grid[k]
    for k in range(GRID):
        frequencies += half[:, k, None] * COSINES[:, k]
    steps = [np.diff(grid, axis=axis) * np.float32(100) / np.float32(255) for axis in (0, 1)]
    return frequencies, sum(int(np.abs(step.astype(np.int64)).sum()) for step in steps)
