/** Hashes of pixels that somebody else has decoded, in a browser or under Node. Whether they are true is the caller's to know. */
import { hashFamily } from "./family.js";
import { PdqStream, fillLuma, toHash } from "./pdq.js";

/** @typedef {{data: Uint8Array | Uint8ClampedArray, width: number, height: number}} Pixels opaque RGBA, row by row, as ImageData has them */

/**
 * PDQ of one picture at full size, bit for bit that of `pdqhash`.
 *
 * @param {Pixels} pixels @returns {import("./pdq.js").PdqHash}
 */
export function hashPixels({ data, width, height }) {
  const stream = new PdqStream(width, height);
  const luma = new Float32Array(width);
  for (let row = 0; row < height; row++) {
    fillLuma(data.subarray(row * width * 4, (row + 1) * width * 4), luma);
    stream.push(luma, 0);
  }
  return toHash(stream.finish());
}

/**
 * The whole family: upright, turned, mirrored, trimmed and cropped, whatever the quality. A hash of quality under 50 says nothing.
 *
 * @param {Pixels} pixels @returns {import("./family.js").Member[]}
 */
export function hashFamilyOfPixels({ data, width, height }) {
  return hashFamily({ width, height, read: (top, rows) => data.subarray(top * width * 4, (top + rows) * width * 4) });
}
