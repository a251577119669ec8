/** The pages on which entries are taken out: files can be chosen, and the person's own device opens each in the frame and puts it into the pack. */
import { fetchLocked, join, partsOf, post } from "./page.js";
import { PackRefused, openPack } from "./packing.js";

/** A frame that says nothing for so long does not run. */
const FRAME_PATIENCE_MS = 120_000;
/** How often it is asked whether the signer has signed, and how long in between. */
const TRIES = 6;
const PAUSE_MS = 3000;

/** @typedef {{path: string, openUrl: string, size: number, name: string}} Exhibit a file that is to be put in, and what it is called on the page */

/** Why a pack cannot be finished. */
class Failed extends Error {
  /** @param {string} word of the page's @param {Exhibit} [exhibit] */
  constructor(word, exhibit) {
    super(word);
    this.exhibit = exhibit;
  }
}

/** With the page its frame has loaded too, and hears what it is told. */
const loaded = new Promise((resolve) => (document.readyState === "complete" ? resolve(null) : addEventListener("load", resolve)));
const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

/** @param {HTMLElement} root */
function runPacking(root) {
  const { find, read, frame, tell } = partsOf(root);
  const { csrf = "", chosen = "", saveUrl = "" } = root.dataset;
  /** @type {Exhibit[]} */
  const exhibits = read("exhibits");
  const whole = exhibits.reduce((sum, { size }) => sum + size, 0);
  /** @type {(content: unknown) => void} what waits for the frame */
  let answered = () => {};
  const say = join(frame, { taken: ({ content }) => answered(content) });

  /** @param {boolean} isUnsigned whether it may be @returns {Promise<Blob | null>} the pack without its files; null while it is not signed */
  async function fetchPack(isUnsigned) {
    const body = new URLSearchParams({ chosen, ...(isUnsigned && { unsigned: "1" }) });
    for (let tries = 1; tries <= TRIES; tries++) {
      const answer = await post(saveUrl, csrf, body, { "X-Unfinished": "1" });
      if (answer.status === 410) throw new Failed("gone");
      if (!answer.ok) throw new Failed(answer.status === 403 ? "offline" : "troubled"); // 403: what proved that they sent it has gone
      if (answer.status !== 202) return answer.blob();
      if (tries < TRIES) await pause();
    }
    return null;
  }

  /** @param {Exhibit} exhibit @returns {Promise<Blob>} what is in it, opened in the frame */
  async function unlock(exhibit) {
    const { file } = await fetchLocked(exhibit.openUrl, csrf);
    if (!file) throw new Failed("unopened", exhibit);
    await loaded;
    const silent = Symbol("silent");
    const content = await new Promise((resolve) => {
      const patience = setTimeout(resolve, FRAME_PATIENCE_MS, silent);
      answered = (said) => (clearTimeout(patience), resolve(said));
      say({ type: "take", ...file });
    });
    if (content === silent) throw new Failed("frameBlocked");
    if (!(content instanceof Blob)) throw new Failed("unopened", exhibit);
    return content;
  }

  /** @param {boolean} isUnsigned @returns {Promise<Blob | null>} the whole pack; null while it is not signed */
  async function putTogether(isUnsigned) {
    find("outcome").textContent = read("words").signing;
    const unfinished = await fetchPack(isUnsigned);
    if (!unfinished) return null;
    const pack = await openPack(unfinished);
    find("outcome").textContent = read("words").opening;
    find("progress").hidden = false;
    let done = 0;
    for (const exhibit of exhibits) {
      await pack.add(exhibit.path, await unlock(exhibit));
      find("progress").value = (done += exhibit.size) / whole;
    }
    return pack.finish();
  }

  /** @param {unknown} error @returns {[word: string, exhibit?: Exhibit]} */
  function explain(error) {
    if (error instanceof Failed) return [error.message, error.exhibit];
    if (error instanceof PackRefused) {
      const exhibit = exhibits.find(({ path }) => path === error.path);
      if (error.flaw === "large") return ["tooLarge"];
      return error.flaw === "changed" && exhibit ? ["changed", exhibit] : ["troubled"];
    }
    // What a browser says that has no room for a blob, or for its bytes.
    if (error instanceof DOMException || error instanceof RangeError) return ["tooLarge"];
    return [error instanceof TypeError ? "offline" : "troubled"];
  }

  /** @param {boolean} isUnsigned */
  async function start(isUnsigned) {
    const buttons = [find("start"), find("unsigned")];
    buttons.forEach((each) => (each.disabled = true));
    tell("");
    try {
      const made = await putTogether(isUnsigned);
      find("outcome").textContent = made ? read("words").saved : read("words").unsigned;
      find("unsigned").hidden = made !== null;
      if (made) save(made);
    } catch (error) {
      const [word, exhibit] = explain(error);
      find("outcome").textContent = "";
      tell(read("words")[word].replace("{name}", `\u2068${exhibit?.name}\u2069`));
    }
    find("progress").hidden = true;
    buttons.forEach((each) => (each.disabled = false));
  }

  /** Its address stays valid until the page is left: some browsers ask first whether it shall be saved. @param {Blob} made */
  function save(made) {
    URL.revokeObjectURL(find("link").href);
    find("link").href = URL.createObjectURL(made);
    find("link").hidden = false;
    find("link").click();
  }

  find("start").onclick = () => start(false);
  find("unsigned").onclick = () => start(true);
  root.hidden = false;
}

// Without cryptography of the browser's own no file opens here; then it is as without a script.
if (globalThis.crypto?.subtle) {
  for (const each of document.querySelectorAll("[data-with-script]")) /** @type {HTMLFieldSetElement} */ (each).disabled = /** @type {HTMLElement} */ (each).hidden = false;
  for (const root of document.querySelectorAll("[data-packing]")) runPacking(/** @type {HTMLElement} */ (root));
}
