/**
 * PDQ, Meta's perceptual hash of a picture, written for streams: rows of brightness go in one after another and
 * 256 frequency signs come out, bit for bit what the `pdqhash` package gives for the same pixels.
 *
 * Every sum and quotient is rounded to float32 in the order of the reference, because its running sums carry their
 * rounding errors along; a "better" sum would give another hash. Only a window of rows is ever held.
 */

/** Side of the reduced picture that is transformed. */
const GRID = 64;
/** Frequencies kept in each direction; 16 x 16 signs make the hash. */
const FREQUENCIES = 16;
/** Below this side the reference refuses and answers an all-zero hash of quality 0. */
const SMALLEST_SIDE = 5;
/** A hash below this quality matches too many unrelated pictures to be used. */
export const LOWEST_QUALITY = 50;

const fround = Math.fround;

/**
 * @typedef {{coefficients: Float32Array, quality: number}} Spectrum 16 x 16 frequencies, row by row, and the quality 0-100
 * @typedef {{hex: string, quality: number}} PdqHash 64 hex digits, highest bit first
 */

/** @param {number} length side of the picture in pixels @returns {number} width of the averaging window */
const windowFor = (length) => Math.ceil(length / (2 * GRID));

/** @param {number} length @returns {Int32Array} the positions that stand for the 64 blocks */
function centresOf(length) {
  return Int32Array.from({ length: GRID }, (_, block) => Math.floor(((block + 0.5) * length) / GRID));
}

const COSINES = (() => {
  const scale = fround(Math.sqrt(2 / GRID));
  const matrix = new Float32Array(FREQUENCIES * GRID);
  for (let frequency = 0; frequency < FREQUENCIES; frequency++) {
    for (let k = 0; k < GRID; k++) {
      matrix[frequency * GRID + k] = scale * Math.cos((Math.PI / 2 / GRID) * (frequency + 1) * (2 * k + 1));
    }
  }
  return matrix;
})();

/**
 * Running mean along one row, its window shrinking at both ends.
 *
 * @param {Float32Array} input @param {number} offset of the first pixel @param {number} step to the next pixel
 * @param {Float32Array} output one mean per pixel @param {number} length @param {number} window
 */
function averageRow(input, offset, step, output, length, window) {
  const half = (window + 2) >> 1;
  let sum = 0;
  let size = 0;
  let right = offset;
  let left = offset;
  let at = 0;
  for (; size < half - 1; size++, right += step) sum = fround(sum + input[right]);
  while (size < window) {
    sum = fround(sum + input[right]);
    right += step;
    output[at++] = sum / ++size;
  }
  for (let remaining = length - window; remaining > 0; remaining--) {
    sum = fround(fround(sum + input[right]) - input[left]);
    right += step;
    left += step;
    output[at++] = sum / window;
  }
  while (at < length) {
    sum = fround(sum - input[left]);
    left += step;
    output[at++] = sum / --size;
  }
}

/** Running mean down the columns of a picture that arrives row by row. */
class ColumnAverage {
  /**
   * @param {number} width @param {number} height @param {(row: Float32Array, index: number) => void} emit
   * the row handed to `emit` is reused: copy what must be kept
   */
  constructor(width, height, emit) {
    this.width = width;
    this.window = windowFor(height);
    this.half = (this.window + 2) >> 1;
    this.emit = emit;
    this.sums = new Float32Array(width);
    this.mean = new Float32Array(width);
    this.ring = new Float32Array(width * this.window);
    this.received = 0;
    this.emitted = 0;
  }

  /** @param {Float32Array} row */
  push(row) {
    const { width, window, sums, mean, ring } = this;
    const slot = (this.received % window) * width;
    if (this.received < window) {
      const size = this.received + 1;
      for (let x = 0; x < width; x++) {
        const value = row[x];
        ring[slot + x] = value;
        sums[x] += value;
        mean[x] = sums[x] / size;
      }
    } else {
      for (let x = 0; x < width; x++) {
        const value = row[x];
        const sum = fround(fround(sums[x] + value) - ring[slot + x]);
        ring[slot + x] = value;
        sums[x] = sum;
        mean[x] = sum / window;
      }
    }
    if (++this.received >= this.half) this.emit(mean, this.emitted++);
  }

  /** Emits the rows near the lower edge, whose windows shrink. */
  finish() {
    const { width, window, sums, mean, ring } = this;
    for (let size = window - 1; this.emitted < this.received; size--) {
      const slot = ((this.received - size - 1) % window) * width;
      for (let x = 0; x < width; x++) {
        sums[x] -= ring[slot + x];
        mean[x] = sums[x] / size;
      }
      this.emit(mean, this.emitted++);
    }
  }
}

/** Takes the rows of one picture from top to bottom and answers its spectrum. */
export class PdqStream {
  /** @param {number} width @param {number} height in pixels */
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.grid = new Float32Array(GRID * GRID);
    this.tooSmall = width < SMALLEST_SIDE || height < SMALLEST_SIDE;
    this.unblurred = width === GRID && height === GRID;
    this.received = 0;
    if (this.tooSmall || this.unblurred) return;

    this.averaged = new Float32Array(width);
    const again = new Float32Array(width);
    const sampled = new Float32Array(GRID);
    const columns = centresOf(width);
    const rows = centresOf(height);
    let next = 0;
    const second = new ColumnAverage(GRID, height, (row, index) => {
      for (; next < GRID && rows[next] === index; next++) this.grid.set(row, next * GRID);
    });
    this.first = new ColumnAverage(width, height, (row) => {
      averageRow(row, 0, 1, again, width, windowFor(width));
      for (let block = 0; block < GRID; block++) sampled[block] = again[columns[block]];
      second.push(sampled);
    });
    this.second = second;
  }

  /** @param {Float32Array} luma @param {number} offset of the row's first pixel @param {number} [step] to the next pixel */
  push(luma, offset, step = 1) {
    if (this.unblurred) {
      for (let x = 0; x < GRID; x++) this.grid[this.received * GRID + x] = luma[offset + x * step];
    } else if (this.first && this.averaged) {
      averageRow(luma, offset, step, this.averaged, this.width, windowFor(this.width));
      this.first.push(this.averaged);
    }
    this.received++;
  }

  /** @returns {Spectrum} */
  finish() {
    if (this.received !== this.height) throw new RangeError(`Expected ${this.height} rows, got ${this.received}.`);
    if (this.tooSmall) return { coefficients: new Float32Array(FREQUENCIES * FREQUENCIES), quality: 0 };
    this.first?.finish();
    this.second?.finish();
    return { coefficients: transform(this.grid), quality: qualityOf(this.grid) };
  }
}

/** @param {Float32Array} grid 64 x 64 @returns {Float32Array} 16 x 16, the lowest frequencies without the constant */
function transform(grid) {
  const half = new Float32Array(FREQUENCIES * GRID);
  for (let i = 0; i < FREQUENCIES; i++) {
    for (let j = 0; j < GRID; j++) {
      let sum = 0;
      for (let k = 0; k < GRID; k++) sum = fround(sum + fround(COSINES[i * GRID + k] * grid[k * GRID + j]));
      half[i * GRID + j] = sum;
    }
  }
  const full = new Float32Array(FREQUENCIES * FREQUENCIES);
  for (let i = 0; i < FREQUENCIES; i++) {
    for (let j = 0; j < FREQUENCIES; j++) {
      let sum = 0;
      for (let k = 0; k < GRID; k++) sum = fround(sum + fround(half[i * GRID + k] * COSINES[j * GRID + k]));
      full[i * FREQUENCIES + j] = sum;
    }
  }
  return full;
}

/** @param {Float32Array} grid 64 x 64 @returns {number} 0-100: how much the picture changes from block to block */
function qualityOf(grid) {
  let steps = 0;
  const add = (/** @type {number} */ a, /** @type {number} */ b) => {
    steps += Math.abs(Math.trunc(fround(fround(fround(grid[a] - grid[b]) * 100) / 255)));
  };
  for (let at = 0; at < GRID * GRID; at++) {
    if (at < GRID * (GRID - 1)) add(at, at + GRID);
    if (at % GRID < GRID - 1) add(at, at + 1);
  }
  return Math.min(100, Math.trunc(steps / 90));
}

/** @param {Float32Array} coefficients @returns {string} the hash as 64 hex digits */
export function toHex(coefficients) {
  const median = coefficients.slice().sort()[127];
  let hex = "";
  for (let nibble = 63; nibble >= 0; nibble--) {
    let value = 0;
    for (let bit = 3; bit >= 0; bit--) value = value * 2 + Number(coefficients[nibble * 4 + bit] > median);
    hex += value.toString(16);
  }
  return hex;
}

/** @param {Float32Array} coefficients @returns {Float32Array} of the picture mirrored at its main diagonal */
export function transposed(coefficients) {
  return coefficients.map((_, at) => coefficients[(at % FREQUENCIES) * FREQUENCIES + Math.trunc(at / FREQUENCIES)]);
}

/**
 * Mirrors by changing signs, without another look at the pixels. Good to a few bits where the picture is large; a
 * small one must be flipped for real, because its sample points do not lie symmetrically.
 *
 * @param {Float32Array} coefficients @param {boolean} leftRight @param {boolean} topBottom @returns {Float32Array}
 */
export function mirrored(coefficients, leftRight, topBottom) {
  return coefficients.map((value, at) => {
    const oddColumn = at % 2 === 0;
    const oddRow = Math.trunc(at / FREQUENCIES) % 2 === 0;
    return (leftRight && oddColumn) !== (topBottom && oddRow) ? -value : value;
  });
}

const RED = new Float64Array(256).map((_, value) => value * 0.299);
const GREEN = new Float64Array(256).map((_, value) => value * 0.587);
const BLUE = new Float64Array(256).map((_, value) => value * 0.114);

/**
 * Brightness as `pdqhash` computes it: in float64, rounded once. Used for pictures.
 *
 * @param {Uint8Array | Uint8ClampedArray} rgba opaque pixels @param {Float32Array} luma @param {number} [start] in luma
 */
export function fillLuma(rgba, luma, start = 0) {
  for (let from = 0, to = start; from < rgba.length; from += 4, to++) {
    luma[to] = RED[rgba[from]] + GREEN[rgba[from + 1]] + BLUE[rgba[from + 2]];
  }
}

/**
 * A rectangle of a brightness plane to its spectrum, read in any orientation: `across` and `down` say how far it is to
 * the next pixel and to the next row.
 *
 * @param {Float32Array} luma
 * @param {{start: number, across: number, down: number, width: number, height: number}} view
 * @returns {Spectrum}
 */
export function spectrumOf(luma, { start, across, down, width, height }) {
  const stream = new PdqStream(width, height);
  for (let row = 0; row < height; row++) stream.push(luma, start + row * down, across);
  return stream.finish();
}

/** @param {Spectrum} spectrum @returns {PdqHash} */
export function toHash({ coefficients, quality }) {
  return { hex: quality === 0 && coefficients.every((value) => value === 0) ? "0".repeat(64) : toHex(coefficients), quality };
}
