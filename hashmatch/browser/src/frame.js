/**
 * The script of the sandboxed frame, whose hash is pinned in the policies of frame and page. It holds the file input.
 * It has no origin, no storage and no way to the network; what it says to the page is numbers and hashes.
 *
 * The same text is the script of the workers: one script to review, one hash to publish.
 */
import { Hasher } from "./hasher.js";
import { runWorker } from "./worker.js";

/** The one way out that no content policy closes. */
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel"]) Reflect.deleteProperty(globalThis, name);

/** @typedef {import("./worker.js").AddonFiles} AddonFiles */

/** @param {string} workerText */
function runFrame(workerText) {
  /** @type {((files: AddonFiles) => void)[]} */
  const loads = [];
  const post = (/** @type {object} */ message) => parent.postMessage(message, "*");
  const root = document.body;
  const hasher = new Hasher(
    root,
    JSON.parse(document.documentElement.dataset.words ?? ""),
    {
      load: (groups) =>
        new Promise((resolve) => {
          loads.push(resolve);
          post({ type: "load", groups });
        }),
      onPictures: (payload) => post({ type: "pictures", payload }),
      onState: (state) => post({ type: "state", state }),
    },
    workerText,
  );
  const postHeight = () => post({ type: "height", pixels: Math.ceil(document.documentElement.getBoundingClientRect().height) });

  addEventListener("message", ({ source, data }) => {
    if (source !== parent || typeof data !== "object" || data === null) return;
    if (data.type === "hello") {
      hasher.host.onPictures(hasher.payload);
      hasher.host.onState(hasher.state);
      postHeight();
    } else if (data.type === "loaded" && typeof data.files === "object" && data.files) {
      const files = Object.entries(data.files).filter(([, bytes]) => bytes instanceof ArrayBuffer);
      loads.shift()?.(Object.fromEntries(files));
    }
  });
  new ResizeObserver(postHeight).observe(document.documentElement);
  hasher.start();
}

if (typeof document === "undefined") runWorker();
else runFrame(document.currentScript?.textContent ?? "");
