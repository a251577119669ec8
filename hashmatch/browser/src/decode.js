/**
 * From a picture file to its pixels by the browser's own decoder, where the canary shows that it can be trusted.
 * Orientation applied, first frame only (moving.js finds a better one), transparency on black, or on white where all on black is plain. (The add-ons are
 * the way round it.)
 */
import { canaryFile, isCanary } from "./canary.js";
import { STRIP_ROWS } from "./family.js";
import { HEAD_BYTES, MOST_PIXELS, hasColours, inspect, mayMove } from "./formats.js";
import { fillLuma } from "./pdq.js";

/**
 * @typedef {import("./family.js").RowSource} RowSource
 * @typedef {RowSource & {close: () => void}} OpenSource
 */

/** Fits a picture that did not fit into memory at full size; its hash is at most 8 bits off. */
const REDUCED_SIDE = 1024;
/** Levels of luma by which a profile or gamma must move a part of the picture for it to count as another picture. */
const CLEAR_CHANGE = 24;
const SMALL_SIDE = 32;

const headOf = async (/** @type {Blob} */ file) => new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());

/** @param {Blob} file @returns {Promise<import("./formats.js").Inspection & {moves: "gif" | "png" | "webp" | null}>} `moves`: what kind of animation it may be */
export async function inspectFile(file) {
  const head = await headOf(file);
  const { format, pixels } = inspect(head);
  return { format, pixels, moves: mayMove(head, format) ? format : null };
}

/** @param {{pixels: number} | RowSource} picture @returns {boolean} */
export const isTooLarge = (picture) => ("pixels" in picture ? picture.pixels : picture.width * picture.height) > MOST_PIXELS;

/** @param {ImageBitmap} bitmap @returns {OpenSource} read back in strips, so that no canvas of the full size is needed */
export function bitmapSource(bitmap) {
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, Math.min(STRIP_ROWS, height));
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  return {
    over: (ground) => (context.fillStyle = ground),
    width,
    height,
    read(top, rows) {
      context.fillRect(0, 0, width, rows);
      context.drawImage(bitmap, 0, top, width, rows, 0, 0, width, rows);
      return context.getImageData(0, 0, width, rows).data;
    },
    close: () => bitmap.close(),
  };
}

/** @param {Blob} file @param {ImageBitmapOptions} [options] @returns {Promise<OpenSource>} rejected where the browser cannot decode it */
async function openNative(file, options) {
  // Without this option the pixels of a photo with a wide colour space would be other numbers than those in the file.
  return bitmapSource(await createImageBitmap(file, { colorSpaceConversion: "none", ...options }));
}

/** @returns {Promise<boolean>} whether this browser gives true pixels back */
export async function isNativeExact() {
  try {
    const source = await openNative(canaryFile());
    const exact = isCanary(source.read(0, source.height));
    source.close();
    return exact;
  } catch {
    return false; // no OffscreenCanvas, no decoder, or reading refused: all mean "do not use"
  }
}

/**
 * @param {Blob} file @returns {Promise<OpenSource | null>} null where the browser cannot decode it
 */
export async function openWithBrowser(file) {
  try {
    return await openNative(file, (await isRecoloured(file)) ? { colorSpaceConversion: "default" } : {});
  } catch {
    return null;
  }
}

/**
 * Whether a profile or gamma makes another picture of the file's numbers. Those of every day do not, and then the numbers
 * are hashed, as everybody does.
 *
 * @param {Blob} file @returns {Promise<boolean>}
 */
export async function isRecoloured(file) {
  if (!hasColours(await headOf(file))) return false;
  const conversions = /** @type {const} */ (["none", "default"]);
  const [numbers, shown] = await Promise.all(conversions.map((colorSpaceConversion) => readSmall(file, colorSpaceConversion)));
  return numbers.some((value, at) => Math.abs(value - shown[at]) > CLEAR_CHANGE);
}

/** @param {Blob} file @param {ColorSpaceConversion} colorSpaceConversion @returns {Promise<Float32Array>} luma of a very small copy */
async function readSmall(file, colorSpaceConversion) {
  const source = await openNative(file, { colorSpaceConversion, resizeWidth: SMALL_SIDE, resizeHeight: SMALL_SIDE });
  const luma = new Float32Array(SMALL_SIDE * SMALL_SIDE);
  fillLuma(source.read(0, SMALL_SIDE), luma);
  source.close();
  return luma;
}

/** @param {Blob} file @param {number} width @param {number} height of the full picture @returns {Promise<OpenSource>} a smaller one */
export function openReduced(file, width, height) {
  const scale = Math.min(1, REDUCED_SIDE / Math.max(width, height));
  return openNative(file, {
    resizeWidth: Math.max(1, Math.round(width * scale)),
    resizeHeight: Math.max(1, Math.round(height * scale)),
    resizeQuality: "high",
  });
}
