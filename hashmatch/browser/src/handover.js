/**
 * How pixels go from the worker that decodes, beside the code of others, to the one that hashes, of our own lines alone.
 * The hasher asks for one thing after another and reads each; what is no picture or frame ends the asking.
 */
import { MOST_PIXELS } from "./formats.js";

/**
 * @typedef {(thing: object | null, transfer?: Transferable[]) => Promise<void>} Give hands one thing over, when it is asked for
 * @typedef {{data: Uint8Array | Uint8ClampedArray, width: number, height: number, orientation: number}} Raster RGBA, alpha not multiplied in;
 *   `orientation` as EXIF counts, 1 to 8
 * @typedef {import("./luma.js").Plane & {rotation: number, time: number, done: number}} Frame at `time` seconds, `done` of the way through
 */

/** @param {MessagePort} port @returns {Give} */
export function giveTo(port) {
  let ask = () => {};
  let asked = new Promise((resolve) => (ask = () => resolve(undefined)));
  port.onmessage = () => ask();
  return async (thing, transfer = []) => {
    await asked;
    asked = new Promise((resolve) => (ask = () => resolve(undefined)));
    port.postMessage(thing, transfer);
  };
}

/** @param {MessagePort} port @param {() => void} [beat] called where the decoder says that it has moved on @returns {Promise<any>} */
function next(port, beat = () => {}) {
  return new Promise((resolve) => {
    port.onmessage = ({ data }) => (data === "beat" ? beat() : resolve(data));
    port.postMessage("next");
  });
}

/** @param {any} thing @returns {boolean} whether it has a size that can be one */
const hasSize = ({ width, height }) => [width, height].every((side) => Number.isInteger(side) && side > 0) && width * height <= MOST_PIXELS;

/** @param {MessagePort} port @returns {Promise<Raster | null>} */
export async function nextRaster(port) {
  const thing = await next(port);
  if (!thing || !hasSize(thing)) return null;
  const { data, width, height, orientation } = thing;
  const isBytes = data instanceof Uint8ClampedArray || data instanceof Uint8Array;
  const isWhole = isBytes && data.length === width * height * 4 && [1, 2, 3, 4, 5, 6, 7, 8].includes(orientation);
  return isWhole ? { data, width, height, orientation } : null;
}

/** @param {MessagePort} port @param {() => void} beat @returns {Promise<Frame | {end: true} | null>} */
export async function nextFrame(port, beat) {
  const thing = await next(port, beat);
  if (thing?.end === true) return { end: true };
  if (!thing || !hasSize(thing)) return null;
  const { luma, width, height, rotation, time, done } = thing;
  const isWhole = luma instanceof Float32Array && luma.length === width * height && [rotation, time, done].every((number) => typeof number === "number");
  return isWhole ? { luma, width, height, rotation, time, done } : null;
}
