/** The locker's pages: a file is covered and locked in the frame and its pieces are sent; a locked file is fetched, and opened in a frame. */
import { speakInPlace } from "../../portal/js/language.js";
import { startSending } from "./pieces.js";
import { FrameRefused, readLocked } from "./reading.js";

/** A frame that has said nothing for so long was not let in. */
const FRAME_PATIENCE_MS = 20_000;
const TALLEST_FRAME = 20_000;
const KEYS = ["Escape", "Shift"];

/** @param {HTMLElement} root */
function partsOf(root) {
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
function join(frame, hear) {
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
const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** @param {HTMLElement} root */
function runSealing(root) {
  const { find, read, frame, tell } = partsOf(root);
  const order = read("order"); // for whom, where it belongs, how much
  const patience = setTimeout(() => tell(read("words").frameBlocked), FRAME_PATIENCE_MS);
  /** @type {ReturnType<typeof startSending> | undefined} */
  let sending;

  const say = join(frame, {
    async curves() {
      const script = await fetch(root.dataset.curves ?? "", { credentials: "omit", referrerPolicy: "no-referrer" }).then((found) => found.arrayBuffer(), () => null);
      say({ type: "curves", script });
    },
    state: () => clearTimeout(patience),
    locked(data) {
      if (sending) return; // one file a page
      try {
        const onProgress = (/** @type {number} */ done) => (find("progress").value = done);
        sending = startSending({ locked: readLocked(data, order.mostSealed), url: root.dataset.sendUrl ?? "", csrf: root.dataset.csrf ?? "", generation: order.generation, onProgress });
      } catch (error) {
        if (!(error instanceof FrameRefused)) throw error;
        return tell(read("words").refused);
      }
      send();
    },
  });

  async function send() {
    find("choose").hidden = true;
    find("sending").hidden = false;
    find("again").hidden = true;
    find("outcome").textContent = read("words").sending;
    const { next, text } = (await sending?.run()) ?? {};
    if (next?.startsWith("/")) return location.replace(next);
    find("outcome").textContent = text ?? read("words").offline;
    find("again").hidden = Boolean(text);
    find("outcome").focus();
  }

  const begin = () => say({ type: "begin", publicKey: fromBase64(order.publicKey), info: fromBase64(order.info), most: order.most });
  find("again").onclick = send;
  frame.addEventListener("load", begin);
  begin();
  const onFailure = () => tell(read("words").languageFailed);
  speakInPlace({ frame, say, onWords: () => tell(""), onFailure });
  root.hidden = false;
}

/** @param {HTMLElement} root */
function runShowing(root) {
  const { find, read, frame, tell } = partsOf(root);
  const { csrf, openUrl } = root.dataset;
  const post = (/** @type {FormData} */ body) => fetch(openUrl ?? "", { method: "POST", body, headers: { "X-CSRFToken": csrf ?? "" }, credentials: "same-origin", cache: "no-store", redirect: "error" });
  const say = join(frame, {
    opened({ damage }) {
      find("save").hidden = damage !== "" || !root.dataset.fileName;
    },
    content({ content }) {
      if (!(content instanceof Blob)) return;
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
      link.download = root.dataset.fileName ?? "";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    },
  });

  find("open").onclick = async () => {
    find("open").disabled = true;
    tell("");
    try {
      const { key, kind, pieces, text } = await (await post(new FormData())).json();
      if (!key) return tell(text ?? read("words").troubled);
      const sealed = [];
      for (const address of pieces) sealed.push(await (await fetch(address, { credentials: "same-origin", cache: "no-store", redirect: "error" })).arrayBuffer());
      find("choose").hidden = false;
      say({ type: "show", key: fromBase64(key), kind, sealed: new Blob(sealed) });
    } catch {
      find("open").disabled = false;
      tell(read("words").offline);
    }
  };
  find("save").onclick = () => say({ type: "save" });
  speakInPlace({ frame, say, onWords: () => tell(""), onFailure: () => tell(read("words").languageFailed) });
  root.hidden = false;
}

for (const root of document.querySelectorAll("[data-sealing]")) runSealing(/** @type {HTMLElement} */ (root));
for (const root of document.querySelectorAll("[data-showing]")) runShowing(/** @type {HTMLElement} */ (root));
