/** One file, one worker: it reads, hashes, answers, and is then ended with all that it held. */
import { ADDON_FILES } from "./addon-files.js";
import { isTooLarge, inspectFile, isNativeExact, openReduced, openWithBrowser } from "./decode.js";
import { digestsOf } from "./digests.js";
import { hashFamily } from "./family.js";
import { usableMembers } from "./payload.js";

/**
 * @typedef {import("./payload.js").Picture} Picture
 * @typedef {import("./payload.js").Member} Member
 * @typedef {import("./addon-files.js").AddonGroup} AddonGroup
 * @typedef {Record<string, ArrayBuffer>} AddonFiles name to bytes
 * @typedef {"plain" | "damaged" | "large" | "undecodable"} Note why only exact copies can be found
 * @typedef {"empty" | "unknown" | "otherKind" | "unreadable"} Refusal
 * @typedef {{task: "probe"} | {task: "hash", file: File, addons: AddonFiles, lacking: AddonGroup[]}} Task
 * @typedef {import("./video.js").Seen} Seen
 * @typedef {{exact: boolean}} Probe whether the browser's own decoder gives true pixels
 * @typedef {{probe: Probe} | {needs: AddonGroup} | {picture: Picture, note: Note | null} | {refused: Refusal}} Answer
 * @typedef {{progress: number} | {seek: number} | {decoder: import("./decoder.js").Call} | {answer: Answer}} Message to the document
 * @typedef {{seen: Seen} | {decoded: import("./decoder.js").Reply}} Help from the document, while a video is read
 */

/** Part of the progress that hashing takes; the digests take the rest. */
const HASHING = 0.9;

/** @param {Message} message */
const say = (message) => self.postMessage(message);
const sayProgress = (/** @type {number} */ progress) => say({ progress });

/** What only the document has, and a worker must ask for. @returns {import("./video.js").Document} */
function documentLink() {
  let onSeen = (/** @type {Seen} */ _) => {};
  const decoder = {
    tell: (/** @type {import("./decoder.js").Call} */ call) => say({ decoder: call }),
    onReply: (/** @type {import("./decoder.js").Reply} */ _) => {},
  };
  self.onmessage = (/** @type {MessageEvent<Help>} */ { data }) => ("seen" in data ? onSeen(data.seen) : decoder.onReply(data.decoded));
  const seek = (/** @type {number} */ time) =>
    new Promise((/** @type {(seen: Seen) => void} */ resolve) => {
      onSeen = resolve;
      say({ seek: time });
    });
  return { decoder, seek };
}

/** The names of what can be read without the browser's own decoder. */
const DECODABLE = /** @type {const} */ (["jpeg", "png", "webp", "heic"]);
/** What every browser reads: if it does not, the file is at fault. */
const EVERYWHERE = ["jpeg", "png", "gif", "webp", "bmp"];

/**
 * @param {File} file @param {typeof DECODABLE[number]} group @param {AddonFiles} addons
 * @returns {Promise<import("./family.js").RowSource | null>} null where the file is damaged
 */
async function openWithAddon(file, group, addons) {
  const [name] = ADDON_FILES[group].slice(-1);
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    const decode = await leewardAddons[group]?.(addons[name]);
    return (await decode?.(bytes)) ?? null;
  } catch {
    return null;
  }
}

/**
 * @param {File} file @param {AddonFiles} addons @param {AddonGroup[]} lacking
 * @returns {Promise<Answer>}
 */
async function hashFile(file, addons, lacking) {
  if (file.size === 0) return { refused: "empty" };
  const { format, pixels } = await inspectFile(file);
  if (format === "unknown") return { refused: "unknown" };
  if (format === "video") return hashVideoFile(file, lacking);
  if (isTooLarge({ pixels })) return exactOnly(file, "large");

  const exact = await isNativeExact();
  const native = exact ? await openWithBrowser(file) : null;
  if (native && isTooLarge(native)) return exactOnly(file, "large");
  if (native) return hashNative(file, native);

  const group = DECODABLE.find((name) => name === format && (name === "heic" || !exact));
  if (!group || lacking.includes(group)) return exactOnly(file, exact && EVERYWHERE.includes(format) ? "damaged" : "undecodable");
  if (!leewardAddons[group]) return { needs: group };
  const decoded = await openWithAddon(file, group, addons);
  return decoded ? finish(file, "wasm", false, hashFamily(decoded, (done) => sayProgress(done * HASHING))) : exactOnly(file, "damaged");
}

/** @param {File} file @param {import("./decode.js").OpenSource} source @returns {Promise<Answer>} */
async function hashNative(file, source) {
  try {
    return await finish(file, "native", false, hashFamily(source, (done) => sayProgress(done * HASHING)));
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof DOMException)) throw error;
    // Not enough memory for the full size: a smaller reading is still far better than none.
    source.close();
    return finish(file, "native", true, hashFamily(await openReduced(file, source.width, source.height)));
  }
}

/** @param {File} file @param {AddonGroup[]} lacking @returns {Promise<Answer>} */
async function hashVideoFile(file, lacking) {
  if (!leewardAddons.video) return lacking.includes("video") ? exactOnly(file, "undecodable", "video") : { needs: "video" };
  const { path, frames, digests } = await leewardAddons.video.hashVideo(file, sayProgress, documentLink());
  const pdq = usableMembers(frames);
  const picture = { kind: /** @type {const} */ ("video"), path: pdq.length ? path : "bytes", approx: false, ...digests, pdq };
  return { picture, note: pdq.length ? null : frames.length || path === "plain" ? "plain" : "undecodable" };
}

/** @param {File} file @param {string} path @param {boolean} approx @param {Member[]} members @returns {Promise<Answer>} */
async function finish(file, path, approx, members) {
  const pdq = usableMembers(members);
  if (pdq.length === 0) return exactOnly(file, "plain");
  const digests = await digestsOf(file, undefined, (done) => sayProgress(HASHING + done * (1 - HASHING)));
  return { picture: { kind: "image", path, approx, ...digests, pdq }, note: null };
}

/** @param {File} file @param {Note} note @param {"image" | "video"} [kind] @returns {Promise<Answer>} */
async function exactOnly(file, note, kind = "image") {
  return { picture: { kind, path: "bytes", approx: false, ...(await digestsOf(file, undefined, sayProgress)), pdq: [] }, note };
}

/** @param {Task} task @returns {Promise<Answer>} */
async function run(task) {
  if (task.task === "probe") return { probe: { exact: await isNativeExact() } };
  return hashFile(task.file, task.addons, task.lacking);
}

/** Answers the one task that it is sent. */
export function runWorker() {
  self.onmessage = async (/** @type {MessageEvent<Task>} */ { data }) => {
    try {
      say({ answer: await run(data) });
    } catch {
      say({ answer: { refused: "unreadable" } }); // the file could not be read any more, or memory ran out: the person is told so
    }
  };
}
