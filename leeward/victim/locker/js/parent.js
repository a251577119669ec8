/** What both frames have in common: what they say to the page, what they hear from it, and their words. */

// The one way out of a document that no content policy closes.
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel"]) Reflect.deleteProperty(globalThis, name);

const { documentElement: root } = document;
/** @type {Map<string, string>} */
let words = new Map(Object.entries(JSON.parse(root.dataset.words ?? "")));

/** @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);
/** @param {object} message @param {Transferable[]} [transfer] */
export const post = (message, transfer = []) => parent.postMessage(message, "*", transfer);
/** What some words tell. @type {Record<string, string | number>} */
export const values = {};
/** @param {string} word @param {Record<string, string | number>} [more] @returns {string} */
export const fill = (word, more = {}) => (words.get(word) ?? "").replace(/\{(\w+)\}/g, (whole, name) => String(more[name] ?? values[name] ?? whole));
/** @param {ParentNode} place has its words written */
export const speak = (place) => place.querySelectorAll("[data-word]").forEach((/** @type {any} */ each) => (each.textContent = fill(each.dataset.word)));

/** @param {HTMLElement} element @param {string} word that stands in it from now on; "" for none */
export function say(element, word) {
  element.dataset.word = word;
  element.hidden = !word;
  element.textContent = fill(word);
}

/** @param {Record<string, (data: any) => unknown>} hear what the page may say @param {() => void} onWords */
export function listen(hear, onWords) {
  addEventListener("message", ({ source, data }) => {
    if (source !== parent) return;
    if (data.type === "words") [words, root.lang, root.dir] = [new Map(Object.entries(data.words)), data.lang, data.dir];
    else if (Object.hasOwn(hear, data.type)) hear[data.type](data);
    speak(document);
    onWords();
  });
  // The keys that leave the page count in here too. The page hears which of them it was; of another key, only that there was one.
  addEventListener("keydown", ({ key, repeat }) => repeat || post({ type: "key", key: ["Escape", "Shift"].includes(key) ? key : "" }));
  new ResizeObserver(([{ borderBoxSize: [{ blockSize }] }]) => post({ type: "height", pixels: Math.ceil(blockSize) })).observe(root);
  speak(document);
}
