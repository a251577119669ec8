/**
 * Hashes of a video: five frames a second, without those that hardly differ from the one before. By the browser's
 * decoder (WebCodecs) where it can be had, else by its player and a canvas that the canary trusts, else only the
 * digests of the file.
 */
import { createMD5, createSHA256 } from "hash-wasm";
import { bitsApart, distance, wordsOf } from "./bits.js";
import { FRAMES_PER_SECOND } from "./bounds.js";
import { isNativeExact } from "./decode.js";
import { digestsOf, plainDigesters } from "./digests.js";
import { fillPacked, isFrameExact, isReadable, planeOf } from "./luma.js";
import { ALIKE } from "./payload.js";
import { LOWEST_QUALITY, spectrumOf, toHash } from "./pdq.js";
import { remoteDecoderFor } from "./remote_decoder.js";

/**
 * @typedef {import("./payload.js").Member} Member
 * @typedef {import("./luma.js").Plane} Plane
 * @typedef {import("./remote_decoder.js").Link} Link
 * @typedef {{path: string, frames: Member[], digests: import("./digests.js").Digests}} VideoHashes
 */

/** The longest videos are sampled more thinly, to spare the device. */
const MOST_SAMPLES = 3000;
/** A platform's frame this close to one of ours is found with room to spare: a match allows 31. */
const NEAR = 24;
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

/** Keeps the frames that are worth keeping. */
export class FrameList {
  /** @param {number} seconds how long the video is; the longer, the fewer samples a second */
  constructor(seconds) {
    this.interval = Math.max(1 / FRAMES_PER_SECOND, seconds / MOST_SAMPLES);
    /** @type {Member[]} */
    this.members = [];
    /** @type {number[]} how many samples look like each of them */
    this.counts = [];
    this.slot = -Infinity;
  }

  /** @param {number} time in seconds @returns {boolean} whether the frame of this time is wanted */
  wants(time) {
    const slot = Math.floor(time / this.interval + 1e-6);
    if (slot <= this.slot || this.members.length >= MOST_SAMPLES) return false;
    this.slot = slot;
    return true;
  }

  /** @param {Plane} plane @param {number} rotation clockwise, in degrees, that the file asks for */
  add({ luma, width, height }, rotation) {
    const { hex, quality } = toHash(spectrumOf(luma, turnedView(width, height, rotation)));
    if (quality < LOWEST_QUALITY) return;
    const last = this.members.length - 1;
    const known = last >= 0 && distance(this.members[last][1], hex) <= ALIKE ? last : this.members.findIndex((member) => member[1] === hex);
    if (known >= 0) {
      this.counts[known] += 1;
      return;
    }
    this.members.push(["frame", hex, quality]);
    this.counts.push(1);
  }
}

/**
 * Chooses the frames that may be sent: those near which most of the video's time lies. Ties fall to the frame that is
 * farthest in time from those chosen, so that a video of which every moment differs is covered from end to end. Against
 * a platform's one frame a second this found up to twice as much of a long video as frames at even distances.
 *
 * @param {FrameList} list @param {number} most @returns {Member[]} in the order of the video
 */
export function thin({ members, counts }, most) {
  if (members.length <= most) return members;
  const hashes = members.map(([, hex]) => wordsOf(hex));
  const near = hashes.map((hash) => hashes.flatMap((other, at) => (bitsApart(hash, other) <= NEAR ? [at] : [])));
  const uncovered = [...counts];
  const apart = members.map(() => members.length);
  /** @type {Set<number>} */
  const chosen = new Set();
  /** @type {Set<number>} chosen, or as good as one that is */
  const passed = new Set();
  while (chosen.size < most && passed.size < members.length) {
    let [best, gain] = [-1, -1];
    for (let at = 0; at < members.length; at++) {
      if (passed.has(at)) continue;
      const gained = near[at].reduce((sum, other) => sum + uncovered[other], 0);
      if (gained > gain || (gained === gain && apart[at] > apart[best])) [best, gain] = [at, gained];
    }
    chosen.add(best);
    for (const other of near[best]) {
      uncovered[other] = 0;
      if (bitsApart(hashes[best], hashes[other]) <= ALIKE) passed.add(other);
    }
    for (let at = 0; at < members.length; at++) apart[at] = Math.min(apart[at], Math.abs(at - best));
  }
  return members.filter((_, at) => chosen.has(at));
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
 * @param {File} file @param {Link} link @param {number} seconds @param {(done: number) => void} onProgress @param {() => void} beat
 * @returns {Promise<FrameList | null>} null where it cannot be decoded so
 */
async function decodeFrames(file, link, seconds, onProgress, beat) {
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
    const duration = seconds || (await track.computeDuration());
    const rotation = await track.getRotation();
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
    return list;
  } catch (error) {
    // mediabunny and WebCodecs answer damaged files with errors of many kinds; the player may still get through.
    if (error instanceof Error) return null;
    throw error;
  } finally {
    input.dispose();
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
 * @param {{link: Link, seconds: number, most: number}} video how long it is, 0 where unknown, and how many hashes it may have
 * @returns {Promise<VideoHashes>}
 */
export async function hashVideo(file, onProgress, { link, seconds, most }) {
  const digests = await digestsOf(file, await fastDigesters(), (done) => onProgress(done * DIGESTING));
  const onFrame = (/** @type {number} */ done) => onProgress(DIGESTING + done * (1 - DIGESTING));
  const decoded = await unlessStuck((beat) => decodeFrames(file, link, seconds, onFrame, beat));
  const list = decoded ?? (await playFrames(link, seconds, onFrame));
  const frames = list ? thin(list, most) : [];
  if (!frames.length) return { path: list ? "plain" : "bytes", frames, digests };
  return { path: decoded ? "webcodecs" : "element", frames, digests };
}
