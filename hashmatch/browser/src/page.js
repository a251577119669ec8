/**
 * The page's side of the frame: it brings the frame the tools it asks for, and takes hashes from it, field by field.
 * It never holds a file. It does nothing until it is called.
 */
import { ADDON_FILES, groupsFor } from "./addon-files.js";
import { PayloadError, readPayload } from "./payload.js";

/**
 * @typedef {import("./payload.js").Picture} Picture
 * @typedef {"choosing" | "working" | "ready"} Phase
 * @typedef {"loading" | "all" | "some"} Tools whether all that any file may need has been loaded; "some": it could not be
 * @typedef {{phase: Phase, tools: Tools, left: number, ready: number, refused: number}} State counts of rows in the frame
 * @typedef {{files: Record<string, {sha256: string}>}} Manifest the build's manifest.json
 */

const PHASES = ["choosing", "working", "ready"];
const TOOLS = ["loading", "all", "some"];
/** Keys that mean something outside; of any other it is only known that one was pressed. */
const KEYS = ["Escape", "Shift"];
/** A connection that fails for a moment is tried again before she is told that a tool is missing. */
const TRIES = 3;
const PAUSE_MS = 1500;
/** Rows for all that one sending holds, with the longest texts on the narrowest screen. */
const TALLEST_FRAME = 20_000;
/** Counts only tell her how things stand; she may try far more files than can be sent. */
const MOST_ROWS = 999;

/** @param {unknown} value @param {number} most @returns {number} a whole number from 0 to `most` */
const readCount = (value, most) => (Number.isInteger(value) && Number(value) >= 0 ? Math.min(Number(value), most) : 0);

/** @param {any} value @returns {State | null} built anew */
function readState(value) {
  if (!PHASES.includes(value?.phase) || !TOOLS.includes(value.tools)) return null;
  const [left, ready, refused] = [value.left, value.ready, value.refused].map((count) => readCount(count, MOST_ROWS));
  return { phase: value.phase, tools: value.tools, left, ready, refused };
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
    const address = `${addonsBase}${name}?v=${manifest.files[`addons/${name}`].sha256.slice(0, 16)}`;
    for (let tries = 1; ; tries++) {
      try {
        const response = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" });
        return response.ok ? await response.arrayBuffer() : null;
      } catch {
        if (tries === TRIES) return null; // no network: the frame goes on without, and says so
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
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
 * @returns {{stop: () => void, say: (message: object) => void}} `say` tells the frame `{type: "words", words, lang, dir}`, to speak
 * another language, or `{type: "told", told}`, what the page knows of a file by its SHA-256
 */
export function attachHasher({ frame, bring, onChange, onState = () => {} }) {
  /** Tools are brought once: what the frame asks for must not become a way to say something. */
  let isBrought = false;
  const say = (/** @type {object} */ message, /** @type {ArrayBuffer[]} */ transfer = []) => frame.contentWindow?.postMessage(message, "*", transfer);

  /** @param {boolean} exact whether the browser's own decoders can be trusted */
  const load = async (exact) => {
    isBrought = true;
    // Apple's engine, and only that, reads HEIC itself.
    const groups = groupsFor(exact, navigator.vendor.startsWith("Apple"));
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
      if (!isBrought) load(data.exact === true);
    } else if (data.type === "height") frame.height = String(readCount(data.pixels, TALLEST_FRAME));
    else if (data.type === "state") {
      const state = readState(data.state);
      if (state) onState(state);
    } else if (data.type === "pictures") receivePictures(data.payload);
    // Whoever listens for the keys that leave hears those of the frame as well.
    else if (data.type === "key") document.dispatchEvent(new KeyboardEvent("keydown", { key: KEYS.find((key) => key === data.key) ?? "" }));
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
    say,
    stop() {
      removeEventListener("message", receive);
      frame.removeEventListener("load", greet);
    },
  };
}
