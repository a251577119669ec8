/** Reads what the frame says to the page: bytes of one length, hex, known words, built anew. All else is refused. */

import { isShape } from "./kinds.js";

/**
 * @typedef {{name: "copy" | "view", size: number, sha256: string, sealed: Blob}} SealedPart `size` and `sha256` are of what is locked in it; "" where it counts for nothing
 * @typedef {{wrapped: Uint8Array, vouched: Uint8Array, kind: import("./kinds.js").FileKind, original: {sha256: string, pdq: string} | null, ending: string, parts: SealedPart[]}} Locked `ending` of the file's name
 */

export class FrameRefused extends Error {}

const [WRAP_BYTES, MARK_BYTES] = [81, 32];
const NAMES = /** @type {const} */ (["copy", "view"]);

/** @param {unknown} holds @returns {asserts holds} */
function require(holds) {
  if (!holds) throw new FrameRefused("The frame says something else than it may.");
}

/** @param {any} value @param {number} length @returns {Uint8Array} */
function readBytes(value, length) {
  require(value instanceof Uint8Array && value.length === length);
  return value.slice();
}

/** @param {any} value @param {number} digits @param {boolean} [optional] @returns {string} */
function readHex(value, digits, optional = false) {
  require(typeof value === "string" && ((optional && value === "") || new RegExp(`^[0-9a-f]{${digits}}$`).test(value)));
  return value;
}

/** @param {any} data @param {number} most bytes of a locked part @returns {Locked} */
export function readLocked({ wrapped, vouched, kind, original, ending, parts }, most) {
  require(Array.isArray(parts) && parts.length <= NAMES.length);
  const names = NAMES.slice(0, parts.length);
  require(isShape(kind, names, original !== null) && !(kind === "alone" && original?.pdq));
  require(typeof ending === "string" && /^[a-z0-9]{0,5}$/.test(ending));
  return {
    wrapped: readBytes(wrapped, WRAP_BYTES),
    vouched: readBytes(vouched, MARK_BYTES),
    kind,
    ending,
    original: original === null ? null : { sha256: readHex(original?.sha256, 64), pdq: readHex(original?.pdq, 64, true) },
    parts: names.map((name, at) => {
      const { size, sha256, sealed } = parts[at];
      require(parts[at].name === name && sealed instanceof Blob && sealed.size <= most && Number.isInteger(size) && size > 0 && size < sealed.size);
      return { name, size, sha256: readHex(sha256, 64, name === "view"), sealed };
    }),
  };
}
