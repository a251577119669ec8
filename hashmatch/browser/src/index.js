/** The door of the package: puts the frame on a page and hands over what it makes, hashes and nothing else. */
import { attachHasher, bringFrom } from "./page.js";

export { attachHasher, bringFrom };
export { PayloadError, SPEC, readPayload } from "./payload.js";

const escapeHtml = (/** @type {string} */ text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/**
 * Fills the frame, its only right being to run scripts, and joins it to the page. All requests are made before the
 * person can choose a file. Fails with an Error if a file of the package cannot be had.
 *
 * @param {object} options
 * @param {HTMLIFrameElement} options.frame an empty one that is on the page
 * @param {(pictures: import("./page.js").Picture[]) => void} options.onChange the pictures that are ready now; every time the whole list
 * @param {(state: import("./page.js").State) => void} [options.onState] how far it is
 * @param {URL | string} [options.base] address of the folder `dist/` of this package, with a slash at its end
 * @param {string} [options.lang] language of `words`, a BCP 47 tag
 * @param {"ltr" | "rtl"} [options.dir] which way it is written
 * @param {Record<string, string>} [options.words] texts by the names of `dist/words.json`; what is missing is English
 * @returns {Promise<ReturnType<typeof attachHasher>>}
 */
export async function mountHasher({ frame, onChange, onState, base = new URL("../dist/", import.meta.url), lang = "en", dir = "ltr", words = {} }) {
  const folder = new URL(base, document.baseURI);
  const read = async (/** @type {string} */ name) => {
    const response = await fetch(new URL(name, folder), { credentials: "omit", referrerPolicy: "no-referrer" });
    if (!response.ok) throw new Error(`The hasher's ${name} is not at ${folder} (${response.status}).`);
    return response.text();
  };
  const [template, english, manifest] = await Promise.all(["frame.html", "words.json", "manifest.json"].map(read));
  const hasher = attachHasher({ frame, bring: bringFrom(String(new URL("addons/", folder)), JSON.parse(manifest)), onChange, onState });
  const filled = { __LANG__: lang, __DIR__: dir, __WORDS__: JSON.stringify({ ...JSON.parse(english), ...words }) };
  frame.sandbox.value = "allow-scripts";
  frame.srcdoc = Object.entries(filled).reduce((text, [mark, value]) => text.replace(mark, () => escapeHtml(value)), template);
  return hasher;
}
