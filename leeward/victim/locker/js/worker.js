/**
 * What looks into a file, in a worker without a document, one for each task: what it is and its SHA-256, or the covered copy and the copy to be
 * looked at. It never sees a key.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { inspectFile, isNativeExact, isTooLarge, openWithBrowser } from "../../../../hashmatch/browser/src/decode.js";
import { STRIP_ROWS } from "../../../../hashmatch/browser/src/family.js";
import { LOWEST_QUALITY, PdqStream, fillLuma, toHash } from "../../../../hashmatch/browser/src/pdq.js";
import { toHex } from "./bytes.js";

/**
 * @typedef {[left: number, top: number, width: number, height: number]} Box in percent of the picture
 * @typedef {"picture" | "whole" | "noisy" | "undecodable" | "video" | "empty" | "unreadable"} Kind `whole`: kept as it is; a picture that this browser
 *   cannot cover is `noisy` where the browser hides pixels, else `undecodable`
 * @typedef {{kind: Kind, sha256: string, pdq: string, moves: boolean}} Look `pdq` is "" where there is none
 * @typedef {{copy: Blob, view: Blob, sha256: string}} Covered
 * @typedef {{task: "look", file: File} | {task: "cover", file: File, boxes: Box[]}} Task
 */

/** What a phone's canvas holds. */
const MOST_PIXELS = 16_000_000;
const VIEW_SIDE = 1600;
const [COPY_QUALITY, VIEW_QUALITY] = [0.92, 0.8];
/** Of JPEG's segments: where the picture itself begins, and those that hold notes, which is all but JFIF's own. */
const START_OF_SCAN = 0xda;
const isNote = (/** @type {number} */ marker) => (marker > 0xe0 && marker <= 0xef) || marker === 0xfe;
/** Where a video's container says what is in it. */
const LOOKED_AT = 1 << 20;

/** @param {Blob} file @returns {Promise<string>} SHA-256 in hex, piece by piece */
async function digestOf(file) {
  const digest = sha256.create();
  const reader = file.stream().getReader();
  for (let piece = await reader.read(); piece.value; piece = await reader.read()) {
    digest.update(piece.value);
    self.postMessage({ read: piece.value.length });
  }
  return toHex(digest.digest());
}

/** @param {Blob} file @returns {Promise<boolean>} whether what has a video's container holds sound alone */
async function isSound(file) {
  const ends = [file.slice(0, LOOKED_AT), file.slice(-LOOKED_AT)].map(async (part) => new TextDecoder("latin1").decode(await part.arrayBuffer()));
  const text = (await Promise.all(ends)).join("");
  return /hdlr[^]{8}soun|OpusHead|\x01vorbis|Speex {3}|A_(OPUS|VORBIS|AAC|MPEG)/.test(text) && !/hdlr[^]{8}vide|theora|V_(VP|AV1|MPEG|MS)/.test(text);
}

/** @param {import("../../../../hashmatch/browser/src/family.js").RowSource} source @returns {string} PDQ of the picture as it is; "" where it is too plain */
function pdqOf({ width, height, read }) {
  const stream = new PdqStream(width, height);
  const luma = new Float32Array(width);
  for (let top = 0; top < height; top += STRIP_ROWS) {
    const rgba = read(top, Math.min(STRIP_ROWS, height - top));
    for (let at = 0; at < rgba.length; at += width * 4) {
      fillLuma(rgba.subarray(at, at + width * 4), luma);
      stream.push(luma, 0);
    }
  }
  const { hex, quality } = toHash(stream.finish());
  return quality < LOWEST_QUALITY ? "" : hex;
}

/** @param {File} file @returns {Promise<Look>} */
async function look(file) {
  const found = { sha256: "", pdq: "", moves: false };
  if (file.size === 0) return { ...found, kind: "empty" };
  const { format, pixels, moves } = await inspectFile(file);
  if (format === "video" && !(await isSound(file))) return { ...found, kind: "video" };
  found.sha256 = await digestOf(file);
  if (["unknown", "video"].includes(format)) return { ...found, kind: "whole" };
  if (!(await isNativeExact())) return { ...found, kind: "noisy" };
  const source = isTooLarge({ pixels }) ? null : await openWithBrowser(file);
  if (!source || isTooLarge(source)) return { ...found, kind: "undecodable" };
  const pdq = pdqOf(source);
  source.close();
  return { ...found, kind: "picture", pdq, moves: moves !== null };
}

/** @param {CanvasImageSource} picture @param {number} width @param {number} height @returns {OffscreenCanvas} over white, as JPEG has no transparency */
function paint(picture, width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  return canvas;
}

/**
 * A canvas as JPEG, without what browsers write about it: they add a profile of their colours.
 *
 * @param {OffscreenCanvas} canvas @param {number} quality @returns {Promise<Blob>}
 */
async function writeJpeg(canvas, quality) {
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality })).arrayBuffer());
  const view = new DataView(bytes.buffer);
  const kept = [bytes.subarray(0, 2)];
  let at = 2;
  for (let next = at; view.getUint8(at + 1) !== START_OF_SCAN; at = next) {
    next = at + 2 + view.getUint16(at + 2);
    if (!isNote(view.getUint8(at + 1))) kept.push(bytes.subarray(at, next));
  }
  return new Blob([...kept, bytes.subarray(at)], { type: "image/jpeg" });
}

/**
 * Paints solid boxes over a picture and writes it as a new JPEG, with nothing of the old file.
 *
 * @param {File} file @param {Box[]} boxes @returns {Promise<Covered>}
 */
async function cover(file, boxes) {
  const bitmap = await createImageBitmap(file);
  const fit = (/** @type {number} */ scale) => [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * Math.min(1, scale))));
  const [width, height] = fit(Math.sqrt(MOST_PIXELS / (bitmap.width * bitmap.height)));
  const canvas = paint(bitmap, width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "#000";
  for (const [left, top, across, down] of boxes) {
    // Whole pixels, outwards: a half-covered edge would show what is under it.
    const [x, y] = [Math.floor((left * width) / 100), Math.floor((top * height) / 100)];
    context.fillRect(x, y, Math.ceil(((left + across) * width) / 100) - x, Math.ceil(((top + down) * height) / 100) - y);
  }
  const [seenWidth, seenHeight] = fit(VIEW_SIDE / Math.max(bitmap.width, bitmap.height));
  bitmap.close();
  const copy = await writeJpeg(canvas, COPY_QUALITY);
  const view = await writeJpeg(paint(canvas, Math.min(width, seenWidth), Math.min(height, seenHeight)), VIEW_QUALITY);
  return { copy, view, sha256: await digestOf(copy) };
}

self.onmessage = async (/** @type {MessageEvent<Task>} */ { data }) => {
  try {
    self.postMessage({ answer: data.task === "look" ? await look(data.file) : await cover(data.file, data.boxes) });
  } catch {
    self.postMessage({ answer: { kind: "unreadable" } }); // it could not be read any more, or memory ran out: the person is told so
  }
};
