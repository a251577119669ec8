/**
 * Hashes of a video: five frames a second, without those that hardly differ from the one before. The frames are those
 * that a decoder hands over, else those that the browser's player shows on a canvas that the canary trusts, else there
 * are only the digests of the file.
 */
import { isNativeExact } from "./decode.js";
import { digestsOf } from "./digests.js";
import { FrameList, thin } from "./frames.js";
import { nextFrame } from "./handover.js";
import { fillPacked } from "./luma.js";

/**
 * @typedef {import("./payload.js").Member} Member
 * @typedef {import("./luma.js").Plane} Plane
 * @typedef {import("./remote_decoder.js").Link} Link
 * @typedef {{path: string, frames: Member[], digests: import("./digests.js").Digests}} VideoHashes
 */

/** Part of the progress that the digests take. */
const DIGESTING = 0.25;
/** A busy player may say that it is there before it has the picture; it is asked again, after a little longer each time. */
const SEEKS = 4;
const SEEK_PAUSE_MS = 100;

/** A decoder that neither answers nor fails is given up after this many milliseconds without a frame. */
const STUCK = 30_000;

/**
 * @template T
 * @param {(beat: () => void) => Promise<T | null>} work calls `beat` whenever it has moved on
 * @param {number} [patience] in milliseconds
 * @returns {Promise<T | null>} null where it got stuck
 */
export function unlessStuck(work, patience = STUCK) {
  return new Promise((resolve, reject) => {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const beat = () => {
      clearTimeout(timer);
      timer = setTimeout(() => resolve(null), patience);
    };
    beat();
    work(beat)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/**
 * @param {MessagePort} decoder @param {number} seconds @param {(done: number) => void} onProgress @param {() => void} beat
 * @returns {Promise<FrameList | null>} null where it cannot be decoded, or hands over what is no frame
 */
async function takeFrames(decoder, seconds, onProgress, beat) {
  const list = new FrameList(seconds);
  for (;;) {
    const frame = await nextFrame(decoder, beat);
    if (!frame) return null;
    if ("end" in frame) return list;
    if (list.wants(frame.time)) list.add(frame, frame.rotation);
    onProgress(frame.done);
  }
}

/** @param {Link} link @param {number} time @returns {Promise<ImageBitmap | null>} what the browser's player shows then; null where it has nothing */
async function seek(link, time) {
  for (let tries = 1; tries <= SEEKS; tries += 1) {
    const bitmap = await new Promise((/** @type {(bitmap: ImageBitmap | null) => void} */ resolve) => {
      link.onReply = (reply) => {
        if (reply.reply === "seen") resolve(reply.value);
        else if (reply.reply === "failed") resolve(null);
      };
      link.tell({ call: "seek", time });
    });
    if (bitmap) return bitmap;
    await new Promise((resolve) => setTimeout(resolve, tries * SEEK_PAUSE_MS));
  }
  return null;
}

/**
 * @param {Link} link @param {number} seconds @param {(done: number) => void} onProgress
 * @returns {Promise<FrameList | null>} null where it cannot be played
 */
async function playFrames(link, seconds, onProgress) {
  if (!(await isNativeExact())) return null;
  const list = new FrameList(seconds);
  let time = 0;
  for (let bitmap = await seek(link, time); bitmap; bitmap = await seek(link, time)) {
    list.add(bitmapPlane(bitmap), 0); // the player has turned it already
    bitmap.close();
    time += list.interval;
    if (time >= seconds) return list;
    onProgress(time / seconds);
  }
  return list.members.length ? list : null;
}

/** @param {ImageBitmap} bitmap @returns {Plane} */
function bitmapPlane(bitmap) {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  context.drawImage(bitmap, 0, 0);
  const plane = { luma: new Float32Array(width * height), width, height };
  fillPacked(context.getImageData(0, 0, width, height).data, 0, width * 4, false, plane);
  return plane;
}

/**
 * @param {File} file @param {(done: number) => void} onProgress
 * @param {{link: Link, seconds: number, most: number, decoder: MessagePort}} video how long it is, 0 where unknown, and how many hashes it may have
 * @returns {Promise<VideoHashes>}
 */
export async function hashVideo(file, onProgress, { link, seconds, most, decoder }) {
  const digests = await digestsOf(file, (done) => onProgress(done * DIGESTING));
  const onFrame = (/** @type {number} */ done) => onProgress(DIGESTING + done * (1 - DIGESTING));
  const decoded = await unlessStuck((beat) => takeFrames(decoder, seconds, onFrame, beat));
  const list = decoded ?? (await playFrames(link, seconds, onFrame));
  const frames = list ? thin(list, most) : [];
  if (!frames.length) return { path: list ? "plain" : "bytes", frames, digests };
  return { path: decoded ? "webcodecs" : "element", frames, digests };
}
