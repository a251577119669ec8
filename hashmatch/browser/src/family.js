/**
 * The hash family of one picture: the hash of the picture as it is, of its eight orientations, of the picture without
 * its border and of its centre crops, so that a copy that was turned, framed or cropped is still found.
 *
 * The rules are those of `hashmatch/vectors/README.md`; Python follows the same ones.
 */
import { PdqStream, fillLuma, mirrored, spectrumOf, toHash, transposed } from "./pdq.js";

/**
 * @typedef {[variant: string, hex: string, quality: number]} Member
 * @typedef {{left: number, top: number, width: number, height: number}} Box
 * @typedef {object} RowSource pixels of one picture, readable in strips and as often as needed
 * @property {number} width
 * @property {number} height
 * @property {(top: number, rows: number) => Uint8Array | Uint8ClampedArray} read whole rows, opaque RGBA
 * @property {(ground: "black" | "white") => void} [over] on what it lies from now on; at first on black
 */

/** Rows read at a time: 256 rows of a phone photo stay below every engine's canvas limit. */
export const STRIP_ROWS = 256;
/** From this short side on, mirrored hashes are taken from the frequencies: at most 14 bits off, and free. */
const LARGE_SIDE = 1024;
/** Smaller cut-outs say too little. */
const SMALLEST_CUT = 64;
const CROP_PERCENTAGES = [2, 4, 6, 8, 10, 12, 14, 16, 18, 20];
/** A border line holds grey values this close to each other, and to the first line of its side. */
const BORDER_SPREAD = 16;

/**
 * The centre crops of a picture.
 *
 * @param {number} width @param {number} height
 * @returns {[variant: string, box: Box][]}
 */
export function cropBoxes(width, height) {
  /** @type {[string, Box][]} */
  const crops = [];
  for (const percentage of CROP_PERCENTAGES) {
    const left = Math.floor((width * percentage) / 200);
    const top = Math.floor((height * percentage) / 200);
    const box = { left, top, width: width - 2 * left, height: height - 2 * top };
    if ((left || top) && Math.min(box.width, box.height) >= SMALLEST_CUT) {
      crops.push([`crop${String(percentage).padStart(2, "0")}`, box]);
    }
  }
  return crops;
}

/**
 * Whole-number grey, used only to find a border.
 *
 * @param {Uint8Array | Uint8ClampedArray} rgba @param {Uint8Array} grey @param {number} start in grey
 */
function fillGrey(rgba, grey, start) {
  for (let from = 0, to = start; from < rgba.length; from += 4, to++) {
    grey[to] = ((299 * rgba[from] + 587 * rgba[from + 1] + 114 * rgba[from + 2] + 500) / 1000) | 0;
  }
}

/**
 * The picture without its uniform border, or null where it has none or too little would be left.
 *
 * @param {Uint8Array} grey @param {number} width @param {number} height
 * @returns {Box | null}
 */
export function findTrimmedBox(grey, width, height) {
  let [left, top, right, bottom] = [0, 0, width, height];
  const mostAcross = Math.floor((width * 2) / 5);
  const mostDown = Math.floor((height * 2) / 5);

  /** @param {number} start @param {number} step @param {number} count @returns {{mean: number, flat: boolean}} */
  const line = (start, step, count) => {
    let [sum, least, most] = [0, 255, 0];
    for (let i = 0, at = start; i < count; i++, at += step) {
      const value = grey[at];
      sum += value;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    return { mean: Math.floor(sum / count), flat: most - least <= BORDER_SPREAD };
  };
  const row = (/** @type {number} */ y) => line(y * width + left, 1, right - left);
  const column = (/** @type {number} */ x) => line(top * width + x, width, bottom - top);
  /** @param {() => {mean: number, flat: boolean}} outermost @param {() => boolean} mayShrink @param {() => void} shrink */
  const takeOff = (outermost, mayShrink, shrink) => {
    let current = outermost();
    const first = current.mean;
    while (current.flat && Math.abs(current.mean - first) <= BORDER_SPREAD && mayShrink()) {
      shrink();
      current = outermost();
    }
  };
  for (let round = 0; round < 2; round++) {
    takeOff(() => row(top), () => top < mostDown, () => top++);
    takeOff(() => row(bottom - 1), () => height - bottom < mostDown, () => bottom--);
    takeOff(() => column(left), () => left < mostAcross, () => left++);
    takeOff(() => column(right - 1), () => width - right < mostAcross, () => right--);
  }
  const box = { left, top, width: right - left, height: bottom - top };
  const whole = box.width === width && box.height === height;
  return whole || Math.min(box.width, box.height) < SMALLEST_CUT ? null : box;
}

/**
 * All hashes of one picture, in the order of the vectors, whatever their quality.
 *
 * @param {RowSource} source
 * @param {(done: number) => void} [onProgress] from 0 to 1
 * @returns {Member[]}
 */
export function hashFamily(source, onProgress = () => {}) {
  const { width, height } = source;
  const small = Math.min(width, height) < LARGE_SIDE;
  const luma = new Float32Array(width * (small ? height : Math.min(STRIP_ROWS, height)));
  const grey = new Uint8Array(width * height);
  const upright = new PdqStream(width, height);
  const crops = cropBoxes(width, height).map(([variant, box]) => ({ variant, box, stream: new PdqStream(box.width, box.height) }));

  for (let top = 0; top < height; top += STRIP_ROWS) {
    const rows = Math.min(STRIP_ROWS, height - top);
    const rgba = source.read(top, rows);
    const start = small ? top * width : 0;
    fillLuma(rgba, luma, start);
    fillGrey(rgba, grey, top * width);
    for (let y = top, at = start; y < top + rows; y++, at += width) {
      upright.push(luma, at);
      for (const { box, stream } of crops) {
        if (y >= box.top && y < box.top + box.height) stream.push(luma, at + box.left);
      }
    }
    onProgress((top + rows) / height);
  }

  const straight = upright.finish();
  const box = findTrimmedBox(grey, width, height);
  /** @type {[string, import("./pdq.js").Spectrum][]} */
  const spectra = [["upright", straight], ...(small ? movedPixels(luma, width, height) : changedSigns(straight))];
  if (box) spectra.push(["trimmed", small ? spectrumOf(luma, viewOf(box, width)) : spectrumOfBox(source, luma, box)]);
  for (const { variant, stream } of crops) spectra.push([variant, stream.finish()]);
  return spectra.map(([variant, spectrum]) => {
    const { hex, quality } = toHash(spectrum);
    return [variant, hex, quality];
  });
}

/** @param {Box} box @param {number} stride pixels in a row of the plane */
const viewOf = ({ left, top, width, height }, stride) => ({ start: top * stride + left, across: 1, down: stride, width, height });

/**
 * The seven other orientations of a small picture, from really moved pixels: its 64 sample points do not lie
 * symmetrically, so that hashes from changed signs would be up to 100 bits off.
 *
 * @param {Float32Array} luma @param {number} width @param {number} height
 * @returns {[string, import("./pdq.js").Spectrum][]}
 */
function movedPixels(luma, width, height) {
  const right = width - 1;
  const bottom = (height - 1) * width;
  const as = { width, height };
  const turned = { width: height, height: width };
  return [
    ["rot90", spectrumOf(luma, { start: right, across: width, down: -1, ...turned })],
    ["rot180", spectrumOf(luma, { start: bottom + right, across: -1, down: -width, ...as })],
    ["rot270", spectrumOf(luma, { start: bottom, across: -width, down: 1, ...turned })],
    ["flipx", spectrumOf(luma, { start: right, across: -1, down: width, ...as })],
    ["flipy", spectrumOf(luma, { start: bottom, across: 1, down: -width, ...as })],
    ["flipplus", spectrumOf(luma, { start: 0, across: width, down: 1, ...turned })],
    ["flipminus", spectrumOf(luma, { start: bottom + right, across: -width, down: -1, ...turned })],
  ];
}

/** @param {import("./pdq.js").Spectrum} upright @returns {[string, import("./pdq.js").Spectrum][]} as above, of a large picture */
function changedSigns({ coefficients, quality }) {
  const across = mirrored(coefficients, true, false);
  const down = mirrored(coefficients, false, true);
  const both = mirrored(coefficients, true, true);
  /** @type {[string, Float32Array][]} */
  const signs = [
    ["rot90", transposed(across)],
    ["rot180", both],
    ["rot270", transposed(down)],
    ["flipx", across],
    ["flipy", down],
    ["flipplus", transposed(coefficients)],
    ["flipminus", transposed(both)],
  ];
  return signs.map(([variant, changed]) => [variant, { coefficients: changed, quality }]);
}

/** @param {RowSource} source @param {Float32Array} luma room for one strip @param {Box} box */
function spectrumOfBox(source, luma, box) {
  const stream = new PdqStream(box.width, box.height);
  for (let top = box.top; top < box.top + box.height; top += STRIP_ROWS) {
    const rows = Math.min(STRIP_ROWS, box.top + box.height - top);
    fillLuma(source.read(top, rows), luma);
    for (let row = 0; row < rows; row++) stream.push(luma, row * source.width + box.left);
  }
  return stream.finish();
}
