/** The locker's pages: a file is covered and locked in the frame and its pieces are sent; a locked file is fetched, and opened in a frame. */
import { speakInPlace } from "../../portal/js/language.js";
import { fetchLocked, fromBase64, join, partsOf } from "./page.js";
import { startSending } from "./pieces.js";
import { FrameRefused, readLocked } from "./reading.js";

/** A frame that has said nothing for so long was not let in. */
const FRAME_PATIENCE_MS = 20_000;

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
        sending = startSending({ locked: readLocked(data, order.mostSealed), url: root.dataset.sendUrl ?? "", csrf: root.dataset.csrf ?? "", generation: order.generation, work, onProgress });
      } catch (error) {
        if (!(error instanceof FrameRefused)) throw error;
        return tell(read("words").refused);
      }
      send();
    },
  });

  /** The small sum, which the theme's script does meanwhile. @returns {Promise<{challenge: string, proof: string}>} */
  async function work() {
    const { challenge, proof } = find("sum").elements;
    while (!proof.value) await new Promise((resolve) => setTimeout(resolve, 100));
    return { challenge: challenge.value, proof: proof.value };
  }

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
      const { file, text } = await fetchLocked(openUrl ?? "", csrf ?? "");
      if (!file) return tell(text ?? read("words").troubled);
      find("choose").hidden = false;
      say({ type: "show", ...file });
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
