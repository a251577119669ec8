/**
 * Hashes of a video: up to five frames a second and a few dozen in all, without those that hardly differ from the one
 * before. By the browser's
 * decoder (WebCodecs) where it can be had, else by its player and a canvas that the canary trusts, else only the
 * digests of the file.
 */
import { createMD5, createSHA256 } from "hash-wasm";
import { isNativeExact } from "./decode.js";
import { digestsOf, plainDigesters } from "./digests.js";
import { fillPacked, isFrameExact, isReadable, planeOf } from "./luma.js";
import { ALIKE, MOST_FRAMES, distance } from "./payload.js";
import { LOWEST_QUALITY, spectrumOf, toHash } from "./pdq.js";
import { remoteDecoderFor } from "./remote_decoder.js";

/**
 * @typedef {import("./payload.js").Member} Member
 * @typedef {import("./luma.js").Plane} Plane
 * @typedef {{bitmap: ImageBitmap | null, duration: number}} Seen a frame of the browser's player; null where it has none
 * @typedef {{seek: (time: number) => Promise<Seen>, decoder: import("./remote_decoder.js").Link}} Document what only the document has
 * @typedef {{path: string, frames: Member[], digests: import("./digests.js").Digests}} VideoHashes
 */

/** Seconds from frame to frame, the first under which a video fits; a longer one gets whole seconds, at which most platforms sample. */
const INTERVALS = [1 / 5, 1 / 2];
/** Part of the progress that the digests take. */
const DIGESTING = 0.25;

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

/** Keeps the frames that are worth keeping. */
export class FrameList {
  /** @param {number} duration in seconds; the longer, the fewer frames a second */
  constructor(duration) {
    this.interval = INTERVALS.find((seconds) => duration <= seconds * MOST_FRAMES) ?? Math.ceil(duration / MOST_FRAMES);
    /** @type {Member[]} */
    this.members = [];
    this.seen = new Set();
    this.slot = -Infinity;
  }

  /** @param {number} time in seconds @returns {boolean} whether the frame of this time is wanted */
  wants(time) {
    const slot = Math.floor(time / this.interval + 1e-6);
    if (slot <= this.slot || this.members.length >= MOST_FRAMES) return false;
    this.slot = slot;
    return true;
  }

  /** @param {Plane} plane @param {number} rotation clockwise, in degrees, that the file asks for */
  add({ luma, width, height }, rotation) {
    const { hex, quality } = toHash(spectrumOf(luma, turnedView(width, height, rotation)));
    const last = this.members.at(-1);
    if (quality < LOWEST_QUALITY || this.seen.has(hex) || (last && distance(last[1], hex) <= ALIKE)) return;
    this.seen.add(hex);
    this.members.push(["frame", hex, quality]);
  }
}

/** @param {number} width @param {number} height @param {number} rotation clockwise */
function turnedView(width, height, rotation) {
  const [right, bottom] = [width - 1, (height - 1) * width];
  switch (rotation) {
    case 90:
      return { start: bottom, across: -width, down: 1, width: height, height: width };
    case 180:
      return { start: bottom + right, across: -1, down: -width, width, height };
    case 270:
      return { start: right, across: width, down: -1, width: height, height: width };
    default:
      return { start: 0, across: 1, down: width, width, height };
  }
}

/**
 * @param {File} file @param {import("./remote_decoder.js").Link} link @param {(done: number) => void} onProgress
 * @param {() => void} beat
 * @returns {Promise<Member[] | null>} null where it cannot be decoded so
 */
async function decodeFrames(file, link, onProgress, beat) {
  const { mediabunny } = leewardAddons;
  if (!mediabunny || typeof VideoFrame === "undefined") return null;
  if (typeof VideoDecoder === "undefined") Object.assign(globalThis, { VideoDecoder: remoteDecoderFor(link) });
  const { Input, BlobSource, VideoSampleSink, MP4, QTFF, MATROSKA, WEBM } = mediabunny;
  const input = new Input({ source: new BlobSource(file), formats: [MP4, QTFF, MATROSKA, WEBM] });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track || !(await track.canDecode())) return null;
    // A see-through video must be laid on black, as the player's canvas does; the merger of mediabunny never ends here.
    if (await track.canBeTransparent()) return null;
    const [duration, rotation] = [await track.computeDuration(), await track.getRotation()];
    const list = new FrameList(duration);
    const trusted = new Map();
    for await (const sample of new VideoSampleSink(track).samples()) {
      try {
        beat();
        if (!list.wants(sample.timestamp)) continue;
        const frame = sample.toVideoFrame();
        try {
          const { format } = frame;
          if (!format || !isReadable(frame)) return null;
          if (!trusted.has(format)) trusted.set(format, await isFrameExact(format));
          if (!trusted.get(format)) return null;
          list.add(await planeOf(frame), rotation);
        } finally {
          frame.close();
        }
        onProgress(Math.min(1, sample.timestamp / duration));
      } finally {
        sample.close();
      }
    }
    return list.members;
  } catch (error) {
    // mediabunny and WebCodecs answer damaged files with errors of many kinds; the player may still get through.
    if (error instanceof Error) return null;
    throw error;
  } finally {
    input.dispose();
  }
}

/**
 * @param {(time: number) => Promise<Seen>} seek asks the browser's player, which only the page can hold
 * @param {(done: number) => void} onProgress @returns {Promise<Member[] | null>} null where it cannot be played
 */
async function playFrames(seek, onProgress) {
  if (!(await isNativeExact())) return null;
  let { bitmap, duration } = await seek(0);
  const list = new FrameList(duration);
  for (let time = 0; bitmap; ) {
    list.add(bitmapPlane(bitmap), 0); // the player has turned it already
    bitmap.close();
    time += list.interval;
    if (time >= duration || list.members.length >= MOST_FRAMES) return list.members;
    onProgress(time / duration);
    ({ bitmap } = await seek(time));
  }
  return list.members.length ? list.members : null;
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

/** @returns {Promise<{md5: import("./digests.js").Digester, sha256: import("./digests.js").Digester}>} */
async function fastDigesters() {
  try {
    const [md5, sha256] = await Promise.all([createMD5(), createSHA256()]);
    return { md5: wrap(md5), sha256: wrap(sha256) };
  } catch {
    return plainDigesters(); // this browser has no WebAssembly: three times slower, the same result
  }
}

/** @param {import("hash-wasm").IHasher} hasher @returns {import("./digests.js").Digester} */
const wrap = (hasher) => ({ update: (bytes) => hasher.update(bytes), hex: () => hasher.digest("hex") });

/**
 * @param {File} file @param {(done: number) => void} onProgress
 * @param {Document} document
 * @returns {Promise<VideoHashes>}
 */
export async function hashVideo(file, onProgress, { seek, decoder }) {
  const digests = await digestsOf(file, await fastDigesters(), (done) => onProgress(done * DIGESTING));
  const onFrame = (/** @type {number} */ done) => onProgress(DIGESTING + done * (1 - DIGESTING));
  const decoded = await unlessStuck((beat) => decodeFrames(file, decoder, onFrame, beat));
  if (decoded) return { path: decoded.length ? "webcodecs" : "plain", frames: decoded, digests };
  const played = await playFrames(seek, onFrame);
  return { path: played?.length ? "element" : played ? "plain" : "bytes", frames: played ?? [], digests };
}
