/**
 * The page's side of the frame: it brings the frame the tools it asks for, and takes hashes from it, field by field.
 * It never holds a file. It does nothing until it is called.
 */
import { ADDON_FILES, groupsFor } from "./addon-files.js";
import { PayloadError, readPayload } from "./payload.js";

/**
 * @typedef {import("./payload.js").Picture} Picture
 * @typedef {import("./addon-files.js").Kind} Kind
 * @typedef {"choosing" | "working" | "ready"} Phase
 * @typedef {{phase: Phase, left: number, ready: number, refused: number}} State counts of rows in the frame
 * @typedef {{files: Record<string, {sha256: string}>}} Manifest the build's manifest.json
 */

const KINDS = /** @type {const} */ (["image", "video"]);
const PHASES = ["choosing", "working", "ready"];
/** Rows for all that one sending holds, with the longest texts on the narrowest screen. */
const TALLEST_FRAME = 20_000;
/** Counts only tell her how things stand; she may try far more files than can be sent. */
const MOST_ROWS = 999;

/** @param {unknown} value @param {number} most @returns {number} a whole number from 0 to `most` */
const readCount = (value, most) => (Number.isInteger(value) && Number(value) >= 0 ? Math.min(Number(value), most) : 0);

/** @param {any} value @returns {State | null} built anew */
function readState(value) {
  if (!PHASES.includes(value?.phase)) return null;
  const [left, ready, refused] = [value.left, value.ready, value.refused].map((count) => readCount(count, MOST_ROWS));
  return { phase: value.phase, left, ready, refused };
}

/**
 * Add-ons from a server.
 *
 * @param {string} addonsBase address of their folder, with a slash at its end
 * @param {Manifest} manifest
 * @returns {(name: string) => Promise<ArrayBuffer | null>}
 */
export function bringFrom(addonsBase, manifest) {
  return async (name) => {
    const entry = manifest.files[`addons/${name}`];
    try {
      const response = await fetch(`${addonsBase}${name}?v=${entry.sha256.slice(0, 16)}`, { credentials: "omit", referrerPolicy: "no-referrer" });
      return response.ok ? await response.arrayBuffer() : null;
    } catch {
      return null; // no network: the frame goes on without, and says so
    }
  };
}

/**
 * Joins the frame to the page.
 *
 * @param {object} options
 * @param {HTMLIFrameElement} options.frame with the built document in its `srcdoc`
 * @param {(name: string) => Promise<ArrayBuffer | null>} options.bring an add-on by its file name; null where it cannot be had
 * @param {(pictures: Picture[]) => void} options.onChange the pictures that are ready now; every time the whole list
 * @param {(state: State) => void} [options.onState]
 * @returns {{stop: () => void}}
 */
export function attachHasher({ frame, bring, onChange, onState = () => {} }) {
  /** @type {Set<Kind>} each kind's tools are brought once: what the frame asks for must not become a way to say something */
  const brought = new Set();
  const say = (/** @type {object} */ message, /** @type {ArrayBuffer[]} */ transfer = []) => frame.contentWindow?.postMessage(message, "*", transfer);

  /** @param {Kind} kind @param {boolean} exact whether the browser's own decoders can be trusted */
  const load = async (kind, exact) => {
    brought.add(kind);
    // Apple's engine, and only that, reads HEIC itself.
    const groups = groupsFor(kind, exact, navigator.vendor.startsWith("Apple"));
    const names = groups.flatMap((group) => ADDON_FILES[group]);
    const found = await Promise.all(names.map(bring));
    const files = Object.fromEntries(names.flatMap((name, at) => (found[at] ? [[name, found[at]]] : [])));
    say({ type: "loaded", groups, files }, Object.values(files));
  };

  /** @param {MessageEvent} event */
  const receive = ({ source, origin, data }) => {
    // The frame has no origin of its own: its messages come from "null", and from nobody else.
    if (source !== frame.contentWindow || origin !== "null" || typeof data !== "object" || data === null) return;
    if (data.type === "load") {
      const kind = KINDS.find((each) => each === data.kind);
      if (kind && !brought.has(kind)) load(kind, data.exact === true);
    } else if (data.type === "height") frame.height = String(readCount(data.pixels, TALLEST_FRAME));
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
