/**
 * The one thing that leaves the device: a short list of hashes. Both sides of every boundary read it field by field
 * and build it anew, so that nothing can ride along.
 */
import { LOWEST_QUALITY } from "./pdq.js";

export const SPEC = "leeward-hashes:1";
/** In one sending; a video counts as two. What was computed and measured: docs/decisions/0021 and 0062. */
export const MOST_PICTURES = 30;
export const MOST_FRAMES = 24;
const WEIGHTS = { image: 1, video: 2 };
/** A hash sets the bits above the median of 256 frequencies: 128, and fewer only where some are equal. */
const [FEWEST_SET, MOST_SET] = [96, 128];
/** Two unrelated hashes differ in 128 bits, give or take 8. Turned by its bits alone, one is at most 104 off. */
const MOST_OFF = 112;
/** A frame this close to the one before adds nothing. */
export const ALIKE = 10;
export const PATHS = { image: ["native", "wasm", "bytes"], video: ["webcodecs", "element", "bytes"] };
const ORIENTATIONS = ["upright", "rot90", "rot180", "rot270", "flipx", "flipy", "flipplus", "flipminus"];
const CUTS = ["trimmed", ...[2, 4, 6, 8, 10, 12, 14, 16, 18, 20].map((percentage) => `crop${String(percentage).padStart(2, "0")}`)];
/** What mirroring changes in a hash: every second column of frequencies, every second row, or both. */
const [ACROSS, DOWN, BOTH] = ["5", "0000ffff", "5555aaaa"].map((part) => toNumber(part.repeat(64 / part.length)));
/** The same for each orientation, and for which of them rows become columns first. */
const MIRRORED = [0n, DOWN, BOTH, ACROSS, ACROSS, DOWN, 0n, BOTH];
const TRANSPOSED = ["rot90", "rot270", "flipplus", "flipminus"];
export const VARIANTS = { image: [...ORIENTATIONS, ...CUTS], video: ["frame"] };

/**
 * @typedef {[variant: string, hex: string, quality: number]} Member
 * @typedef {object} Picture
 * @property {"image" | "video"} kind
 * @property {string} path how it was read; "bytes" where only MD5 and SHA-256 could be made
 * @property {boolean} approx read at a reduced size because the device is short of memory
 * @property {string} md5
 * @property {string} sha256
 * @property {Member[]} pdq
 * @typedef {{spec: string, pictures: Picture[]}} Payload
 */

export class PayloadError extends Error {}

/** @param {unknown} holds @param {string} what @returns {asserts holds} */
function require(holds, what) {
  if (!holds) throw new PayloadError(what);
}

/**
 * @param {unknown} value @param {string} where @param {string[]} names every one of them, and no other
 * @returns {Record<string, unknown>}
 */
function readObject(value, where, names) {
  require(typeof value === "object" && value !== null && !Array.isArray(value), `${where} must be an object`);
  const found = /** @type {Record<string, unknown>} */ (value);
  for (const name of Object.keys(found)) require(names.includes(name), `${where} has the unknown field ${JSON.stringify(name)}`);
  for (const name of names) require(Object.hasOwn(found, name), `${where} lacks the field "${name}"`);
  return found;
}

/** @param {unknown} value @param {string} where @param {number} digits @returns {string} */
function readHex(value, where, digits) {
  require(typeof value === "string" && value.length === digits && /^[0-9a-f]+$/.test(value), `${where} must be ${digits} digits 0-9 a-f`);
  return value;
}

/** @param {unknown} value @param {string} where @param {string[]} allowed @returns {string} */
function readChoice(value, where, allowed) {
  require(typeof value === "string" && allowed.includes(value), `${where} must be one of ${allowed.join(", ")}`);
  return value;
}

/** @param {string} hex @returns {bigint} */
function toNumber(hex) {
  return BigInt(`0x${hex}`);
}

/** @param {bigint} number @returns {number} */
function countBits(number) {
  let bits = 0;
  for (let left = number; left; left &= left - 1n) bits++;
  return bits;
}

/** @param {bigint} hash @returns {bigint} its 16 rows of 16 frequencies as columns */
function transposed(hash) {
  let result = 0n;
  for (let at = 0n; at < 256n; at++) result |= ((hash >> at) & 1n) << ((at % 16n) * 16n + at / 16n);
  return result;
}

/**
 * Which members can be those of one picture, or the frames of one video. Each orientation nearly follows from the
 * upright hash, each crop is somewhat like the one before it, and a frame is kept only where it differs from the last.
 *
 * @param {Member[]} members @returns {boolean[]}
 */
function likely(members) {
  const hashes = members.map(([, hex]) => toNumber(hex));
  let last = hashes[0];
  return members.map(([variant], at) => {
    const hash = hashes[at];
    const set = countBits(hash);
    if (set < FEWEST_SET || set > MOST_SET) return false;
    if (at === 0 || variant === "trimmed") return true;
    const turn = ORIENTATIONS.indexOf(variant);
    if (turn > 0) return countBits(hash ^ MIRRORED[turn] ^ (TRANSPOSED.includes(variant) ? transposed(hashes[0]) : hashes[0])) <= MOST_OFF;
    const off = countBits(hash ^ last);
    const fits = variant === "frame" ? off > ALIKE : off <= MOST_OFF;
    if (fits) last = hash;
    return fits;
  });
}

/** @param {unknown} value @param {string} where @param {"image" | "video"} kind @returns {Member[]} */
function readMembers(value, where, kind) {
  require(Array.isArray(value) && value.length <= MOST_FRAMES, `${where} must be a list of at most ${MOST_FRAMES} hashes`);
  const seen = new Set();
  let order = -1;
  /** @type {Member[]} */
  const members = value.map((/** @type {unknown} */ item, at) => {
    const here = `${where}[${at}]`;
    require(Array.isArray(item) && item.length === 3, `${here} must be [variant, hash, quality]`);
    const variant = readChoice(item[0], `${here}[0]`, VARIANTS[kind]);
    const hex = readHex(item[1], `${here}[1]`, 64);
    const quality = Number(item[2]);
    const fits = item[2] === quality && Number.isInteger(quality) && quality >= LOWEST_QUALITY && quality <= 100;
    require(fits, `${here}[2] must be a whole number from ${LOWEST_QUALITY} to 100`);
    const key = kind === "image" ? variant : hex;
    require(!seen.has(key), `${here} is there twice`);
    seen.add(key);
    require(VARIANTS[kind].indexOf(variant) >= order, `${here} must come before the one before it`);
    order = VARIANTS[kind].indexOf(variant);
    return [variant, hex, quality];
  });
  likely(members).forEach((fits, at) => require(fits, `${where}[${at}] cannot be of the same ${kind} as the others`));
  return members;
}

/** @param {unknown} value @param {string} [where] @returns {Picture} built anew */
export function readPicture(value, where = "picture") {
  const found = readObject(value, where, ["kind", "path", "approx", "md5", "sha256", "pdq"]);
  const kind = /** @type {"image" | "video"} */ (readChoice(found.kind, `${where}.kind`, ["image", "video"]));
  const path = readChoice(found.path, `${where}.path`, PATHS[kind]);
  require(typeof found.approx === "boolean", `${where}.approx must be true or false`);
  const pdq = readMembers(found.pdq, `${where}.pdq`, kind);
  require((path === "bytes") === (pdq.length === 0), `${where}.path must be "bytes" where there are no PDQ hashes, and only there`);
  require(kind === "video" || path === "bytes" || pdq[0][0] === "upright", `${where}.pdq must begin with "upright"`);
  return {
    kind,
    path,
    approx: found.approx,
    md5: readHex(found.md5, `${where}.md5`, 32),
    sha256: readHex(found.sha256, `${where}.sha256`, 64),
    pdq,
  };
}

/** @param {{kind: "image" | "video"}[]} chosen @returns {number} how much of MOST_PICTURES they take */
export const weigh = (chosen) => chosen.reduce((sum, { kind }) => sum + WEIGHTS[kind], 0);

/** @param {unknown} value @returns {Payload} built anew */
export function readPayload(value) {
  const found = readObject(value, "payload", ["spec", "pictures"]);
  require(found.spec === SPEC, `payload.spec must be "${SPEC}"`);
  const most = `payload.pictures must be a list of at most ${MOST_PICTURES}, where a video counts as two`;
  require(Array.isArray(found.pictures) && found.pictures.length <= MOST_PICTURES, most);
  const pictures = found.pictures.map((/** @type {unknown} */ picture, at) => readPicture(picture, `payload.pictures[${at}]`));
  require(weigh(pictures) <= MOST_PICTURES, most);
  return { spec: SPEC, pictures };
}

/**
 * Leaves out what is too plain to be recognised safely, and what no reader would take.
 *
 * @param {Member[]} members @returns {Member[]} none at all where that is so of the picture itself
 */
export function usableMembers(members) {
  const clear = members.filter(([, , quality]) => quality >= LOWEST_QUALITY);
  if (clear[0]?.[0] !== members[0]?.[0]) return [];
  const fits = likely(clear);
  return fits[0] || clear[0]?.[0] === "frame" ? clear.filter((_, at) => fits[at]) : [];
}
