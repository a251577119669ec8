/** Frames of a video: which moments are looked at, which hashes are kept, and which of these may be sent. */
import { bitsApart, distance, wordsOf } from "./bits.js";
import { FRAMES_PER_SECOND } from "./bounds.js";
import { ALIKE } from "./payload.js";
import { LOWEST_QUALITY, spectrumOf, toHash } from "./pdq.js";

/**
 * @typedef {import("./payload.js").Member} Member
 * @typedef {import("./luma.js").Plane} Plane
 */

/** The longest videos are sampled more thinly, to spare the device. */
const MOST_SAMPLES = 3000;
/** A platform's frame this close to one of ours is found with room to spare: a match allows 31. */
const NEAR = 24;

/** The moments of a video at which it is looked at. */
export class Sampler {
  /** @param {number} seconds how long the video is; the longer, the fewer samples a second */
  constructor(seconds) {
    this.interval = Math.max(1 / FRAMES_PER_SECOND, seconds / MOST_SAMPLES);
    this.slot = -Infinity;
  }

  /** @param {number} time in seconds @returns {boolean} whether the frame of this time is wanted */
  wants(time) {
    const slot = Math.floor(time / this.interval + 1e-6);
    if (slot <= this.slot) return false;
    this.slot = slot;
    return true;
  }
}

/** Keeps the frames that are worth keeping. */
export class FrameList extends Sampler {
  /** @param {number} seconds how long the video is */
  constructor(seconds) {
    super(seconds);
    /** @type {Member[]} */
    this.members = [];
    /** @type {number[]} how many samples look like each of them */
    this.counts = [];
  }

  /** @override @param {number} time in seconds @returns {boolean} whether the frame of this time is wanted */
  wants(time) {
    return this.members.length < MOST_SAMPLES && super.wants(time);
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
