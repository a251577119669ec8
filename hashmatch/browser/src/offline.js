/**
 * The offline hasher: the same hasher in one file that needs no server and no network. It shows its result as text,
 * to be copied into the form of the service, or handed to a helpline.
 */
import { ADDON_FILES } from "./addon-files.js";
import { Hasher, make } from "./hasher.js";
import { readPayload } from "./payload.js";
import { runWorker } from "./worker.js";

/** @param {string} name @returns {ArrayBuffer} an add-on that stands in this very file */
function embeddedAddon(name) {
  const text = document.querySelector(`script[data-addon="${name}"]`)?.textContent ?? "";
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;
}

/** @param {string} workerText */
function runOffline(workerText) {
  /** @type {typeof import("./words.js").WORDS} */
  const words = JSON.parse(document.documentElement.dataset.words ?? "");
  const output = make("textarea", { readOnly: true, id: "codes", spellcheck: false });
  const copied = make("p", { role: "status" });
  const copy = make("button", { type: "button" }, words.offlineCopy);
  copy.onclick = () => {
    output.select();
    // The old command works from a file where the newer clipboard is kept for secure pages.
    copied.textContent = document.execCommand("copy") ? words.offlineCopied : words.offlineCopyByHand;
  };
  const result = make(
    "section",
    { hidden: true },
    make("h2", {}, words.offlineResult),
    make("p", {}, words.offlineExplain),
    make("label", { htmlFor: "codes" }, words.offlineCodes),
    output,
    make("p", {}, copy),
    copied,
  );
  const root = make("main");
  document.body.append(root);
  root.append(make("h1", {}, words.offlineTitle), make("p", {}, words.offlineIntro));
  const hasher = new Hasher(
    root,
    words,
    {
      load: async (groups) => Object.fromEntries(groups.flatMap((group) => ADDON_FILES[group]).map((name) => [name, embeddedAddon(name)])),
      onPictures: (payload) => {
        output.value = payload.pictures.length ? JSON.stringify(readPayload(payload)) : "";
        copied.textContent = "";
      },
      onState: ({ phase }) => (result.hidden = phase !== "ready"),
    },
    workerText,
  );
  root.append(result);
  hasher.start();
}

if (typeof document === "undefined") runWorker();
else runOffline(document.currentScript?.textContent ?? "");
