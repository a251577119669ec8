/**
 * The format `lwf1` of a locked file: a head of 16 bytes (magic, suite, 7 random bytes, chunk size), then chunks of 64 KiB,
 * each sealed by AES-256-GCM. A chunk's nonce is those 7 bytes, its number and whether it is the last; the head is authenticated
 * with each. The last one is filled up as texts are (0x80, zeros), so that a size tells no more than a number of chunks. The key follows from
 * the item's key and the part's name. The same in Python: leeward/victim/locker/rules/lwf1.py; both read tests/victim/locker/lwf1.json.
 */
import { bigEndian, deriveKey, join, utf8 } from "./bytes.js";

/**
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {"copy" | "view"} Part
 * @typedef {"head" | "size" | "cut" | "moved" | "foreign" | "filling"} Damage
 */

export const CHUNK_BYTES = 64 * 1024;
export const HEAD_BYTES = 16;
const TAG_BYTES = 16;
const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES;
const PREFIX_BYTES = 7;
/** Magic, and the one suite: AES-256-GCM under HKDF-SHA256. */
const START = join(utf8("lwf1"), [1]);
const FILLING_MARK = 0x80;
/** Chunks: to read each by itself would take longer than to seal it. */
const READ_AT_ONCE = 64;
/** Where a chunk is looked for that does not open in its place: 64 MiB. */
const PLACES = 1024;

export class FileDamaged extends Error {
  /** @param {Damage} damage @param {number} [chunk] where */
  constructor(damage, chunk) {
    super(chunk === undefined ? damage : `${damage}, chunk ${chunk}`);
    this.damage = damage;
  }
}

/** @param {number} size @returns {number} how many chunks a file of so many bytes has: there is always room for the mark of its end */
const chunksFor = (size) => Math.floor(size / CHUNK_BYTES) + 1;

/** @param {number} size @returns {number} bytes of the locked file */
export const sealedSize = (size) => HEAD_BYTES + chunksFor(size) * SEALED_BYTES;

/** @param {Bytes} itemKey @param {Part} part @returns {Promise<Bytes>} what locks and opens that part alone */
export const partKey = (itemKey, part) => deriveKey(itemKey, `leeward/lwf1/${part}`);

/** @param {Bytes} head @param {number} chunk @param {boolean} isLast */
const lockOf = (head, chunk, isLast) => ({
  name: "AES-GCM",
  iv: join(head.subarray(START.length, START.length + PREFIX_BYTES), bigEndian(chunk, 4), [Number(isLast)]),
  additionalData: head,
});

/**
 * Locks a file, a chunk after the other; the head comes first.
 *
 * @param {Blob} file @param {Bytes} key of the part
 * @param {Bytes} [prefix] 7 bytes that no file under this key has had
 * @returns {AsyncGenerator<Bytes>}
 */
export async function* seal(file, key, prefix = crypto.getRandomValues(new Uint8Array(PREFIX_BYTES))) {
  const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const head = join(START, prefix, bigEndian(CHUNK_BYTES, 4));
  yield head;
  const count = chunksFor(file.size);
  for (let from = 0; from < count; from += READ_AT_ONCE) {
    const read = new Uint8Array(await file.slice(from * CHUNK_BYTES, (from + READ_AT_ONCE) * CHUNK_BYTES).arrayBuffer());
    for (let chunk = from; chunk < Math.min(count, from + READ_AT_ONCE); chunk++) {
      const plain = read.subarray((chunk - from) * CHUNK_BYTES, (chunk - from + 1) * CHUNK_BYTES);
      const isLast = chunk === count - 1;
      const filled = isLast ? join(plain, [FILLING_MARK], new Uint8Array(CHUNK_BYTES - plain.length - 1)) : plain;
      yield new Uint8Array(await crypto.subtle.encrypt(lockOf(head, chunk, isLast), imported, filled));
    }
  }
}

/**
 * Opens a locked file. Throws FileDamaged, which says what is wrong and where.
 *
 * @param {Blob} file @param {Bytes} key of the part @returns {AsyncGenerator<Bytes>} what is in it, a chunk after the other
 */
export async function* open(file, key) {
  const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
  const read = async (/** @type {number} */ from, /** @type {number} */ length) => new Uint8Array(await file.slice(from, from + length).arrayBuffer());
  const head = await read(0, HEAD_BYTES);
  const expected = join(START, head.subarray(START.length, START.length + PREFIX_BYTES), bigEndian(CHUNK_BYTES, 4));
  if (head.length !== HEAD_BYTES || head.some((byte, at) => byte !== expected[at])) throw new FileDamaged("head");
  const count = (file.size - HEAD_BYTES) / SEALED_BYTES;
  if (!Number.isInteger(count) || count < 1) throw new FileDamaged("size");
  for (let chunk = 0; chunk < count; chunk++) {
    const sealed = await read(HEAD_BYTES + chunk * SEALED_BYTES, SEALED_BYTES);
    const attempt = (/** @type {number} */ number, /** @type {boolean} */ last) =>
      crypto.subtle.decrypt(lockOf(head, number, last), imported, sealed).then((opened) => new Uint8Array(opened), () => null);
    const isLast = chunk === count - 1;
    const plain = (await attempt(chunk, isLast)) ?? (await explain(attempt, chunk, isLast));
    yield isLast ? unfilled(plain, chunk) : plain;
  }
}

/**
 * A chunk that does not open where it stands: whether it would elsewhere.
 *
 * @param {(number: number, last: boolean) => Promise<Bytes | null>} attempt @param {number} chunk @param {boolean} isLast
 * @returns {Promise<never>}
 */
async function explain(attempt, chunk, isLast) {
  if (isLast && (await attempt(chunk, false))) throw new FileDamaged("cut", chunk);
  for (let other = 0; other < PLACES; other++) {
    if ((await attempt(other, false)) ?? (await attempt(other, true))) throw new FileDamaged("moved", chunk);
  }
  throw new FileDamaged("foreign", chunk);
}

/** @param {Bytes} filled @param {number} chunk @returns {Bytes} */
function unfilled(filled, chunk) {
  let end = filled.length - 1;
  while (end > 0 && filled[end] === 0) end--;
  if (filled[end] !== FILLING_MARK) throw new FileDamaged("filling", chunk);
  return filled.subarray(0, end);
}
