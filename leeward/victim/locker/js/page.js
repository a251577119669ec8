/** What the locker's pages have in common around a frame: their parts, what they say to it and hear from it, and fetching a locked file. */

const TALLEST_FRAME = 20_000;
const KEYS = ["Escape", "Shift"];

/** @param {HTMLElement} root */
export function partsOf(root) {
  const find = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(`[data-${name}]`));
  const read = (/** @type {string} */ name) => JSON.parse(root.dataset[name] ?? "null");
  const problem = find("problem");
  return {
    find,
    read,
    frame: /** @type {HTMLIFrameElement} */ (root.querySelector("iframe")),
    /** @param {string} text "" for none */
    tell(text) {
      find("problem-text").textContent = text;
      problem.hidden = !text;
      if (text) problem.focus();
    },
  };
}

/**
 * @param {HTMLIFrameElement} frame
 * @param {Record<string, (data: any) => void>} hear what the frame may say besides its height and keys
 * @returns {(message: object, transfer?: Transferable[]) => void} says something to it
 */
export function join(frame, hear) {
  const say = (/** @type {object} */ message, /** @type {Transferable[]} */ transfer = []) => frame.contentWindow?.postMessage(message, "*", transfer);
  addEventListener("message", ({ source, origin, data }) => {
    // The frame has no origin of its own: its messages come from "null", and from nobody else.
    if (source !== frame.contentWindow || origin !== "null" || typeof data !== "object" || data === null) return;
    if (data.type === "height") frame.height = String(Math.min(TALLEST_FRAME, Math.max(0, Math.ceil(Number(data.pixels) || 0))));
    else if (data.type === "key") document.dispatchEvent(new KeyboardEvent("keydown", { key: KEYS.find((key) => key === data.key) ?? "" }));
    else if (Object.hasOwn(hear, data.type)) hear[data.type](data);
  });
  return say;
}

/** @param {string} text @returns {Uint8Array} */
export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/**
 * @param {string} address @param {string} csrf @param {URLSearchParams} [body] @param {Record<string, string>} [headers]
 * @returns {Promise<Response>} rejects with a TypeError where nothing answers, or something else does, such as a page that asks for the code
 */
export const post = (address, csrf, body = new URLSearchParams(), headers = {}) =>
  fetch(address, { method: "POST", body, headers: { "X-CSRFToken": csrf, ...headers }, credentials: "same-origin", cache: "no-store", redirect: "error" });

/**
 * @param {string} address that gives what opens a file @param {string} csrf
 * @returns {Promise<{file?: {key: Uint8Array, kind: string, jpeg: boolean, sealed: Blob}, text?: string}>} the locked file with its key, or why there is none
 */
export async function fetchLocked(address, csrf) {
  const { key, kind, jpeg, pieces, text } = await (await post(address, csrf)).json();
  if (!key) return { text };
  const sealed = [];
  for (const piece of pieces) sealed.push(await (await fetch(piece, { credentials: "same-origin", cache: "no-store", redirect: "error" })).blob());
  return { file: { key: fromBase64(key), kind, jpeg, sealed: new Blob(sealed) } };
}
