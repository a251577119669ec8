/**
 * Finishes a pack: a stored ZIP archive without the files that its manifest names and the server has no content of. Each is put in once its SHA-256 is
 * the manifest's. The archive's own bytes stay as they are; behind them come the files, then its list, written anew. Nothing is copied: all are parts
 * of one blob.
 */
import { join, toHex, utf8 } from "./bytes.js";

/**
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {"archive" | "changed" | "missing" | "large"} Flaw `archive`: it is no such archive; `changed`: a file is not the one that the manifest names
 */

const FOLDER = "pages/";
const MANIFEST = `${FOLDER}manifest-sha256.txt`;
/** Lengths and marks of a ZIP archive (APPNOTE 4.3): head of a file, line of the list, end. */
const [HEAD, LINE, END] = [30, 46, 22];
const [LINE_MARK, END_MARK] = [0x02014b50, 0x06054b50];
/** What the fields hold; beyond it an archive would need ZIP64. */
const [MOST_FILES, MOST_BYTES] = [0xfffe, 0xfffffffe];
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});

export class PackRefused extends Error {
  /** @param {Flaw} flaw @param {string} [path] of which file */
  constructor(flaw, path = "") {
    super(`${flaw}: ${path}`);
    this.flaw = flaw;
    this.path = path;
  }
}

/** @param {Bytes} bytes @returns {number} CRC-32 as ZIP has it */
export function crc32(bytes) {
  let crc = -1;
  for (let at = 0; at < bytes.length; at++) crc = CRC_TABLE[(crc ^ bytes[at]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** @param {Blob} blob @returns {Promise<Bytes>} */
const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());
/** @param {Bytes} bytes @param {number} [at] */
const viewOf = (bytes, at = 0) => new DataView(bytes.buffer, bytes.byteOffset + at);
/** @param {Bytes} bytes */
const textOf = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

/** @param {Bytes} list @returns {Map<string, Bytes>} lines of its list by the file's name */
function linesOf(list) {
  const lines = new Map();
  for (let at = 0; at < list.length; ) {
    const view = viewOf(list, at);
    if (view.byteLength < LINE || view.getUint32(0, true) !== LINE_MARK) throw new PackRefused("archive");
    const length = view.getUint16(28, true);
    const next = at + LINE + length + view.getUint16(30, true) + view.getUint16(32, true);
    lines.set(textOf(list.subarray(at + LINE, at + LINE + length)), list.subarray(at, next));
    at = next;
  }
  return lines;
}

/** @param {Blob} archive @param {Bytes | undefined} line of the list @returns {Promise<string>} a stored file as text */
async function readText(archive, line) {
  if (!line || viewOf(line).getUint16(10, true) !== 0) throw new PackRefused("archive");
  const [size, start] = [viewOf(line).getUint32(24, true), viewOf(line).getUint32(42, true)];
  const head = viewOf(await bytesOf(archive.slice(start, start + HEAD)));
  const from = start + HEAD + head.getUint16(26, true) + head.getUint16(28, true);
  return textOf(await bytesOf(archive.slice(from, from + size)));
}

/**
 * @param {Blob} archive as the server made it
 * @returns {Promise<{missing: Map<string, string>, add: (path: string, content: Blob) => Promise<void>, finish: () => Blob}>}
 *   `missing`: SHA-256 of each file that is not in it yet, by its path; `add` puts one in; `finish` gives the whole. All throw PackRefused.
 */
export async function openPack(archive) {
  const end = await bytesOf(archive.slice(-END));
  if (end.length !== END || viewOf(end).getUint32(0, true) !== END_MARK) throw new PackRefused("archive");
  const [length, start] = [viewOf(end).getUint32(12, true), viewOf(end).getUint32(16, true)];
  const list = await bytesOf(archive.slice(start, start + length));
  const lines = linesOf(list);
  const manifest = (await readText(archive, lines.get(MANIFEST))).trimEnd().split("\n");
  const missing = new Map();
  for (const [, digest, path] of manifest.map((line) => /^([0-9a-f]{64}) {2}(\S+)$/.exec(line) ?? [])) {
    if (!path) throw new PackRefused("archive");
    if (!lines.has(FOLDER + path)) missing.set(path, digest);
  }
  /** What each new line begins with: the same day, rights and version as the others have. */
  const pattern = list.slice(0, LINE);
  const parts = [archive.slice(0, start)];
  const added = [list];
  let [count, size] = [lines.size, start];

  return {
    missing,

    async add(path, content) {
      const name = utf8(FOLDER + path);
      const after = size + HEAD + name.length + content.size;
      if (count >= MOST_FILES || after > MOST_BYTES) throw new PackRefused("large", path);
      const bytes = await bytesOf(content);
      const digest = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
      if (digest !== missing.get(path)) throw new PackRefused("changed", path);
      const line = pattern.slice();
      const view = viewOf(line);
      for (const [at, value] of [[16, crc32(bytes)], [20, bytes.length], [24, bytes.length], [42, size]]) view.setUint32(at, value, true);
      for (const [at, value] of [[8, 0], [10, 0], [28, name.length], [30, 0], [32, 0]]) view.setUint16(at, value, true);
      const head = join([80, 75, 3, 4], line.subarray(6, 32)); // a head repeats what stands there in the line
      parts.push(new Blob([head, name]), content);
      added.push(join(line, name));
      missing.delete(path);
      [count, size] = [count + 1, after];
    },

    finish() {
      const [lacking] = missing.keys();
      if (lacking) throw new PackRefused("missing", lacking); // its list would name what is not there
      const whole = join(...added);
      if (size + whole.length > MOST_BYTES) throw new PackRefused("large");
      const close = end.slice();
      for (const at of [8, 10]) viewOf(close).setUint16(at, count, true);
      viewOf(close).setUint32(12, whole.length, true);
      viewOf(close).setUint32(16, size, true);
      return new Blob([...parts, whole, close], { type: "application/zip" });
    },
  };
}
