/**
 * All that runs in the document of the sandboxed frame, which holds the file input. No line of it was written by others,
 * and none looks into a file: workers do that. They talk to it in numbers, known words and hex (reading.js); of each
 * file that she chose, one list of hashes is believed, of the kind that she chose. The page gets these lists.
 */
import { makeHelper, openVideo } from "./film.js";
import { readNumber, readPicture, readWord } from "./reading.js";

/**
 * @typedef {"image" | "video"} Kind
 * @typedef {{id: number, file: File, kind: Kind, name: string, most: number, phase: string, li: any,
 *   help?: any, picture?: import("./payload.js").Picture}} Row one chosen file; `most` hashes may it have
 */

// The one way out of a document that no content policy closes.
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel"]) Reflect.deleteProperty(globalThis, name);

const COSTS = { image: 1, video: 2 };
const words = new Map(Object.entries(JSON.parse(document.documentElement.dataset.words ?? "")));
/** @type {Map<number, Row>} */
const rows = new Map();
const numbers = { image: 0, video: 0 };
let kind = /** @type {Kind} */ ("image");

/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);
const post = (/** @type {object} */ message) => parent.postMessage(message, "*");
/** @param {string} word @param {Record<string, any>} values @returns {string} */
const fill = (word, values) => words.get(word).replace(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ name) => values[name] ?? whole);
/** @param {any} root @param {string} selector @param {(element: any) => string} text */
const write = (root, selector, text) => root.querySelectorAll(selector).forEach((/** @type {any} */ each) => (each.textContent = text(each)));
const writeWords = (/** @type {ParentNode} */ root) => write(root, "[data-word]", ({ dataset }) => fill(dataset.word, { most: PAYLOAD.MOST_PICTURES }));

// The only maker of script addresses that this document's policy allows: what it makes runs in workers alone.
const rules = { createScriptURL: (/** @type {string} */ address) => /** @type {any} */ (address) };
const policy = globalThis.trustedTypes?.createPolicy("worker", rules) ?? rules;
const makeWorker = (/** @type {any[]} */ parts) => new Worker(policy.createScriptURL(URL.createObjectURL(new Blob(parts, { type: "text/javascript" }))));
const keeper = makeWorker([KEEPER_TEXT]);
/** @type {Worker | undefined} has one file in hand; the keeper and it talk by a port of their own */
let worker;
const tell = (/** @type {object} */ message, /** @type {Transferable[]} */ transfer = []) => keeper.postMessage(message, transfer);

/** Takes as many of the files in the input as there is room for. */
function add() {
  const room = [...rows.values()].reduce((left, row) => left - (row.phase === "refused" ? 0 : COSTS[row.kind]), PAYLOAD.MOST_PICTURES);
  byId("tooMany").hidden = byId("files").files.length * COSTS[kind] <= room;
  [...byId("files").files].slice(0, room / COSTS[kind]).forEach(addRow);
  byId("files").value = "";
  refresh();
}

/** @param {File} file */
function addRow(file) {
  const name = fill(kind, { number: (numbers[kind] += 1) });
  const li = byId("row").content.firstElementChild.cloneNode(true);
  /** @type {Row} what a video may have is known when it is open */
  const row = { id: numbers.image + numbers.video, file, kind, name, most: PAYLOAD.VARIANTS[kind].length, phase: "waiting", li };
  writeWords(li);
  write(li, ".name", () => name);
  write(li, "bdi", () => file.name);
  li.querySelector("button").onclick = () => removeRow(row);
  // A small copy on her own screen only; the address that shows it is void as soon as it is drawn.
  const image = li.querySelector("img");
  if (kind === "image") image.src = URL.createObjectURL(file);
  image.onload = () => URL.revokeObjectURL(image.src);
  image.onerror = () => image.remove();
  rows.set(row.id, row);
  byId("rows").append(li);
  tell({ add: row.id, file, kind });
}

/** @param {Row} row */
function removeRow(row) {
  const neighbour = row.li.nextElementSibling ?? row.li.previousElementSibling;
  rows.delete(row.id);
  row.li.remove();
  (neighbour?.querySelector("button") ?? byId("files")).focus(); // the focus must not fall out of the page
  tell({ remove: row.id });
  refresh(fill("removed", row));
}

const height = new ResizeObserver(([{ borderBoxSize: [{ blockSize }] }]) => post({ type: "height", pixels: Math.ceil(blockSize) }));

/** Tells the person and the page how things stand. */
function refresh(first = "") {
  const all = [...rows.values()];
  const count = (/** @type {string[]} */ ...phases) => all.filter(({ phase }) => phases.includes(phase)).length;
  const counts = { left: count("waiting", "working"), ready: count("ready", "partly"), refused: count("refused") };
  byId("status").textContent = `${first} ${fill(counts.left ? "statusWorking" : all.length ? "statusReady" : "statusNone", counts)}`.trim();
  post({ type: "pictures", payload: { spec: PAYLOAD.SPEC, pictures: all.flatMap(({ phase, picture }) => (phase !== "refused" && picture) || []) } });
  post({ type: "state", state: { phase: counts.left ? "working" : counts.ready ? "ready" : "choosing", ...counts } });
  height.observe(document.documentElement); // tells it anew each time, in case the page was not there yet
}

/** What the keeper may say; `row` is one that she chose and has not taken out. @type {Record<string, (data: any, row: any) => unknown>} */
const sayings = {
  enable: ({ id }) => (byId(readWord(id, ["kinds", "files"])).disabled = false),
  notice: ({ id }) => (byId(readWord(id, ["noisyBrowser", "prepareFailed"])).hidden = false),
  stop: () => worker?.terminate(),
  run({ scripts, port }) {
    worker = makeWorker([...scripts, WORKER_TEXT]);
    worker.postMessage(port, [port]);
  },
  load: (data) => post({ type: "load", kind: readWord(data.kind, ["image", "video"]), exact: data.exact === true }),
  progress: ({ value }, row) => (row.li.querySelector("progress").value = readNumber(value, 1)),
  picture: ({ picture }, row) => (row.picture ??= readPicture(picture, row.kind, row.most)),
  phase({ phase, sentence }, row) {
    row.phase = row.li.className = readWord(phase, ["working", "ready", "partly", "refused"]);
    write(row.li, ".state span", () => words.get(sentence) ?? "");
    refresh();
  },
  async open(_, row) {
    const video = row.li.querySelector("video");
    const seconds = await openVideo(video, row.file);
    row.most = Math.min(PAYLOAD.MOST_FRAMES, Math.ceil(seconds * PAYLOAD.FRAMES_PER_SECOND) || PAYLOAD.FRAMES_OF_UNKNOWN);
    row.help = makeHelper(video, (reply, value) => tell({ of: row.id, reply, value }, typeof value === "object" ? [value] : []));
    tell({ opened: row.id, seconds, most: row.most });
  },
  help: ({ call }, row) => row.help(call),
};

keeper.onmessage = ({ data }) => {
  if (!("row" in data) || rows.has(data.row)) sayings[readWord(data.say, Object.keys(sayings))](data, rows.get(data.row));
};
addEventListener("message", ({ source, data }) => {
  if (source === parent && data.type === "loaded") tell(data);
  if (source === parent && data.type === "hello") refresh();
});
byId("kinds").onchange = (/** @type {any} */ { target }) => {
  kind = target.value;
  byId("drop").className = `drop ${kind}`;
  Object.assign(byId("files"), { accept: byId("files").dataset[kind], disabled: true });
  tell({ prepare: kind });
};
byId("files").onchange = add;
writeWords(document);
