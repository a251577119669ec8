/**
 * The one thing that leaves the device: a short list of hashes. Both sides of every boundary read it field by field
 * and build it anew, so that nothing can ride along.
 */
import { LOWEST_QUALITY } from "./pdq.js";

export const SPEC = "leeward-hashes:1";
export const MOST_PICTURES = 50;
export const MOST_FRAMES = 3000;
const MOST_CHARACTERS = { image: 4_000, video: 512_000 };
const PATHS = { image: ["native", "wasm", "bytes"], video: ["webcodecs", "element", "bytes"] };
const ORIENTATIONS = ["upright", "rot90", "rot180", "rot270", "flipx", "flipy", "flipplus", "flipminus"];
const CUTS = ["trimmed", ...[2, 4, 6, 8, 10, 12, 14, 16, 18, 20].map((percentage) => `crop${String(percentage).padStart(2, "0")}`)];
const VARIANTS = { image: [...ORIENTATIONS, ...CUTS], video: ["frame"] };

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

/** @param {unknown} value @param {string} where @param {"image" | "video"} kind @returns {Member[]} */
function readMembers(value, where, kind) {
  require(Array.isArray(value) && value.length <= MOST_FRAMES, `${where} must be a list of at most ${MOST_FRAMES} hashes`);
  const seen = new Set();
  return value.map((/** @type {unknown} */ item, at) => {
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
    return [variant, hex, quality];
  });
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
  const picture = {
    kind,
    path,
    approx: found.approx,
    md5: readHex(found.md5, `${where}.md5`, 32),
    sha256: readHex(found.sha256, `${where}.sha256`, 64),
    pdq,
  };
  require(JSON.stringify(picture).length <= MOST_CHARACTERS[kind], `${where} is too long`);
  return picture;
}

/** @param {unknown} value @returns {Payload} built anew */
export function readPayload(value) {
  const found = readObject(value, "payload", ["spec", "pictures"]);
  require(found.spec === SPEC, `payload.spec must be "${SPEC}"`);
  const { pictures } = found;
  require(Array.isArray(pictures) && pictures.length <= MOST_PICTURES, `payload.pictures must be a list of at most ${MOST_PICTURES}`);
  return { spec: SPEC, pictures: pictures.map((/** @type {unknown} */ picture, at) => readPicture(picture, `payload.pictures[${at}]`)) };
}

/**
 * Leaves out what is too plain to be recognised safely.
 *
 * @param {Member[]} members @returns {Member[]} none at all where the picture itself is too plain
 */
export function usableMembers(members) {
  const usable = members.filter(([, , quality]) => quality >= LOWEST_QUALITY);
  return usable[0]?.[0] === members[0]?.[0] ? usable : [];
}
