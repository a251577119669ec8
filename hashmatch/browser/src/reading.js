/** Reads what a worker says: numbers in their range, known words, hex of one length, built anew. All else is refused. */

/** @returns {never} */
function refuse() {
  throw new TypeError("A worker said something else than it may.");
}

/** @param {unknown} value @param {number} most @returns {number} from 0 to `most` */
export const readNumber = (value, most) => (typeof value === "number" && value >= 0 && value <= most ? value : refuse());

/** @template {string} Word @param {unknown} value @param {readonly Word[]} words @returns {Word} */
export const readWord = (value, words) => words.find((word) => word === value) ?? refuse();

/** @param {unknown} value @param {number} digits @returns {string} */
const readHex = (value, digits) => (typeof value === "string" && value.length === digits && /^[0-9a-f]+$/.test(value) ? value : refuse());

/** @param {any} value @param {"image" | "video"} kind of the file @param {number} most hashes @returns {import("./payload.js").Picture} */
export function readPicture(value, kind, most) {
  if (!Array.isArray(value.pdq) || value.pdq.length > most) refuse();
  return {
    kind: readWord(value.kind, [kind]),
    path: readWord(value.path, PAYLOAD.PATHS[kind]),
    approx: value.approx === true,
    md5: readHex(value.md5, 32),
    sha256: readHex(value.sha256, 64),
    pdq: Array.from(value.pdq, ([variant, hex, quality]) => [
      readWord(variant, PAYLOAD.VARIANTS[kind]),
      readHex(hex, 64),
      Math.round(readNumber(quality, 100)),
    ]),
  };
}
