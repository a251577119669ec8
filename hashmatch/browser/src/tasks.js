/** Runs one task in a fresh worker: what it held is gone when it ends. */
import { ADDON_FILES } from "./addon-files.js";
import { DecoderHost } from "./decoder.js";
import { Player } from "./player.js";

/**
 * @typedef {import("./worker.js").Task} Task
 * @typedef {import("./worker.js").Answer} Answer
 * @typedef {import("./worker.js").Message} Message
 * @typedef {import("./worker.js").Help} Help
 */

/** A worker that says nothing for so long has met a file that it cannot get through. */
const PATIENCE_MS = 120_000;

/**
 * @param {Task} task
 * @param {object} options
 * @param {string} options.workerText the script that runs here, for its second role
 * @param {import("./addon-files.js").AddonGroup[]} options.groups whose scripts the worker gets
 * @param {(progress: number) => void} [options.onProgress] from 0 to 1
 * @returns {{done: Promise<Answer>, stop: () => void}}
 */
export function startTask(task, { workerText, groups, onProgress = () => {} }) {
  const addons = "addons" in task ? task.addons : {};
  const scripts = groups.flatMap((group) => ADDON_FILES[group].filter((name) => name.endsWith(".js")).flatMap((name) => [addons[name], "\n"]));
  const address = URL.createObjectURL(new Blob(["self.leewardAddons={};", ...scripts, workerText], { type: "text/javascript" }));
  const worker = new Worker(address);
  const help = (/** @type {Help} */ message, /** @type {Transferable[]} */ transfer = []) => worker.postMessage(message, transfer);
  const decoder = new DecoderHost((reply, transfer) => help({ decoded: reply }, transfer));
  /** @type {Player | null} */
  let player = null;
  /** @type {() => void} */
  let stop = () => {};

  const done = new Promise((/** @type {(answer: Answer) => void} */ resolve) => {
    /** @type {ReturnType<typeof setTimeout>} */
    let timer;
    const end = (/** @type {Answer} */ answer) => {
      clearTimeout(timer);
      worker.terminate();
      decoder.close();
      player?.close();
      URL.revokeObjectURL(address);
      resolve(answer);
    };
    stop = () => end({ refused: "unreadable" });
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(stop, PATIENCE_MS);
    };
    worker.onerror = stop;
    worker.onmessage = async (/** @type {MessageEvent<Message>} */ { data }) => {
      wait();
      if ("progress" in data) onProgress(data.progress);
      else if ("decoder" in data) decoder.take(data.decoder);
      else if ("seek" in data && "file" in task) {
        player ??= new Player(task.file);
        const seen = await player.at(data.seek);
        help({ seen }, seen.bitmap ? [seen.bitmap] : []);
      } else if ("answer" in data) end(data.answer);
    };
    wait();
  });
  worker.postMessage(task);
  return { done, stop };
}
