/**
 * Of an animation the picture that is seen longest, as the Python library chooses it (hashmatch.pdq.hash_views): frames
 * that hardly differ are one picture, the last frame of an animation that ends stays, and what is too plain comes last.
 */
import { distance } from "./bits.js";
import { openAnimation } from "./containers.js";
import { bitmapSource, isRecoloured } from "./decode.js";
import { STRIP_ROWS } from "./family.js";
import { ALIKE } from "./payload.js";
import { LOWEST_QUALITY, PdqStream, fillLuma, toHash } from "./pdq.js";

/**
 * @typedef {import("./decode.js").OpenSource} OpenSource
 * @typedef {import("./containers.js").Animation} Animation
 * @typedef {{hex: string, quality: number, number: number, seconds: number}} Seen `number` is that of its first frame
 */

/** What is behind these is not looked at; the same in Python. */
const MOST_FRAMES = 2000;
const MOST_FRAME_PIXELS = 300_000_000;
/** Browsers take a delay that is not longer than the first for the second, in seconds. */
const [SHORTEST_DELAY, USUAL_DELAY] = [0.01, 0.1];

/** @param {OpenSource} source @returns {import("./pdq.js").PdqHash} of it as it lies now */
function hashUpright({ width, height, read }) {
  const stream = new PdqStream(width, height);
  const luma = new Float32Array(width * STRIP_ROWS);
  for (let top = 0; top < height; top += STRIP_ROWS) {
    const rows = Math.min(STRIP_ROWS, height - top);
    fillLuma(read(top, rows), luma);
    for (let row = 0; row < rows; row++) stream.push(luma, row * width);
  }
  return toHash(stream.finish());
}

/** @param {OpenSource} source @returns {import("./pdq.js").PdqHash} over black, or where it is too plain there over white */
function hashSeen(source) {
  const dark = hashUpright(source);
  if (dark.quality >= LOWEST_QUALITY) return dark;
  source.over?.("white");
  const light = hashUpright(source);
  return light.quality >= LOWEST_QUALITY ? light : dark;
}

/**
 * Paints one frame after another, as browsers do.
 *
 * @param {Animation} animation @param {number} most @returns {AsyncGenerator<ImageBitmap>} what is seen with each frame
 */
async function* paint({ width, height, frames }, most) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  for (const { file, x, y, replaces, afterwards, ...size } of frames.slice(0, most)) {
    const box = /** @type {const} */ ([x, y, size.width, size.height]);
    if (x + size.width > width || y + size.height > height) return;
    const before = afterwards === "restore" ? context.getImageData(...box) : null;
    const bitmap = await createImageBitmap(file(), { colorSpaceConversion: "none" }).catch(() => null);
    if (!bitmap) return; // damaged: what came before counts
    if (replaces) context.clearRect(...box);
    context.drawImage(bitmap, x, y);
    bitmap.close();
    yield await createImageBitmap(canvas);
    if (afterwards === "clear") context.clearRect(...box);
    if (before) context.putImageData(before, x, y);
  }
}

/**
 * Adds the time for which a picture is seen, to one that is known or as another.
 *
 * @param {Seen[]} seen @param {Seen} now
 */
export function addSeen(seen, now) {
  const known = seen.find(({ hex, quality }) => {
    const off = distance(hex, now.hex);
    return off === 0 || (off <= ALIKE && now.seconds < Infinity && quality >= LOWEST_QUALITY);
  });
  if (known) known.seconds += now.seconds;
  else seen.push(now);
}

/** @param {Seen[]} seen @returns {Seen | undefined} the one that is seen longest, of those with enough in them if there is one */
export function longest(seen) {
  const clear = seen.filter(({ quality }) => quality >= LOWEST_QUALITY);
  return (clear.length ? clear : seen).reduce((/** @type {Seen | undefined} */ best, one) => (best && best.seconds >= one.seconds ? best : one), undefined);
}

/**
 * @param {File} file @param {"gif" | "png" | "webp"} format @param {(done: number) => void} onProgress from 0 to 1
 * @returns {Promise<OpenSource | null>} null where nothing moves, where a profile changes the colours, and where it cannot be read
 */
export async function openLongest(file, format, onProgress) {
  try {
    const animation = openAnimation(new Uint8Array(await file.arrayBuffer()), format);
    const { width, height, frames, ends } = animation;
    if (frames.length < 2 || (await isRecoloured(file))) return null;
    const most = Math.min(frames.length, 1 + MOST_FRAMES, 1 + Math.floor(MOST_FRAME_PIXELS / (width * height)));
    /** @type {Seen[]} */
    const seen = [];
    let number = 0;
    for await (const bitmap of paint(animation, most)) {
      const source = bitmapSource(bitmap);
      const told = frames[number].seconds;
      const seconds = ends && number === frames.length - 1 ? Infinity : told <= SHORTEST_DELAY ? USUAL_DELAY : told;
      addSeen(seen, { ...hashSeen(source), number, seconds });
      source.close();
      onProgress(++number / most);
    }
    const wanted = longest(seen);
    if (!wanted) return null;
    for await (const bitmap of paint(animation, wanted.number + 1)) {
      if (wanted.number-- === 0) return bitmapSource(bitmap);
      bitmap.close();
    }
    return null;
  } catch {
    return null; // it is not as it should be, or there is too little memory: its first frame is still found
  }
}
