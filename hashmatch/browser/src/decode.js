/**
 * From a picture file to its pixels by the browser's own decoder, where the canary shows that it can be trusted.
 * Orientation applied, first frame only, transparency on black. (The add-ons are the way round it.)
 */
import { canaryFile, isCanary } from "./canary.js";
import { STRIP_ROWS } from "./family.js";
import { HEAD_BYTES, MOST_PIXELS, inspect } from "./formats.js";

/**
 * @typedef {import("./family.js").RowSource} RowSource
 * @typedef {RowSource & {close: () => void}} OpenSource
 */

/** Fits a picture that did not fit into memory at full size; its hash is at most 8 bits off. */
const REDUCED_SIDE = 1024;

/** @param {Blob} file @returns {Promise<import("./formats.js").Inspection>} */
export const inspectFile = async (file) => inspect(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));

/** @param {{pixels: number} | RowSource} picture @returns {boolean} */
export const isTooLarge = (picture) => ("pixels" in picture ? picture.pixels : picture.width * picture.height) > MOST_PIXELS;

/** @param {ImageBitmap} bitmap @returns {OpenSource} read back in strips, so that no canvas of the full size is needed */
function bitmapSource(bitmap) {
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, Math.min(STRIP_ROWS, height));
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  return {
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

/** @param {Blob} file @param {ImageBitmapOptions} [size] @returns {Promise<OpenSource>} rejected where the browser cannot decode it */
async function openNative(file, size) {
  // Without this option the pixels of a photo with a wide colour space would be other numbers than those in the file.
  return bitmapSource(await createImageBitmap(file, { colorSpaceConversion: "none", ...size }));
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
    return await openNative(file);
  } catch {
    return null;
  }
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
