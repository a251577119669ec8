/**
 * All that runs in the document of the frame in which a file is covered and locked. No line of it was written by others, and none looks into a
 * file: a worker does that. The page gets locked pieces, digests and the wrap of a key that was drawn here, and nothing else.
 */
import { readNumber, readWord } from "../../../../hashmatch/browser/src/reading.js";
import { chooseAgreement } from "./agreement.js";
import { partKey, seal, sealedSize } from "./lwf1.js";
import { byId, fill, listen, post, say, speak, values } from "./parent.js";
import { LEAST, covers } from "./kinds.js";
import { makeGrant } from "./wrap.js";

/**
 * @typedef {import("./worker.js").Box} Box
 * @typedef {{at: Box, li: any, patch: any}} Row one box that covers something
 * @typedef {{file: File, kind: string, sha256: string, pdq: string, covered?: import("./worker.js").Covered, keep?: import("./kinds.js").FileKind}} Chosen
 */

const KINDS = ["picture", "whole", "noisy", "undecodable", "video", "empty", "unreadable"];
const REFUSED = ["video", "empty", "unreadable"];
const KEY_BYTES = 32;
/** @type {Box} */
const NEW_BOX = [35, 35, 30, 30];

// The only maker of script addresses that this document's policy allows: what it makes runs in workers alone.
/** @type {{createScriptURL: (address: string) => any}} */
const rules = { createScriptURL: (address) => address };
const policy = globalThis.trustedTypes?.createPolicy("worker", rules) ?? rules;
const makeWorker = (/** @type {any[]} */ parts) => new Worker(policy.createScriptURL(URL.createObjectURL(new Blob(parts, { type: "text/javascript" }))));

/** @type {{plan: import("./wrap.js").Plan, most: number}} for whom it is locked and where it belongs, and how many bytes it may have */
let order;
/** @type {Chosen} */
let chosen;
/** @type {Row[]} */
let rows = [];
/** @type {import("./hpke.js").Agree} */
let agree;

/** @param {string} name @param {string} [problem] a word */
function show(name, problem = "") {
  document.querySelectorAll("section").forEach((each) => (each.hidden = each.id !== name));
  say(byId("problem"), problem);
  (problem ? byId("problem") : byId(name).querySelector("h2"))?.focus();
  post({ type: "state", state: name });
}

/** @param {object} task @param {number} size of what it reads @returns {Promise<any>} what a fresh worker answers */
function ask(task, size) {
  show("working");
  const worker = makeWorker([WORKER_TEXT]);
  let read = 0;
  return new Promise((resolve) => {
    worker.onerror = () => resolve({ kind: "unreadable" });
    worker.onmessage = ({ data }) => ("read" in data ? (byId("progress").value = Math.min(1, (read += data.read) / size)) : resolve(data.answer));
    worker.postMessage(task);
  }).finally(() => worker.terminate());
}

/** @param {any} hex @param {number} digits @returns {string} */
const readHex = (hex, digits) => (typeof hex === "string" && new RegExp(`^[0-9a-f]{${digits}}$`).test(hex) ? hex : "");

async function choose() {
  const [file] = byId("files").files;
  byId("files").value = "";
  if (!file) return;
  if (file.size > order.most) return show("choosing", "tooLarge");
  const answer = await ask({ task: "look", file }, file.size);
  const kind = readWord(answer.kind, KINDS);
  if (REFUSED.includes(kind)) return show("choosing", kind);
  chosen = { file, kind, sha256: readHex(answer.sha256, 64), pdq: readHex(answer.pdq, 64) };
  byId("moves").hidden = answer.moves !== true;
  rows.forEach(remove);
  byId("clean").checked = byId("pdq").checked = false;
  if (kind === "whole") return check("whole");
  if (kind !== "picture") return question(kind === "noisy" ? file : undefined);
  picture(byId("shown"), file);
  show("covering");
}

/** @param {any} image @param {Blob} [blob] its address is void as soon as it is read */
function picture(image, blob) {
  if (!blob) return image.removeAttribute("src");
  image.src = URL.createObjectURL(blob);
  image.onload = () => URL.revokeObjectURL(image.src);
}

/** @param {Box} at @returns {Row} */
function addRow(at) {
  const [li, patch] = ["row", "patch"].map((id) => byId(id).content.firstElementChild.cloneNode(true));
  /** @type {Row} */
  const row = { at, li, patch };
  li.querySelectorAll("input").forEach((/** @type {any} */ input, /** @type {number} */ side) => {
    input.oninput = () => place(row, row.at.map((value, each) => (each === side ? Math.max(side > 1 ? LEAST : 0, Number(input.value)) : value)));
  });
  li.querySelector("button").onclick = () => (remove(row), byId("add").focus());
  rows.push(row);
  speak(li);
  byId("boxes").append(li);
  byId("canvas").append(patch);
  place(row, at);
  number();
  return row;
}

/** @param {Row} row */
function remove(row) {
  rows = rows.filter((each) => each !== row);
  [row.li, row.patch].forEach((each) => each.remove());
  number();
  nameBurn();
}

/** Puts a box within the picture. @param {Row} row @param {number[]} at */
function place(row, at) {
  const [left, top] = at.map((value) => Math.min(100, Math.max(0, value || 0)));
  row.at = [left, top, Math.min(100 - left, Math.max(0, at[2] || 0)), Math.min(100 - top, Math.max(0, at[3] || 0))];
  ["left", "top", "width", "height"].forEach((side, which) => (row.patch.style[side] = `${row.at[which]}%`));
  row.li.querySelectorAll("input").forEach((/** @type {any} */ input, /** @type {number} */ which) => {
    if (input !== document.activeElement) input.value = Math.round(row.at[which]);
  });
  nameBurn();
}

const isCovered = () => covers(rows.map(({ at }) => at));

/** The button says what it will do. */
const nameBurn = () => say(byId("burn"), isCovered() ? "burn" : "goOn");

const number = () =>
  rows.forEach(({ li }, at) => li.querySelectorAll(".name").forEach((/** @type {any} */ name) => (name.textContent = fill("box", { number: at + 1 }))));

/** Draws a box from where the pointer came down to where it is. @param {PointerEvent} down */
function draw(down) {
  if (!down.isPrimary || down.button) return;
  const frame = byId("shown").getBoundingClientRect();
  const at = (/** @type {PointerEvent} */ { clientX, clientY }) =>
    [(clientX - frame.left) / frame.width, (clientY - frame.top) / frame.height].map((share) => 100 * Math.min(1, Math.max(0, share)));
  const [startX, startY] = at(down);
  const row = addRow([startX, startY, 0, 0]);
  byId("canvas").setPointerCapture(down.pointerId);
  byId("canvas").onpointermove = (/** @type {PointerEvent} */ move) => {
    const [x, y] = at(move);
    place(row, [Math.min(startX, x), Math.min(startY, y), Math.abs(x - startX), Math.abs(y - startY)]);
  };
  byId("canvas").onpointerup = byId("canvas").onpointercancel = () => {
    byId("canvas").onpointermove = null;
    if (Math.min(row.at[2], row.at[3]) < LEAST) remove(row);
  };
}

async function burn() {
  const covered = await ask({ task: "cover", file: chosen.file, boxes: rows.map(({ at }) => at) }, chosen.file.size);
  if (!(covered.copy instanceof Blob && covered.view instanceof Blob)) return show("covering", "unreadable");
  chosen.covered = { copy: covered.copy, view: covered.view, sha256: readHex(covered.sha256, 64) };
  return isCovered() ? check("covered") : question(chosen.covered.copy);
}

/** Asks of a picture without a box whether an intimate part can be seen. @param {Blob} [blob] the picture, where it can be shown */
function question(blob) {
  picture(byId("asked"), blob);
  say(byId("why"), chosen.kind);
  say(byId("instead"), `${chosen.kind}Seen`);
  byId("cover").hidden = !chosen.covered;
  show("asking");
}

/** Shows what will be kept, before it is locked. @param {import("./kinds.js").FileKind} keep what it is called */
function check(keep) {
  chosen.keep = keep;
  byId("alike").hidden = !chosen.covered || !chosen.pdq || keep === "alone";
  byId("change").hidden = !chosen.covered;
  byId("sure").hidden = !["covered", "whole"].includes(keep);
  say(byId("named"), keep === "whole" ? "" : keep);
  say(byId("what"), chosen.covered ? "anew" : "asItIs");
  say(byId("tick"), chosen.covered ? "nothingSeen" : "clean");
  picture(byId("copy"), chosen.covered?.copy);
  show("checking");
}

/** Locks each part under a key that is drawn here, and hands the page what it may have. */
async function lock() {
  if (!byId("sure").hidden && !byId("clean").checked) return show("checking", "cleanMissing");
  const { file, covered, sha256, pdq, keep } = chosen;
  show("working");
  const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  /** @type {[name: "copy" | "view", plain: Blob, sha256: string][]} */
  const made = covered ? [["copy", covered.copy, covered.sha256], ["view", covered.view, ""]] : [["copy", file, sha256]];
  const plain = made.slice(0, keep === "alone" ? 1 : 2); // without a view nobody else can look at it
  const whole = plain.reduce((sum, [, { size }]) => sum + sealedSize(size), 0);
  let done = 0;
  const parts = [];
  for (const [name, blob, digest] of plain) {
    const chunks = [];
    for await (const chunk of seal(blob, await partKey(key, name))) {
      chunks.push(chunk);
      byId("progress").value = (done += chunk.length) / whole;
    }
    parts.push({ name, size: blob.size, sha256: digest, sealed: new Blob(chunks) });
  }
  const grant = await makeGrant(key, order.plan, agree);
  key.fill(0);
  // Of its name only the ending goes along, so that it can be opened again.
  const ending = covered ? "jpg" : (/\.([a-z0-9]{1,5})$/i.exec(file.name)?.[1] ?? "").toLowerCase();
  const original = covered ? { sha256, pdq: byId("pdq").checked && keep !== "alone" ? pdq : "" } : null;
  show("locked");
  post({ type: "locked", ...grant, kind: keep, original, ending, parts });
}

byId("files").onchange = choose;
byId("add").onclick = () => addRow(NEW_BOX).li.querySelector("input").focus();
byId("canvas").onpointerdown = draw;
byId("burn").onclick = burn;
byId("lock").onclick = lock;
document.querySelectorAll("[data-show]").forEach((/** @type {any} */ button) => (button.onclick = () => show(button.dataset.show)));
document.querySelectorAll("[data-keep]").forEach((/** @type {any} */ button) => (button.onclick = () => check(button.dataset.keep)));
byId("shown").onerror = () => show("choosing", "unreadable");
listen({
  async begin({ publicKey, info, most }) {
    if (order) return;
    order = { plan: { publicKey, info }, most: readNumber(most, Infinity) };
    values.most = order.most / 1e6;
    const found = await chooseAgreement(makeWorker);
    if (!found) return show("choosing", "tooOld");
    agree = found;
    byId("files").disabled = false;
    show("choosing");
  },
}, number);
