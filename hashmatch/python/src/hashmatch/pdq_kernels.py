"""PDQ's kernels: the folded sums straight from 8-bit pixels, and Meta's own order for what they leave open.

Pixels come as rows of bytes: uint8[height, width * channels], C-ordered, 3 channels (RGB) or 1 (grey).
"""

from typing import Any

import numpy as np
from numba import types

from hashmatch.jit import kernel, readonly, writable

# Numba keeps compiled code for as long as this file's text is the same, so constants must be written here: those of
# another module would be baked in.
GRID = 64
FREQUENCIES = 16
RED, GREEN, BLUE = 0.299, 0.587, 0.114
MEDIAN_PLACE = 127
LINES = 8
ROWS = 4  # side by side in `blur_rows`
ZERO = np.float32(0)

PIXELS = readonly(types.uint8, 2)
PLACES = readonly(types.int64, 1)
TRAITS = writable(types.float64, 1)
READ = (writable(types.float64, 2), TRAITS, writable(types.uint8, 1))  # frequencies, traits, hash


@kernel(
    types.void(
        PIXELS, types.intp, types.intp, types.intp, PLACES, PLACES, readonly(types.float32, 2), types.float64,
        types.intp, writable(types.float64, 2),
    ),
    fastmath={"contract"},
)  # fmt: skip
def sum_rows(
    pixels: Any, channels: int, left: int, top: int, starts: Any, counts: Any, multiples: Any, unit: float,
    width: int, out: Any,
) -> None:  # fmt: skip
    """The vertical half: float64[rows, width] luma, each row a weighted sum of the rows of pixels from `top` on.

    The bytes of a row are summed as they lie, the channels side by side; luma is mixed from 64 rows instead of all.
    Slices of exactly the summed bytes, and four rows a time, let the compiler use whole vector registers.
    """
    begin, end = left * channels, (left + width) * channels
    sums = np.empty(end - begin, np.float32)
    for i in range(out.shape[0]):
        sums[:] = ZERO
        first, stop, k = top + starts[i], counts[i], 0
        while k + 4 <= stop:
            row0, row1 = pixels[first + k, begin:end], pixels[first + k + 1, begin:end]
            row2, row3 = pixels[first + k + 2, begin:end], pixels[first + k + 3, begin:end]
            w0, w1, w2, w3 = multiples[i, k], multiples[i, k + 1], multiples[i, k + 2], multiples[i, k + 3]
            for c in range(sums.size):
                sums[c] += (
                    w0 * np.float32(row0[c])
                    + w1 * np.float32(row1[c])
                    + w2 * np.float32(row2[c])
                    + w3 * np.float32(row3[c])
                )
            k += 4
        while k < stop:
            row0 = pixels[first + k, begin:end]
            w0 = multiples[i, k]
            for c in range(sums.size):
                sums[c] += w0 * np.float32(row0[c])
            k += 1
        line = out[i]
        if channels == 1:
            for c in range(width):
                line[c] = unit * np.float64(sums[c])
        else:
            red, green, blue = RED * unit, GREEN * unit, BLUE * unit
            for c in range(width):
                line[c] = (
                    red * np.float64(sums[3 * c])
                    + green * np.float64(sums[3 * c + 1])
                    + blue * np.float64(sums[3 * c + 2])
                )


@kernel(
    types.void(readonly(types.float64, 2), PLACES, PLACES, readonly(types.float64, 2), writable(types.float64, 2)),
    fastmath={"contract", "reassoc"},
)
def sum_columns(lines: Any, starts: Any, counts: Any, weights: Any, out: Any) -> None:
    """The horizontal half: float64[rows, 64] out of the luma lines of `sum_rows`."""
    for j in range(GRID):
        tent = weights[j, : counts[j]]
        for i in range(lines.shape[0]):
            part = lines[i, starts[j] : starts[j] + counts[j]]
            total = 0.0
            for k in range(tent.size):
                total += tent[k] * part[k]
            out[i, j] = total


@kernel(
    types.void(readonly(types.float64, 2), readonly(types.float64, 2), writable(types.float64, 2)),
    fastmath={"contract", "reassoc"},
)
def transform(grid: Any, cosines: Any, frequencies: Any) -> None:
    """Frequencies 1 to 16 of the 64 x 64 values."""
    half = np.zeros((FREQUENCIES, GRID), np.float64)
    for i in range(FREQUENCIES):
        line = half[i]
        for k in range(GRID):
            weight = cosines[i, k]
            source = grid[k]
            for j in range(GRID):
                line[j] += weight * source[j]
    for i in range(FREQUENCIES):
        for j in range(FREQUENCIES):
            total = 0.0
            for k in range(GRID):
                total += half[i, k] * cosines[j, k]
            frequencies[i, j] = total


@kernel(types.void(readonly(types.float64, 2), types.float64, TRAITS))
def add_gradients(grid: Any, slack: float, traits: Any) -> None:
    """The least and most that the gradients may add up to.

    `slack` is by how much a gradient, in percent of white, may be wrong.
    """
    least, most = 0, 0
    for i in range(GRID):
        here = grid[i]
        for j in range(GRID - 1):
            step = abs(here[j + 1] - here[j]) * (100 / 255)
            least += int(max(step - slack, 0.0))
            most += int(step + slack)
    for i in range(GRID - 1):
        here, below = grid[i], grid[i + 1]
        for j in range(GRID):
            step = abs(below[j] - here[j]) * (100 / 255)
            least += int(max(step - slack, 0.0))
            most += int(step + slack)
    traits[0], traits[1] = least, most


@kernel(types.void(readonly(types.float64, 2), TRAITS, writable(types.uint8, 1)))
def compare_frequencies(frequencies: Any, traits: Any, packed: Any) -> None:
    """The hash: which frequencies are larger than the lower median. And the gap above it, and the spread.

    The distances from the median, in ascending order, are those below it and those above it, merged.
    """
    flat = frequencies.reshape(FREQUENCIES * FREQUENCIES)
    ordered = np.sort(flat)
    median = ordered[MEDIAN_PLACE]
    last = ordered.size - 1
    packed[:] = 0
    for place in range(flat.size):
        if flat[last - place] > median:
            packed[place >> 3] |= 128 >> (place & 7)
    traits[2] = ordered[MEDIAN_PLACE + 1] - median
    below, above = MEDIAN_PLACE - 1, MEDIAN_PLACE + 1
    for _ in range(MEDIAN_PLACE):
        if below >= 0 and median - ordered[below] <= ordered[above] - median:
            distance = median - ordered[below]
            below -= 1
        else:
            distance = ordered[above] - median
            above += 1
    traits[3] = distance


@kernel(types.void(readonly(types.float64, 2), readonly(types.float64, 2), types.float64, *READ))
def read_grid(grid: Any, cosines: Any, slack: float, frequencies: Any, traits: Any, packed: Any) -> None:
    """Everything that 64 x 64 values tell."""
    transform(grid, cosines, frequencies)
    add_gradients(grid, slack, traits)
    compare_frequencies(frequencies, traits, packed)


@kernel(
    types.void(
        PIXELS, types.intp, types.intp, types.intp, PLACES, PLACES, readonly(types.float32, 2), types.float64,
        types.intp, PLACES, PLACES, readonly(types.float64, 2), readonly(types.float64, 2), types.float64,
        writable(types.float64, 2), *READ,
    )
)  # fmt: skip
def read_area(
    pixels: Any, channels: int, left: int, top: int, row_starts: Any, row_counts: Any, multiples: Any, unit: float,
    width: int, column_starts: Any, column_counts: Any, weights: Any, cosines: Any, slack: float,
    grid: Any, frequencies: Any, traits: Any, packed: Any,
) -> None:  # fmt: skip
    """All steps from pixels to hash in one call: for a small picture, calls cost as much as sums.

    A few lines at a time, so that they stay in the nearest cache.
    """
    lines = np.empty((LINES, width), np.float64)
    for first in range(0, GRID, LINES):
        last = first + LINES
        sum_rows(
            pixels, channels, left, top, row_starts[first:last], row_counts[first:last], multiples[first:last], unit,
            width, lines,
        )  # fmt: skip
        sum_columns(lines, column_starts, column_counts, weights, grid[first:last])
    read_grid(grid, cosines, slack, frequencies, traits, packed)


@kernel(types.void(PIXELS, types.intp, types.intp, writable(types.float32, 1)))
def read_luma(pixels: Any, row: int, channels: int, out: Any) -> None:
    """A row's luma as `pdqhash` has it: summed from left to right in double precision, then rounded to single."""
    for c in range(out.size):
        if channels == 1:
            grey = np.float64(pixels[row, c])
            out[c] = np.float32((grey * RED + grey * GREEN) + grey * BLUE)
        else:
            red, green, blue = pixels[row, 3 * c], pixels[row, 3 * c + 1], pixels[row, 3 * c + 2]
            out[c] = np.float32((np.float64(red) * RED + np.float64(green) * GREEN) + np.float64(blue) * BLUE)


@kernel(types.void(readonly(types.float32, 2), types.intp, writable(types.float32, 2)))
def blur_rows(values: Any, window: int, out: Any) -> None:
    """A box filter along four rows by running sums in single precision, as Meta's implementation does it.

    Each sum waits for the one before it, so four rows go side by side; divisions wait until they can go in vectors.
    """
    length, ahead = values.shape[1], (window + 2) // 2
    v0, v1, v2, v3 = values[0], values[1], values[2], values[3]
    s0, s1, s2, s3 = ZERO, ZERO, ZERO, ZERO
    o0, o1, o2, o3 = out[0], out[1], out[2], out[3]
    for t in range(window):
        s0, s1, s2, s3 = s0 + v0[t], s1 + v1[t], s2 + v2[t], s3 + v3[t]
        place = t - ahead + 1
        if place >= 0:
            o0[place], o1[place], o2[place], o3[place] = s0, s1, s2, s3
    for place in range(window - ahead + 1, length - ahead + 1):
        t = place + ahead - 1
        s0, s1, s2, s3 = s0 + v0[t], s1 + v1[t], s2 + v2[t], s3 + v3[t]
        t = t - window
        s0, s1, s2, s3 = s0 - v0[t], s1 - v1[t], s2 - v2[t], s3 - v3[t]
        o0[place], o1[place], o2[place], o3[place] = s0, s1, s2, s3
    for place in range(length - ahead + 1, length):
        t = place + ahead - 1 - window
        s0, s1, s2, s3 = s0 - v0[t], s1 - v1[t], s2 - v2[t], s3 - v3[t]
        o0[place], o1[place], o2[place], o3[place] = s0, s1, s2, s3
    first, last = window - ahead, length - ahead
    for r in range(ROWS):
        for place in range(first):
            out[r, place] = out[r, place] / np.float32(place + ahead)
        middle, whole = out[r, first : last + 1], np.float32(window)
        for place in range(middle.size):
            middle[place] = middle[place] / whole
        for place in range(last + 1, length):
            out[r, place] = out[r, place] / np.float32(window - (place - last))


@kernel(
    types.void(
        types.intp, types.intp, types.intp, readonly(types.float32, 1), writable(types.float32, 2),
        writable(types.float32, 1), writable(types.float32, 1),
    )
)  # fmt: skip
def blur_columns(t: int, height: int, window: int, values: Any, ring: Any, sums: Any, out: Any) -> None:
    """One step of box filters down all columns: take in row `t`, let go of row `t - window`, write the quotients.

    `ring` keeps the last `window` rows. From `t = height` on there is no row to take in.
    """
    kept = ring[t % window]
    count = np.float32(min(t + 1, height) - max(t + 1 - window, 0))
    for c in range(sums.size):
        total = sums[c]
        if t < height:
            total += values[c]
        if t >= window:
            total -= kept[c]
        sums[c] = total
        out[c] = total / count
    if t < height:
        kept[:] = values


@kernel(types.void(PIXELS, types.intp, writable(types.float32, 2)))
def blur_in_order(pixels: Any, channels: int, grid: Any) -> None:
    """The 64 x 64 values to the last bit of Meta's: two passes of rows then columns, each by running sums.

    All four filters run in step, four rows at a time, and keep no more rows than their windows hold. A picture of
    64 x 64 is taken as it is.
    """
    height, width = pixels.shape[0], pixels.shape[1] // channels
    if height == GRID and width == GRID:
        for i in range(GRID):
            read_luma(pixels, i, channels, grid[i])
        return
    across, down = (width + 2 * GRID - 1) // (2 * GRID), (height + 2 * GRID - 1) // (2 * GRID)
    late = (down + 2) // 2 - 1
    columns = (2 * np.arange(GRID) + 1) * width // (2 * GRID)
    luma, lines = np.zeros((ROWS, width), np.float32), np.zeros((ROWS, width), np.float32)
    sums, ring = np.zeros(width, np.float32), np.zeros((down, width), np.float32)
    picked, quotients = np.zeros((ROWS, GRID), np.float32), np.zeros(GRID, np.float32)
    last_sums, last_ring = np.zeros(GRID, np.float32), np.zeros((down, GRID), np.float32)
    wanted = 0
    for begin in range(0, height + 2 * late, ROWS):
        for r in range(min(ROWS, height - begin)):
            read_luma(pixels, begin + r, channels, luma[r])
        blur_rows(luma, across, lines)
        for r in range(min(ROWS, height + late - begin)):
            blur_columns(begin + r, height, down, lines[r], ring, sums, luma[r])
        blur_rows(luma, across, lines)
        for r in range(ROWS):
            for j in range(GRID):
                picked[r, j] = lines[r, columns[j]]
            step = begin + r - late
            if 0 <= step < height + late:
                blur_columns(step, height, down, picked[r], last_ring, last_sums, quotients)
                while wanted < GRID and (2 * wanted + 1) * height // (2 * GRID) == step - late:
                    grid[wanted, :] = quotients
                    wanted += 1


@kernel(types.int64(readonly(types.float32, 2), readonly(types.float32, 2), writable(types.float32, 2)))
def transform_in_order(grid: Any, cosines: Any, frequencies: Any) -> int:
    """Frequencies and quality to the last bit of Meta's: single precision, one product after the other."""
    half = np.zeros((FREQUENCIES, GRID), np.float32)
    for i in range(FREQUENCIES):
        for k in range(GRID):
            for j in range(GRID):
                half[i, j] += cosines[i, k] * grid[k, j]
    for i in range(FREQUENCIES):
        for j in range(FREQUENCIES):
            total = ZERO
            for k in range(GRID):
                total += half[i, k] * cosines[j, k]
            frequencies[i, j] = total
    gradients, percent, white = 0, np.float32(100), np.float32(255)
    for i in range(GRID - 1):
        for j in range(GRID):
            gradients += abs(int((grid[i, j] - grid[i + 1, j]) * percent / white))
    for i in range(GRID):
        for j in range(GRID - 1):
            gradients += abs(int((grid[i, j] - grid[i, j + 1]) * percent / white))
    return gradients
