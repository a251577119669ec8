/**
 * The offline hasher: the same frame in one file that needs no server and no network. This is the page around it, which
 * shows what the frame made as text, to be copied into the form of the service, or handed to a helpline.
 */
import { attachHasher } from "./page.js";
import { SPEC } from "./payload.js";

/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);

/** @param {string} name @returns {Promise<ArrayBuffer>} an add-on that stands in this very file */
async function embeddedAddon(name) {
  const text = document.querySelector(`script[data-addon="${name}"]`)?.textContent ?? "";
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;
}

attachHasher({
  frame: byId("hasher"),
  bring: embeddedAddon,
  onChange: (pictures) => {
    byId("codes").value = pictures.length ? JSON.stringify({ spec: SPEC, pictures }) : "";
    byId("copied").textContent = "";
  },
  onState: ({ phase }) => (byId("result").hidden = phase !== "ready"),
});
byId("copy").onclick = () => {
  byId("codes").select();
  // The old command works from a file where the newer clipboard is kept for secure pages.
  byId("copied").textContent = document.execCommand("copy") ? byId("copied").dataset.copied : byId("copied").dataset.byHand;
};
byId("main").hidden = false;
