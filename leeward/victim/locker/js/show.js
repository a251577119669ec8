/**
 * All that runs in the document of the frame in which a locked file is opened. A picture is grey and covered until somebody presses; anything else is
 * handed to the page, which saves it and never reads it. For a pack, a file is handed to the page and nothing of it is shown; one that is for its
 * person alone is not handed out.
 */
import { FileDamaged, open } from "./lwf1.js";
import { byId, listen, post, say } from "./parent.js";

/** @typedef {{sealed: Blob, key: import("./bytes.js").Bytes, kind: string, jpeg: boolean}} Locked `kind` as the server names it; `jpeg`: it can be shown */

/** So many chunks are held as bytes, 4 MiB; what came before them is a blob, which a browser may put on its disk. */
const HELD = 64;
/** @type {Blob | undefined} */
let content;

/** @param {boolean} isCovered */
function cover(isCovered) {
  byId("picture").classList.toggle("covered", isCovered);
  byId("acts").hidden = isCovered;
  (isCovered ? byId("lid") : byId("lower")).focus();
}

/** @param {Locked} file @returns {Promise<Blob>} what is in it; throws FileDamaged */
async function unlock({ sealed, key, jpeg }) {
  const parts = [];
  let chunks = [];
  for await (const chunk of open(sealed, key)) {
    chunks.push(chunk);
    if (chunks.length < HELD) continue;
    parts.push(new Blob(chunks));
    chunks = [];
  }
  return new Blob([...parts, ...chunks], { type: jpeg ? "image/jpeg" : "application/octet-stream" });
}

/** @param {Locked} file */
async function show(file) {
  say(byId("state"), "opening");
  try {
    content = await unlock(file);
  } catch (error) {
    if (!(error instanceof FileDamaged)) throw error;
    return fail(error.damage);
  }
  say(byId("state"), file.jpeg ? file.kind : "opened");
  post({ type: "opened", damage: "" });
  if (!file.jpeg) return;
  byId("shown").src = URL.createObjectURL(content);
  byId("picture").hidden = false;
}

/** @param {string} damage */
function fail(damage) {
  say(byId("state"), "");
  say(byId("problem"), "damaged");
  post({ type: "opened", damage });
}

/** @param {Locked} file goes to the page opened; null where it does not open, or is for its person alone */
async function take(file) {
  const taken = file.kind === "alone" ? null : await unlock(file).catch(() => null);
  post({ type: "taken", content: taken });
}

byId("lid").onclick = () => cover(false);
byId("lower").onclick = () => cover(true);
byId("colour").onchange = () => byId("picture").classList.toggle("coloured", byId("colour").checked);
byId("shown").onerror = () => fail("picture");
listen({ show, take, save: () => content && post({ type: "content", content }) }, () => {});
post({ type: "ready" });
