/**
 * All that runs in the document of the sandboxed frame, which holds the file input. No line of it was written by others,
 * and none looks into a file: workers do that. They talk to it in numbers, known words and hex (reading.js); of each
 * file that she chose, one list of hashes is believed, of the kind that our own worker found it to be before any tool of
 * others came near it. The page gets these lists.
 */
import { makeHelper, openVideo } from "./film.js";
import { readNumber, readPicture, readWord } from "./reading.js";

/**
 * @typedef {"image" | "video"} Kind
 * @typedef {{id: number, file: File, kind: Kind, most: number, phase: string, sentence: string, told: string, li: any,
 *   help?: any, picture?: import("./payload.js").Picture}} Row one chosen file; `most` hashes may it have; `told` is what the page says of it
 */

// The one way out of a document that no content policy closes.
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel"]) Reflect.deleteProperty(globalThis, name);

const COSTS = { image: 1, video: 2 };
const KINDS = /** @type {const} */ (["image", "video"]);
const MOST = { most: PAYLOAD.MOST_PICTURES };
const { documentElement: root } = document;
let words = new Map(Object.entries(JSON.parse(root.dataset.words ?? "")));
/** @type {Map<number, Row>} */
const rows = new Map();
let chosen = 0;

/** What a file's name says that it is; a worker will look. @param {File} file @returns {Kind} */
const kindOf = (file) => (file.type.startsWith("video/") ? "video" : "image");
/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);
const post = (/** @type {object} */ message) => parent.postMessage(message, "*");
/** @param {string} word @param {Record<string, any>} values @returns {string} */
const fill = (word, values) => words.get(word).replace(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ name) => values[name] ?? whole);
/** @param {any} place @param {string} selector @param {(element: any) => string} text */
const write = (place, selector, text) => place.querySelectorAll(selector).forEach((/** @type {any} */ each) => (each.textContent = text(each)));

// The only maker of script addresses that this document's policy allows: what it makes runs in workers alone.
const rules = { createScriptURL: (/** @type {string} */ address) => /** @type {any} */ (address) };
const policy = globalThis.trustedTypes?.createPolicy("worker", rules) ?? rules;
const makeWorker = (/** @type {any[]} */ parts) => new Worker(policy.createScriptURL(URL.createObjectURL(new Blob(parts, { type: "text/javascript" }))));
const keeper = makeWorker([KEEPER_TEXT]);
/** @type {Map<number, Worker>} each has one task in hand; the keeper and it talk by a port of their own */
const workers = new Map();
const tell = (/** @type {object} */ message, /** @type {Transferable[]} */ transfer = []) => keeper.postMessage(message, transfer);

/** Takes as many of the files in the input as there is room for. */
function add() {
  let room = [...rows.values()].reduce((left, { phase, kind }) => left - (phase === "refused" ? 0 : COSTS[kind]), MOST.most);
  const taken = [...byId("files").files].filter((file) => (room -= COSTS[kindOf(file)]) >= 0);
  byId("tooMany").hidden = taken.length === byId("files").files.length;
  taken.forEach(addRow);
  byId("files").value = "";
  refresh();
}

/** @param {File} file */
function addRow(file) {
  const kind = kindOf(file);
  const li = byId("row").content.firstElementChild.cloneNode(true);
  /** @type {Row} what a video may have is known when it is open */
  const row = { id: (chosen += 1), file, kind, most: PAYLOAD.VARIANTS[kind].length, phase: "waiting", sentence: "", told: "", li };
  li.querySelector("button").onclick = () => removeRow(row);
  // A small copy on her own screen only, hidden until she asks for it; the address that shows it is void as soon as it is read.
  const image = li.querySelector("img");
  if (kind === "image") image.src = URL.createObjectURL(file);
  image.onload = () => URL.revokeObjectURL(image.src);
  image.onerror = () => image.remove();
  rows.set(row.id, row);
  byId("rows").append(li);
  tell({ add: row.id, file });
}

/** @param {Row} row */
function removeRow(row) {
  const neighbour = row.li.nextElementSibling ?? row.li.previousElementSibling;
  rows.delete(row.id);
  row.li.remove();
  (neighbour?.querySelector("button") ?? byId("files")).focus(); // the focus must not fall out of the page
  tell({ remove: row.id });
  refresh(fill("removed", { name: fill(row.kind, { number: row.id }) }));
}

/** @param {Row} row */
function writeRow({ id, kind, file, phase, sentence, told, li }) {
  const locale = `${root.lang}-u-nu-latn`;
  const [unit, size] = file.size < 1e6 ? ["kilobyte", file.size / 1e3] : ["megabyte", file.size / 1e6];
  const texts = {
    name: fill(kind, { number: id }),
    number: id,
    file: file.name,
    size: new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(size),
    date: new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(file.lastModified),
    sentence: sentence && fill(sentence, MOST),
    told,
  };
  li.className = phase;
  Object.entries(texts).forEach(([place, text]) => write(li, `.${place}`, () => String(text)));
}

const height = new ResizeObserver(([{ borderBoxSize: [{ blockSize }] }]) => post({ type: "height", pixels: Math.ceil(blockSize) }));

/** Tells the person and the page how things stand. */
function refresh(first = "") {
  const all = [...rows.values()];
  const count = (/** @type {string[]} */ ...phases) => all.filter(({ phase }) => phases.includes(phase)).length;
  const counts = { left: count("waiting", "working"), ready: count("ready", "partly"), refused: count("refused") };
  const tools = byId("files").disabled ? "loading" : byId("prepareFailed").hidden ? "all" : "some";
  write(document, "[data-word]", ({ dataset }) => fill(dataset.word, MOST));
  all.forEach(writeRow);
  byId("status").textContent = `${first} ${fill(counts.left ? "statusWorking" : all.length ? "statusReady" : "statusNone", counts)}`.trim();
  post({ type: "pictures", payload: { spec: PAYLOAD.SPEC, pictures: all.flatMap(({ phase, picture }) => (phase !== "refused" && picture) || []) } });
  post({ type: "state", state: { phase: counts.left ? "working" : counts.ready ? "ready" : "choosing", tools, ...counts } });
  height.observe(root); // tells it anew each time, in case the page was not there yet
}

/** What the keeper may say; `row` is one that she chose and has not taken out. @type {Record<string, (data: any, row: any) => unknown>} */
const sayings = {
  enable() {
    byId("files").disabled = false;
    refresh();
  },
  notice: ({ id }) => (byId(readWord(id, ["noisyBrowser", "prepareFailed"])).hidden = false),
  stop: ({ task }) => workers.get(task)?.terminate(),
  run({ task, scripts, port }) {
    workers.set(task, makeWorker([...scripts, WORKER_TEXT]));
    workers.get(task)?.postMessage(port, [port]);
  },
  load: (data) => post({ type: "load", exact: data.exact === true }),
  progress: ({ value }, row) => (row.li.querySelector("progress").value = readNumber(value, 1)),
  kind: ({ kind }, row) => Object.assign(row, { kind: readWord(kind, KINDS), most: PAYLOAD.VARIANTS[readWord(kind, KINDS)].length }),
  picture: ({ picture }, row) => (row.picture ??= readPicture(picture, row.kind, row.most)),
  phase({ phase, sentence }, row) {
    row.phase = readWord(phase, ["working", "ready", "partly", "refused"]);
    row.sentence = words.has(sentence) ? sentence : "";
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
  if (source !== parent) return;
  if (["hello", "loaded"].includes(data.type)) tell(data);
  if (data.type === "told") return rows.forEach((row) => writeRow(Object.assign(row, { told: data.told[row.picture?.sha256 ?? ""] ?? "" })));
  if (data.type === "words") [words, root.lang, root.dir] = [new Map(Object.entries(data.words)), data.lang, data.dir];
  refresh();
});
// The keys that leave the page count in here too. The page hears which of them it was; of another key, only that there was one.
addEventListener("keydown", ({ key, repeat }) => repeat || post({ type: "key", key: ["Escape", "Shift"].includes(key) ? key : "" }));
byId("files").onchange = add;
refresh();
