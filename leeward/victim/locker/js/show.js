/**
 * All that runs in the document of the frame in which a locked file is opened. A picture is grey and covered until somebody presses; anything else is
 * handed to the page, which saves it and never reads it.
 */
import { FileDamaged, open } from "./lwf1.js";
import { byId, listen, post, say } from "./parent.js";

/** @type {Blob | undefined} */
let content;

/** @param {boolean} isCovered */
function cover(isCovered) {
  byId("picture").classList.toggle("covered", isCovered);
  byId("acts").hidden = isCovered;
  (isCovered ? byId("lid") : byId("lower")).focus();
}

/** @param {{sealed: Blob, key: import("./bytes.js").Bytes, kind: string}} file */
async function show({ sealed, key, kind }) {
  say(byId("state"), "opening");
  const chunks = [];
  try {
    for await (const chunk of open(sealed, key)) chunks.push(chunk);
  } catch (error) {
    if (!(error instanceof FileDamaged)) throw error;
    return fail(error.damage);
  }
  content = new Blob(chunks, { type: kind === "picture" ? "image/jpeg" : "application/octet-stream" });
  say(byId("state"), kind === "picture" ? "" : "opened");
  post({ type: "opened", damage: "" });
  if (kind !== "picture") return;
  byId("shown").src = URL.createObjectURL(content);
  byId("picture").hidden = false;
}

/** @param {string} damage */
function fail(damage) {
  say(byId("state"), "");
  say(byId("problem"), "damaged");
  post({ type: "opened", damage });
}

byId("lid").onclick = () => cover(false);
byId("lower").onclick = () => cover(true);
byId("colour").onchange = () => byId("picture").classList.toggle("coloured", byId("colour").checked);
byId("shown").onerror = () => fail("picture");
listen({ show, save: () => content && post({ type: "content", content }) }, () => {});
post({ type: "ready" });
