/**
 * What the person sees and does: choose pictures or videos, watch each one become codes, take one out again. Knows
 * nothing of who listens; the frame and the offline page each give it a host.
 */
import { ADDON_FILES, groupsFor } from "./addon-files.js";
import { sha256Hex } from "./digests.js";
import { MOST_PICTURES, SPEC, weigh } from "./payload.js";
import { startTask } from "./tasks.js";

/**
 * @typedef {import("./addon-files.js").Kind} Kind
 * @typedef {import("./addon-files.js").AddonGroup} AddonGroup
 * @typedef {import("./worker.js").AddonFiles} AddonFiles
 * @typedef {import("./worker.js").Answer} Answer
 * @typedef {import("./payload.js").Picture} Picture
 * @typedef {import("./payload.js").Payload} Payload
 * @typedef {typeof import("./words.js").WORDS} Words
 * @typedef {{phase: "starting" | "choosing" | "working" | "ready", left: number, ready: number, refused: number}} State
 * @typedef {object} Host
 * @property {(groups: AddonGroup[]) => Promise<AddonFiles>} load the files of these add-ons, as far as they can be had
 * @property {(payload: Payload) => void} onPictures
 * @property {(state: State) => void} onState
 */

/** @param {string} text @param {Record<string, string | number>} values */
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Partial<HTMLElementTagNameMap[Tag]> & Record<string, unknown>} properties @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** One chosen file and its row in the list. */
class Row {
  /** @param {File} file @param {Kind} kind @param {number} number @param {Words} words @param {(row: Row) => void} onRemove */
  constructor(file, kind, number, words, onRemove) {
    this.file = file;
    this.kind = kind;
    this.words = words;
    /** @type {Picture | null} */
    this.picture = null;
    /** @type {"waiting" | "working" | "ready" | "refused"} */
    this.phase = "waiting";
    /** @type {() => void} */
    this.stop = () => {};
    this.name = fill(words[kind], { number });
    this.text = make("p", { className: "state" }, words.waiting);
    this.bar = make("progress", { max: 1, value: 0, ariaLabel: this.name });
    this.button = make("button", { type: "button", className: "secondary", onclick: () => onRemove(this) });
    this.preview = make("span", { className: "preview" });
    this.element = make(
      "li",
      {},
      this.preview,
      make("div", { className: "what" }, make("h3", {}, this.name), make("p", { className: "file" }, make("bdi", {}, file.name)), this.text, this.bar),
      this.button,
    );
    this.label(words.cancel, words.cancelNamed);
    if (kind === "image") this.showPreview();
  }

  /** A small copy on her own screen only; the address that shows it is void as soon as it is drawn. */
  showPreview() {
    const address = URL.createObjectURL(this.file);
    const image = make("img", { alt: "", decoding: "async" });
    const done = () => URL.revokeObjectURL(address);
    image.onload = done;
    image.onerror = () => {
      done();
      image.remove();
    };
    image.src = address;
    this.preview.append(image);
  }

  /** @param {string} short @param {string} named */
  label(short, named) {
    this.button.textContent = short;
    this.button.ariaLabel = fill(named, { name: this.name });
  }

  /** @param {"working" | "ready" | "refused"} phase @param {...string} sentences */
  show(phase, ...sentences) {
    this.phase = phase;
    this.element.className = phase;
    this.text.replaceChildren(...sentences.map((sentence, at) => make(at ? "span" : "strong", {}, sentence)));
    this.bar.hidden = phase !== "working";
    if (phase !== "working") this.label(this.words.remove, this.words.removeNamed);
  }
}

/** The whole of it. */
export class Hasher {
  /** @param {HTMLElement} root @param {Words} words @param {Host} host @param {string} workerText the script that runs here, for its second role */
  constructor(root, words, host, workerText) {
    this.words = words;
    this.host = host;
    this.workerText = workerText;
    /** @type {Row[]} */
    this.rows = [];
    this.numbers = { image: 0, video: 0 };
    this.exact = false;
    this.started = false;
    this.running = false;
    /** @type {Map<Kind, Promise<void>>} */
    this.preparing = new Map();
    /** @type {AddonFiles} */
    this.addons = {};

    document.title = words.title;
    this.notice = make("p", { className: "notice", hidden: true });
    this.status = make("p", { className: "status", role: "status" }, words.starting);
    this.list = make("ol", { className: "rows" });
    this.previews = make("button", { type: "button", className: "secondary", hidden: true, onclick: () => this.togglePreviews() }, words.hidePreviews);
    this.choosers = make("div");
    const kinds = /** @type {const} */ (["image", "video"]).map((kind) =>
      make("label", { className: "kind" }, make("input", { type: "radio", name: "kind", value: kind, onchange: () => this.chooseKind(kind) }), this.kindWord(kind)),
    );
    this.kinds = make("fieldset", { disabled: true }, make("legend", {}, words.kindQuestion), ...kinds);
    this.heading = make("h2", { hidden: true }, words.listTitle);
    root.append(make("p", { className: "promise" }, words.promise), this.kinds, this.notice, this.choosers, this.status, this.heading, this.previews, this.list);
  }

  /** @param {Kind} kind */
  kindWord(kind) {
    return kind === "image" ? this.words.kindImage : this.words.kindVideo;
  }

  /** Finds out whether this browser can be trusted with pixels, then lets the person choose. */
  async start() {
    const answer = await startTask({ task: "probe" }, { workerText: this.workerText, groups: [] }).done;
    this.exact = "probe" in answer && answer.probe.exact;
    this.started = true;
    this.kinds.disabled = false;
    if (!this.exact) this.say(this.words.noisyBrowser);
    this.refresh();
  }

  /** @param {string} text */
  say(text) {
    this.notice.textContent = text;
    this.notice.hidden = false;
  }

  /** @param {Kind} kind */
  async chooseKind(kind) {
    const { words } = this;
    const input = make("input", { type: "file", multiple: true, accept: `${kind}/*${kind === "image" ? ",.heic,.heif" : ""}`, disabled: true });
    input.onchange = () => {
      this.add([...(input.files ?? [])], kind);
      input.value = "";
    };
    const label = make("label", { className: "button" }, input, kind === "image" ? words.chooseImage : words.chooseVideo);
    const hint = make("p", { className: "hint" }, words.preparing);
    const area = make("div", { className: "drop" }, label, hint);
    area.ondragover = (event) => event.preventDefault();
    area.ondrop = (event) => {
      event.preventDefault();
      if (!input.disabled) this.add([...(event.dataTransfer?.files ?? [])], kind);
    };
    this.choosers.replaceChildren(area);
    await this.prepare(kind);
    input.disabled = false;
    hint.textContent = words.drop;
  }

  /**
   * Loads what this kind of file may need, all of it before the person can choose: between choosing and sending there
   * is not one request.
   *
   * @param {Kind} kind @returns {Promise<void>}
   */
  prepare(kind) {
    const running = this.preparing.get(kind) ?? this.load(kind);
    this.preparing.set(kind, running);
    return running;
  }

  /** @param {Kind} kind */
  async load(kind) {
    // Apple's engine, and only that, reads HEIC itself.
    const groups = groupsFor(kind, this.exact, navigator.vendor.startsWith("Apple"));
    const files = groups.length ? await this.host.load(groups) : {};
    for (const [name, bytes] of Object.entries(files)) {
      if (Object.hasOwn(ADDON_HASHES, name) && ADDON_HASHES[name] === sha256Hex(new Uint8Array(bytes))) this.addons[name] = bytes;
    }
    if (!groups.every((group) => this.has(group))) this.say(this.words.prepareFailed);
  }

  /** @param {AddonGroup} group */
  has(group) {
    return ADDON_FILES[group].every((name) => name in this.addons);
  }

  /** @param {File[]} files @param {Kind} kind */
  add(files, kind) {
    const room = Math.floor((MOST_PICTURES - weigh(this.rows.filter((row) => row.phase !== "refused"))) / weigh([{ kind }]));
    if (files.length > room) this.say(fill(this.words.tooMany, { most: MOST_PICTURES }));
    for (const file of files.slice(0, room)) {
      const row = new Row(file, kind, ++this.numbers[kind], this.words, (removed) => this.remove(removed));
      this.rows.push(row);
      this.list.append(row.element);
    }
    this.refresh();
    this.runQueue();
  }

  /** One after another: a phone has memory for one large picture at a time. */
  async runQueue() {
    if (this.running) return;
    this.running = true;
    for (let row = this.next(); row; row = this.next()) {
      row.show("working", this.words.working);
      this.refresh();
      this.settle(row, await this.hash(row));
      this.refresh();
    }
    this.running = false;
  }

  next() {
    return this.rows.find((row) => row.phase === "waiting");
  }

  /** @param {Row} row @returns {Promise<Answer>} */
  async hash(row) {
    /** @type {AddonGroup[]} */
    let given = [];
    /** @type {AddonGroup[]} */
    const lacking = [];
    for (;;) {
      const { done, stop } = startTask(
        { task: "hash", file: row.file, addons: this.filesOf(given), lacking },
        { workerText: this.workerText, groups: given, onProgress: (progress) => (row.bar.value = progress) },
      );
      row.stop = stop;
      const answer = await done;
      if (!("needs" in answer)) return answer;
      if (answer.needs === "video" && !this.preparing.has("video")) return { refused: "otherKind" };
      if (this.has(answer.needs)) given = [answer.needs];
      else lacking.push(answer.needs);
    }
  }

  /** @param {AddonGroup[]} groups @returns {AddonFiles} */
  filesOf(groups) {
    return Object.fromEntries(groups.flatMap((group) => ADDON_FILES[group]).map((name) => [name, this.addons[name]]));
  }

  /** @param {Row} row @param {Answer} answer */
  settle(row, answer) {
    if (!this.rows.includes(row)) return; // cancelled meanwhile
    const { words } = this;
    if (!("picture" in answer)) {
      return row.show("refused", words.refused, words["refused" in answer ? answer.refused : "unreadable"]);
    }
    const { picture } = answer;
    if (this.rows.some((other) => other.picture?.sha256 === picture.sha256)) return row.show("refused", words.refused, words.duplicate);
    row.kind = picture.kind; // a video among the pictures
    if (weigh(this.rows.filter((each) => each.phase !== "refused")) > MOST_PICTURES) {
      return row.show("refused", words.refused, fill(words.tooMany, { most: MOST_PICTURES }));
    }
    row.picture = picture;
    const sentences = picture.approx ? [words.approx] : [];
    if (!answer.note) return row.show("ready", words.ready, ...sentences);
    const isVideo = picture.kind === "video";
    row.show("ready", words.partlyReady, words[isVideo && answer.note === "plain" ? "plainVideo" : isVideo ? "undecodableVideo" : answer.note]);
  }

  /** @param {Row} row */
  remove(row) {
    const at = this.rows.indexOf(row);
    this.rows.splice(at, 1);
    row.stop();
    row.element.remove();
    // The focus must not fall out of the page when the button that had it is gone.
    const neighbour = this.rows[at] ?? this.rows[at - 1];
    (neighbour?.button ?? this.choosers.querySelector("input"))?.focus();
    this.refresh(fill(this.words.removed, { name: row.name }));
  }

  togglePreviews() {
    const hidden = this.list.classList.toggle("hidden-previews");
    this.previews.textContent = hidden ? this.words.showPreviews : this.words.hidePreviews;
  }

  /** @returns {State} */
  get state() {
    const count = (/** @type {string} */ phase) => this.rows.filter((row) => row.phase === phase).length;
    const left = count("waiting") + count("working");
    const ready = count("ready");
    return { phase: !this.started ? "starting" : left ? "working" : ready ? "ready" : "choosing", left, ready, refused: count("refused") };
  }

  /** @returns {Payload} */
  get payload() {
    return { spec: SPEC, pictures: this.rows.flatMap((row) => row.picture ?? []) };
  }

  /** Tells the person and the host how things stand. @param {string} [first] */
  refresh(first) {
    const { state, words } = this;
    const text = state.left ? words.statusWorking : this.rows.length ? words.statusReady : words.statusNone;
    this.status.textContent = [first, fill(text, { ...state })].join(" ").trim();
    this.heading.hidden = this.rows.length === 0;
    this.previews.hidden = !this.rows.some((row) => row.preview.firstChild);
    this.host.onPictures(this.payload);
    this.host.onState(state);
  }
}
