/** What the tests of locked files share: contents by a formula, and how a locked file is harmed; `locked.py` has the same. */

const HEAD_BYTES = 16;
const SEALED_BYTES = 64 * 1024 + 16;

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** @param {number} size @returns {Uint8Array<ArrayBuffer>} */
export const contentOf = (size) => Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8) * 7) & 255);

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<string>} */
export const digestOf = async (bytes) => Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");

/** @param {AsyncIterable<Uint8Array<ArrayBuffer>>} chunks @returns {Promise<Uint8Array<ArrayBuffer>>} all of them as one */
export async function whole(chunks) {
  const parts = [];
  for await (const chunk of chunks) parts.push(chunk);
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** @param {Uint8Array<ArrayBuffer>} sealed @returns {Uint8Array<ArrayBuffer>[]} its head and its chunks */
export function chunksOf(sealed) {
  const count = (sealed.length - HEAD_BYTES) / SEALED_BYTES;
  return [sealed.slice(0, HEAD_BYTES), ...Array.from({ length: count }, (_, at) => sealed.slice(HEAD_BYTES + at * SEALED_BYTES, HEAD_BYTES + (at + 1) * SEALED_BYTES))];
}

/** @param {Uint8Array<ArrayBuffer>} bytes @param {number} at @returns {Uint8Array<ArrayBuffer>} with one bit changed */
const flip = (bytes, at) => bytes.map((byte, place) => (place === at ? byte ^ 1 : byte));

/** @typedef {Uint8Array<ArrayBuffer>[]} Chunks a head, and four chunks */
/** @type {Record<string, (chunks: Chunks, others: {part: Chunks, file: Chunks}) => Chunks>} `others`: the same content under the view's key, and under another prefix */
export const HARMS = {
  "two chunks swapped": ([head, first, second, ...rest]) => [head, second, first, ...rest],
  "a chunk repeated": ([head, first, second, ...rest]) => [head, first, first, second, ...rest],
  "a chunk left out": ([head, first, , ...rest]) => [head, first, ...rest],
  "the last chunk cut off": (chunks) => chunks.slice(0, -1),
  "cut within a chunk": ([head, first, second]) => [head, first, second.slice(0, 1000)],
  "the last chunk twice": (chunks) => [...chunks, chunks[chunks.length - 1]],
  "nothing but a head": ([head]) => [head],
  "a chunk of another file": ([head, , ...rest], { file }) => [head, file[1], ...rest],
  "a chunk of another part": ([head, , ...rest], { part }) => [head, part[1], ...rest],
  "the head of another file": ([, ...rest], { file }) => [file[0], ...rest],
  "one bit of a chunk changed": ([head, first, ...rest]) => [head, flip(first, 5000), ...rest],
  "another magic": ([head, ...rest]) => [flip(head, 0), ...rest],
  "another suite": ([head, ...rest]) => [flip(head, 4), ...rest],
  "another chunk size": ([head, ...rest]) => [flip(head, 15), ...rest],
};
