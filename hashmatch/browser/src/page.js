/**
 * The page's side of the frame: it brings the frame the tools it asks for, and takes hashes from it, field by field.
 * It never holds a file. It does nothing until it is called.
 */
import { ADDON_FILES } from "./addon-files.js";
import { PayloadError, readPayload } from "./payload.js";

/**
 * @typedef {import("./payload.js").Picture} Picture
 * @typedef {import("./addon-files.js").AddonGroup} AddonGroup
 * @typedef {"starting" | "choosing" | "working" | "ready"} Phase
 * @typedef {{phase: Phase, left: number, ready: number, refused: number}} State counts of rows in the frame
 * @typedef {{files: Record<string, {sha256: string}>}} Manifest the build's manifest.json
 */

const PHASES = ["starting", "choosing", "working", "ready"];
const TALLEST_FRAME = 50_000;

/** @param {unknown} value @returns {number} a count; 0 where it is none */
const readCount = (value) => (Number.isInteger(value) && Number(value) >= 0 ? Math.min(Number(value), TALLEST_FRAME) : 0);

/** @param {any} value @returns {State | null} built anew */
function readState(value) {
  if (!PHASES.includes(value?.phase)) return null;
  return { phase: value.phase, left: readCount(value.left), ready: readCount(value.ready), refused: readCount(value.refused) };
}

/** @param {unknown} value @returns {AddonGroup[]} only groups that there are */
function readGroups(value) {
  const names = /** @type {AddonGroup[]} */ (Object.keys(ADDON_FILES));
  return Array.isArray(value) ? names.filter((name) => value.includes(name)) : [];
}

/**
 * Joins the frame to the page.
 *
 * @param {object} options
 * @param {HTMLIFrameElement} options.frame with the built document in its `srcdoc`
 * @param {string} options.addonsBase address of the folder of add-ons, with a slash at its end
 * @param {Manifest} options.manifest
 * @param {(pictures: Picture[]) => void} options.onChange the pictures that are ready now; every time the whole list
 * @param {(state: State) => void} [options.onState]
 * @returns {{stop: () => void}}
 */
export function attachHasher({ frame, addonsBase, manifest, onChange, onState = () => {} }) {
  const say = (/** @type {object} */ message, /** @type {ArrayBuffer[]} */ transfer = []) => frame.contentWindow?.postMessage(message, "*", transfer);

  /** @param {string} name @returns {Promise<[string, ArrayBuffer] | null>} null where it cannot be had */
  const fetchAddon = async (name) => {
    const entry = manifest.files[`addons/${name}`];
    try {
      const response = await fetch(`${addonsBase}${name}?v=${entry.sha256.slice(0, 16)}`, { credentials: "omit", referrerPolicy: "no-referrer" });
      return response.ok ? [name, await response.arrayBuffer()] : null;
    } catch {
      return null; // no network: the frame goes on without, and says so
    }
  };
  /** @param {AddonGroup[]} groups */
  const load = async (groups) => {
    const names = groups.flatMap((group) => ADDON_FILES[group]);
    const files = (await Promise.all(names.map(fetchAddon))).filter((file) => file !== null);
    say({ type: "loaded", files: Object.fromEntries(files) }, files.map(([, bytes]) => bytes));
  };

  /** @param {MessageEvent} event */
  const receive = ({ source, origin, data }) => {
    // The frame has no origin of its own: its messages come from "null", and from nobody else.
    if (source !== frame.contentWindow || origin !== "null" || typeof data !== "object" || data === null) return;
    if (data.type === "load") load(readGroups(data.groups));
    else if (data.type === "height") frame.height = String(readCount(data.pixels));
    else if (data.type === "state") {
      const state = readState(data.state);
      if (state) onState(state);
    } else if (data.type === "pictures") receivePictures(data.payload);
  };
  /** @param {unknown} payload */
  const receivePictures = (payload) => {
    try {
      onChange(readPayload(payload).pictures);
    } catch (error) {
      if (!(error instanceof PayloadError)) throw error;
      onChange([]); // a frame that says something else than hashes is not believed at all
    }
  };
  const greet = () => say({ type: "hello" });

  addEventListener("message", receive);
  frame.addEventListener("load", greet);
  greet();
  return {
    stop() {
      removeEventListener("message", receive);
      frame.removeEventListener("load", greet);
    },
  };
}
