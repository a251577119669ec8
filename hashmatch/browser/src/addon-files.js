/** Which add-ons there are and which files each of them needs; the page loads them, the frame checks them. */

/**
 * @typedef {"image" | "video"} Kind
 * @typedef {"jpeg" | "png" | "webp" | "heic" | "video" | "moving"} AddonGroup
 */

/** @type {Record<AddonGroup, string[]>} scripts stand in the order in which they must run */
export const ADDON_FILES = {
  jpeg: ["jpeg.js", "jpeg.wasm"],
  png: ["png.js", "png.wasm"],
  webp: ["webp.js", "webp.wasm"],
  heic: ["libheif.js", "heic.js", "libheif.wasm"],
  video: ["mediabunny.js", "video.js", "frames.js"],
  moving: ["moving.js"],
};

/** Those of which we wrote every line: they run beside hashing, all others in a worker that only hands over pixels. */
export const OURS = ["frames.js", "moving.js"];

/**
 * All that any picture or video may need: she chooses without being asked which it is, and then nothing more is loaded.
 *
 * @param {boolean} exact whether the browser's own decoder can be trusted
 * @param {boolean} readsHeic whether that decoder knows HEIC
 * @returns {AddonGroup[]}
 */
export function groupsFor(exact, readsHeic) {
  if (!exact) return ["jpeg", "png", "webp", "heic", "video"];
  return readsHeic ? ["video", "moving"] : ["heic", "video", "moving"];
}
