/**
 * One file, one worker without a document: it reads, hashes, answers, and is then ended with all that it held. Where the
 * code of others must decode the file, that runs in a second such worker, which hands over pixels and answers nothing:
 * what the digests and hashes are is said by our own lines alone.
 */
import { ADDON_FILES } from "./addon-files.js";
import { isTooLarge, inspectFile, isNativeExact, openReduced, openWithBrowser } from "./decode.js";
import { digestsOf, sha256Hex } from "./digests.js";
import { hashFamily } from "./family.js";
import { giveTo, nextRaster } from "./handover.js";
import { usableMembers } from "./payload.js";
import { rasterSource } from "./raster.js";

/**
 * @typedef {import("./payload.js").Picture} Picture
 * @typedef {import("./payload.js").Member} Member
 * @typedef {import("./addon-files.js").Kind} Kind
 * @typedef {import("./addon-files.js").AddonGroup} AddonGroup
 * @typedef {Record<string, ArrayBuffer>} AddonFiles name to bytes
 * @typedef {"plain" | "plainVideo" | "damaged" | "large" | "undecodable" | "undecodableVideo" | "approx"} Note what the person is told
 * @typedef {"empty" | "unknown" | "tooMany" | "unreadable"} Refusal
 * @typedef {{task: "hash", file: File, kind: Kind | null, tools: AddonFiles, lacking: AddonGroup[], seconds: number, most: number, decoder: MessagePort | null}} HashTask
 *   `kind` is null where nobody has looked yet; `seconds` is how long a video is, 0 where unknown; `most` is how many hashes it may
 *   have; `tools` are ours; `decoder` leads to the worker that decodes the file
 * @typedef {{task: "decode", file: File, group: AddonGroup, tools: AddonFiles, seconds: number, hasher: MessagePort}} DecodeTask
 * @typedef {{task: "probe"} | {task: "check", files: AddonFiles} | HashTask | DecodeTask} Task
 * @typedef {{exact: boolean} | {genuine: string[]} | {needs: AddonGroup} | {picture: Picture, note: Note | null} | {refused: Refusal}} Answer
 *   `exact`: the browser's own decoder gives true pixels; `genuine`: the names of the files that are those of this build
 * @typedef {{progress: number} | {call: import("./film.js").Call} | {answer: Answer}} Message to the keeper
 */

/** Part of the progress that hashing takes; the digests take the rest. */
const HASHING = 0.9;
/** Part of it that it takes to find the frame that is seen longest. */
const LOOKING = 0.8;

/** @type {MessagePort} to the keeper */
let port;
/** @param {Message} message */
const say = (message) => port.postMessage(message);
let done = 0;
/** It never goes back: an animation is gone through twice. */
const sayProgress = (/** @type {number} */ progress) => say({ progress: (done = Math.min(1, Math.max(done, progress || 0))) });

/** What only the document has, and a worker must ask for. @returns {import("./remote_decoder.js").Link} */
function documentLink() {
  /** @type {import("./remote_decoder.js").Link} */
  const link = { tell: (call) => say({ call }), onReply: () => {} };
  port.onmessage = ({ data }) => link.onReply(data);
  return link;
}

/** The names of what can be read without the browser's own decoder. */
const DECODABLE = /** @type {const} */ (["jpeg", "png", "webp", "heic"]);
/** What every browser reads: if it does not, the file is at fault. */
const EVERYWHERE = ["jpeg", "png", "gif", "webp", "bmp"];

/** @param {DecodeTask} task @returns {Promise<never>} hands over what the hasher asks for until it is ended */
async function decodeFile({ file, group, tools, seconds, hasher }) {
  const give = giveTo(hasher);
  if (group === "video") {
    await give((await leewardAddons.video?.(file, { link: documentLink(), seconds, give, beat: () => hasher.postMessage("beat") })) ?? null);
  } else {
    const raster = await decodePicture(file, group, tools);
    await give(raster, raster?.data?.buffer ? [raster.data.buffer] : []);
  }
  return new Promise(() => {});
}

/**
 * @param {File} file @param {AddonGroup} group @param {AddonFiles} tools
 * @returns {Promise<import("./handover.js").Raster | null>} null where the file is damaged
 */
async function decodePicture(file, group, tools) {
  const [name] = ADDON_FILES[group].slice(-1);
  const prepare = DECODABLE.some((known) => known === group) ? leewardAddons[/** @type {typeof DECODABLE[number]} */ (group)] : undefined;
  try {
    const decode = await prepare?.(tools[name]);
    return (await decode?.(new Uint8Array(await file.arrayBuffer()))) ?? null;
  } catch {
    return null;
  }
}

/** @param {HashTask} task @returns {Promise<Answer>} */
async function hashFile(task) {
  const { file, lacking, decoder } = task;
  if (file.size === 0) return { refused: "empty" };
  const { format, pixels, moves } = await inspectFile(file);
  if (format === "unknown") return { refused: "unknown" };
  if (format === "video") return hashVideoFile(task);
  if (isTooLarge({ pixels })) return exactOnly(file, "large");

  const exact = await isNativeExact();
  const native = exact ? await openWithBrowser(file) : null;
  if (native && isTooLarge(native)) return exactOnly(file, "large");
  if (exact && moves && !lacking.includes("moving")) {
    if (!leewardAddons.moving) return { needs: "moving" };
    const shown = await leewardAddons.moving(file, moves, (part) => sayProgress(part * LOOKING));
    if (shown) return hashNative(file, shown);
  }
  if (native) return hashNative(file, native);

  const group = DECODABLE.find((name) => name === format && (name === "heic" || !exact));
  if (!group || lacking.includes(group)) return exactOnly(file, exact && EVERYWHERE.includes(format) ? "damaged" : "undecodable");
  if (!decoder) return { needs: group };
  const raster = await nextRaster(decoder);
  return raster ? finish(file, "wasm", false, hashSource(rasterSource(raster))) : exactOnly(file, "damaged");
}

/** Over black; where all is plain there, over white, as on most pages. @param {import("./family.js").RowSource} source */
function hashSource(source) {
  const members = hashFamily(source, (done) => sayProgress(done * HASHING));
  if (!source.over || usableMembers(members).length) return members;
  source.over("white");
  return hashFamily(source);
}

/** @param {File} file @param {import("./decode.js").OpenSource} source @returns {Promise<Answer>} */
async function hashNative(file, source) {
  try {
    return await finish(file, "native", false, hashSource(source));
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof DOMException)) throw error;
    // Not enough memory for the full size: a smaller reading is still far better than none.
    source.close();
    return finish(file, "native", true, hashFamily(await openReduced(file, source.width, source.height)));
  }
}

/** @param {HashTask} task @returns {Promise<Answer>} */
async function hashVideoFile({ file, lacking, seconds, most, decoder }) {
  if (!decoder || !leewardAddons.frames) return lacking.includes("video") ? exactOnly(file, "undecodableVideo", "video") : { needs: "video" };
  const { path, frames, digests } = await leewardAddons.frames(file, sayProgress, { link: documentLink(), seconds, most, decoder });
  const pdq = usableMembers(frames);
  const picture = { kind: /** @type {const} */ ("video"), path: pdq.length ? path : "bytes", approx: false, ...digests, pdq };
  return { picture, note: pdq.length ? null : frames.length || path === "plain" ? "plainVideo" : "undecodableVideo" };
}

/** @param {File} file @param {string} path @param {boolean} approx @param {Member[]} members @returns {Promise<Answer>} */
async function finish(file, path, approx, members) {
  const pdq = usableMembers(members);
  if (pdq.length === 0) return exactOnly(file, "plain");
  const digests = await digestsOf(file, (done) => sayProgress(HASHING + done * (1 - HASHING)));
  return { picture: { kind: "image", path, approx, ...digests, pdq }, note: approx ? "approx" : null };
}

/** @param {File} file @param {Note} note @param {"image" | "video"} [kind] @returns {Promise<Answer>} */
async function exactOnly(file, note, kind = "image") {
  return { picture: { kind, path: "bytes", approx: false, ...(await digestsOf(file, sayProgress)), pdq: [] }, note };
}

/** @param {AddonFiles} files @returns {string[]} the names of those that are whole and of this build */
function genuineNames(files) {
  const isGenuine = (/** @type {string} */ name) => files[name] instanceof ArrayBuffer && ADDON_HASHES[name] === sha256Hex(new Uint8Array(files[name]));
  return Object.keys(ADDON_HASHES).filter(isGenuine);
}

/** @param {Task} task @returns {Promise<Answer>} */
async function run(task) {
  if (task.task === "probe") return { exact: await isNativeExact() };
  if (task.task === "check") return { genuine: genuineNames(task.files) };
  if (task.task === "decode") return decodeFile(task);
  return hashFile(task);
}

/** Answers the one task that it is sent. @param {MessageEvent<Task>} event */
async function answer({ data }) {
  port.onmessage = null;
  try {
    say({ answer: await run(data) });
  } catch {
    say({ answer: { refused: "unreadable" } }); // the file could not be read any more, or memory ran out: the person is told so
  }
}

self.onmessage = (/** @type {MessageEvent<MessagePort>} */ { data }) => {
  port = data;
  sayProgress(0); // it runs
  port.onmessage = answer;
};
