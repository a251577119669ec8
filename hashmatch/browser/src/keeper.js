/**
 * The frame's head: a worker without a document, made of our own lines alone, that lives as long as the frame. It keeps
 * the files in order, the tools, and time. For each file the frame makes a fresh worker, which does all the reading and
 * hashing (Firefox loses some of the workers that a worker makes), and where the code of others must decode it a second
 * one, which hands pixels to the first and has no answer. Ports join both to the keeper, which reads the answer before it
 * passes it on. The frame reads it once more.
 */
import { ADDON_FILES, OURS } from "./addon-files.js";
import { readNumber, readPicture, readWord } from "./reading.js";

/**
 * @typedef {import("./addon-files.js").Kind} Kind
 * @typedef {import("./addon-files.js").AddonGroup} AddonGroup
 * @typedef {Record<string, ArrayBuffer>} AddonFiles name to bytes
 * @typedef {import("./payload.js").Picture} Picture
 * @typedef {import("./worker.js").Note} Note
 * @typedef {import("./worker.js").Refusal} Refusal
 * @typedef {{picture: Picture, note: Note | null} | {refused: Refusal} | {needs: AddonGroup} | {exact: boolean} | {genuine: string[]}} Answer
 * @typedef {{id: number, file: File, kind?: Kind}} Row `kind` where one of our own workers has found it out
 * @typedef {{seconds: number, most: number}} Opened how long a video is, and how many hashes it may have
 */

/** A worker that says nothing for so long has met a file that it cannot get through. */
const PATIENCE_MS = 120_000;
/** A worker says something as soon as it runs; a tool that does not even run is given up sooner. */
const STARTING_MS = 30_000;
/** A player that does not say for so long how long a video is will not say it. */
const OPENING_MS = 20_000;
/** @type {Answer} */
const UNWANTED = { refused: "unreadable" };
/** @type {Opened} */
const UNSEEN = { seconds: 0, most: 0 };
const GROUPS = /** @type {AddonGroup[]} */ (Object.keys(ADDON_FILES));
const NOTES = /** @type {const} */ (["plain", "plainVideo", "damaged", "large", "undecodable", "undecodableVideo", "approx"]);
const REFUSALS = /** @type {const} */ (["empty", "unknown", "unreadable"]);
const KINDS = /** @type {const} */ (["image", "video"]);
const IMAGE_MOST = PAYLOAD.VARIANTS.image.length;
/** How much of one sending a file takes. */
const WEIGHTS = { image: 1, video: 2 };

const say = (/** @type {object} */ message, /** @type {Transferable[]} */ transfer = []) => self.postMessage(message, { transfer });

/** @param {any} data @param {import("./worker.js").Task} task @returns {Answer} */
function readAnswer(data, task) {
  if ("needs" in data) return { needs: readWord(data.needs, GROUPS) };
  if ("exact" in data) return { exact: data.exact === true };
  if ("genuine" in data) return { genuine: Object.values(ADDON_FILES).flat().filter((name) => data.genuine.includes(name)) };
  if ("refused" in data) return { refused: readWord(data.refused, REFUSALS) };
  if (task.task !== "hash") return UNWANTED;
  const kind = task.kind ?? readWord(data.picture.kind, KINDS);
  return { picture: readPicture(data.picture, kind, kind === "image" ? IMAGE_MOST : task.most), note: data.note === null ? null : readWord(data.note, NOTES) };
}

let tasks = 0;

/** One worker for one task, ended with all that it held. */
class Task {
  /**
   * @param {import("./worker.js").Task} task @param {(message: object, from: Task) => void} pass to the frame
   * @param {Transferable[]} [transfer] of the task
   */
  constructor(task, pass, transfer = []) {
    const number = (tasks += 1);
    const tools = "tools" in task ? Object.entries(task.tools) : [];
    const scripts = tools.filter(([name]) => name.endsWith(".js")).flatMap(([, bytes]) => [bytes, "\n"]);
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    /** @type {Promise<Answer>} */
    this.done = new Promise((resolve) => {
      this.end = (/** @type {Answer} */ answer) => {
        clearTimeout(this.timer);
        this.port.close();
        say({ say: "stop", task: number });
        resolve(answer);
      };
    });
    this.port.onmessage = ({ data }) => {
      this.wait(task.task === "decode" ? 0 : PATIENCE_MS); // who waits for a decoder has patience for both
      try {
        if ("progress" in data) pass({ say: "progress", value: readNumber(data.progress, 1) }, this);
        else if ("call" in data) pass({ say: "help", call: data.call }, this);
        else this.end(readAnswer(data.answer, task));
      } catch {
        this.stop(); // it says what none of ours would say
      }
    };
    say({ say: "run", task: number, scripts: ["self.leewardAddons={};", ...scripts], port: port2 }, [port2]);
    this.port.postMessage(task, transfer);
    this.wait(STARTING_MS);
  }

  /** @param {number} patience in milliseconds; 0 is without end */
  wait(patience) {
    clearTimeout(this.timer);
    if (patience) this.timer = setTimeout(() => this.stop(), patience);
  }

  stop() {
    this.end(UNWANTED);
  }
}

class Keeper {
  constructor() {
    this.exact = false;
    /** @type {AddonFiles} found to be those of this build */
    this.tools = {};
    /** @type {Row[]} all that she chose and did not take out */
    this.rows = [];
    /** @type {Row[]} */
    this.queue = [];
    /** @type {Row | null} */
    this.current = null;
    /** @type {Task | null} */
    this.task = null;
    /** @type {Row | undefined} that it is for */
    this.taskRow = undefined;
    /** @type {Task | null} that asked the document for something last */
    this.caller = null;
    /** @type {Promise<unknown>} */
    this.turn = Promise.resolve();
    /** @type {Map<Row, string>} SHA-256 of what is ready */
    this.ready = new Map();
    /** The page is there: what it is asked before would be lost. */
    this.greeted = new Promise((resolve) => (this.onGreeted = resolve));
    this.onLoaded = (/** @type {{files?: any, groups?: any}} */ _) => {};
    this.onOpened = (/** @type {Opened} */ _) => {};
  }

  /**
   * One task at a time, with the decoding that it needs: tools may be checked while files are in work.
   *
   * @param {import("./worker.js").Task} task @param {Row} [row] that it is for
   * @param {Omit<import("./worker.js").DecodeTask, "hasher">} [decoding] @returns {Promise<Answer>}
   */
  async run(task, row, decoding) {
    const before = this.turn;
    let end = () => {};
    this.turn = new Promise((resolve) => (end = () => resolve(undefined)));
    await before;
    const isWanted = !row || this.rows.includes(row);
    this.task = isWanted ? this.begin(task, row, decoding) : null;
    this.taskRow = row;
    const answer = this.task ? await this.task.done : UNWANTED;
    end();
    return answer;
  }

  /**
   * @param {import("./worker.js").Task} task @param {Row | undefined} row
   * @param {Omit<import("./worker.js").DecodeTask, "hasher"> | undefined} decoding @returns {Task} with which its decoder ends too
   */
  begin(task, row, decoding) {
    const pass = (/** @type {object} */ message, /** @type {Task} */ from) => {
      if ("call" in message) this.caller = from;
      if (row) say({ ...message, row: row.id });
    };
    if (!decoding) return new Task(task, pass);
    const { port1, port2 } = new MessageChannel();
    const hasher = new Task(Object.assign(task, { decoder: port1 }), pass, [port1]);
    const decoder = new Task({ ...decoding, hasher: port2 }, pass, [port2]);
    hasher.done.then(() => decoder.stop());
    // One that ends by itself is broken: a picture can be had from nobody else, a video from the browser's player.
    if (decoding.group !== "video") decoder.done.then(() => hasher.stop());
    return hasher;
  }

  /**
   * Finds out whether this browser can be trusted with pixels and loads all that any file may need; then she may choose.
   * Between choosing and sending there is not one request.
   */
  async start() {
    const answer = await this.run({ task: "probe" });
    this.exact = "exact" in answer && answer.exact;
    if (!this.exact) say({ say: "notice", id: "noisyBrowser" });
    await this.greeted;
    await this.load();
    say({ say: "enable" });
  }

  async load() {
    const { files, groups } = await new Promise((/** @type {(loaded: {files?: any, groups?: any}) => void} */ resolve) => {
      this.onLoaded = resolve;
      say({ say: "load", exact: this.exact });
    });
    const answer = await this.run({ task: "check", files });
    for (const name of "genuine" in answer ? answer.genuine : []) this.tools[name] = files[name];
    if (!groups.every((/** @type {AddonGroup} */ group) => this.has(group))) say({ say: "notice", id: "prepareFailed" });
  }

  /** @param {AddonGroup} group */
  has(group) {
    return ADDON_FILES[group].every((name) => name in this.tools);
  }

  /** @param {Row} row */
  add(row) {
    this.rows.push(row);
    this.queue.push(row);
    this.runQueue();
  }

  /** @param {number} id */
  remove(id) {
    const row = this.rows.find((each) => each.id === id);
    this.rows = this.rows.filter((each) => each !== row);
    this.queue = this.queue.filter((each) => each !== row);
    if (!row) return;
    this.ready.delete(row);
    if (row === this.taskRow) this.task?.stop();
    if (row === this.current) this.onOpened(UNSEEN);
  }

  /** One after another: a phone has memory for one large picture at a time. */
  async runQueue() {
    if (this.current) return;
    for (let row = this.queue.shift(); row; row = this.queue.shift()) {
      this.current = row;
      say({ say: "phase", row: row.id, phase: "working", sentence: null });
      this.settle(row, await this.hash(row));
    }
    this.current = null;
  }

  /**
   * A first worker, of our own lines alone, looks what the file is. Tools of ours that it asks for go to the next one that
   * hashes; those of others go to one that decodes for it.
   *
   * @param {Row} row @returns {Promise<Answer>}
   */
  async hash(row) {
    const { id, file } = row;
    /** @type {import("./worker.js").HashTask} */
    const plain = { task: "hash", file, kind: null, tools: {}, lacking: [], seconds: 0, most: 0, decoder: null };
    const run = (/** @type {object} */ more, /** @type {any} */ decoding = undefined) => this.run({ ...plain, ...more }, row, decoding);
    const first = await run({});
    if (!("needs" in first || "picture" in first)) return first;
    const kind = "picture" in first ? first.picture.kind : first.needs === "video" ? "video" : "image";
    row.kind = kind;
    if (!this.hasRoom()) return { refused: "tooMany" }; // a video with the name of a picture takes more than it seemed to
    say({ say: "kind", row: id, kind });
    if (!("needs" in first)) return first;
    const { needs } = first;
    if (!this.has(needs)) return run({ kind, lacking: [needs] });
    const opened = kind === "video" ? await this.open(row) : UNSEEN;
    const pick = (/** @type {boolean} */ ours) => Object.fromEntries(ADDON_FILES[needs].filter((name) => OURS.includes(name) === ours).map((name) => [name, this.tools[name]]));
    const [tools, theirs] = [pick(true), pick(false)];
    const decoding = Object.keys(theirs).length ? { task: "decode", file, group: needs, tools: theirs, seconds: opened.seconds } : undefined;
    const second = await run({ kind, tools, ...opened }, decoding);
    say({ say: "help", row: id, call: { call: "close" } });
    return second;
  }

  hasRoom() {
    const known = this.rows.filter((row) => row.kind && (this.ready.has(row) || row === this.current));
    return known.reduce((sum, { kind }) => sum + WEIGHTS[kind ?? "image"], 0) <= PAYLOAD.MOST_PICTURES;
  }

  /** @param {Row} row @returns {Promise<Opened>} */
  open(row) {
    return new Promise((resolve) => {
      this.onOpened = resolve;
      setTimeout(() => resolve(UNSEEN), OPENING_MS);
      say({ say: "open", row: row.id });
    });
  }

  /** @param {Row} row @param {Answer} answer */
  settle(row, answer) {
    if (!this.rows.includes(row)) return; // cancelled meanwhile
    const end = (/** @type {string} */ phase, /** @type {string | null} */ sentence) => say({ say: "phase", row: row.id, phase, sentence });
    if (!("picture" in answer)) return end("refused", "refused" in answer ? answer.refused : "unreadable");
    const { picture, note } = answer;
    if ([...this.ready.values()].includes(picture.sha256)) return end("refused", "duplicate");
    this.ready.set(row, picture.sha256);
    say({ say: "picture", row: row.id, picture });
    end(picture.path === "bytes" ? "partly" : "ready", note);
  }

  /** @param {any} data of the frame */
  hear(data) {
    if ("add" in data) this.add({ id: data.add, file: data.file });
    else if ("remove" in data) this.remove(data.remove);
    else if (data.type === "hello") this.onGreeted?.(undefined);
    else if ("files" in data) this.onLoaded(data);
    else if ("opened" in data && data.opened === this.current?.id) this.onOpened(data);
    else if ("reply" in data && data.of === this.taskRow?.id) this.caller?.port.postMessage(data, typeof data.value === "object" ? [data.value] : []);
  }
}

const keeper = new Keeper();
self.onmessage = ({ data }) => keeper.hear(data);
keeper.start();
