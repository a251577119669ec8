/** The test page's own script: joins the frame, and keeps all that it says. */
import { attachHasher, bringFrom } from "/src/page.js";
const manifest = await (await fetch("/dist/manifest.json")).json();
window.changes = [];
window.states = [];
window.keys = [];
window.hasher = attachHasher({
  frame: document.getElementById("hasher"),
  bring: bringFrom("/dist/addons/", manifest),
  onChange: (pictures) => window.changes.push(pictures),
  onState: (state) => window.states.push(state),
});
window.send = () => fetch("/send", { method: "POST", body: JSON.stringify({ spec: "leeward-hashes:1", pictures: window.changes.at(-1) }) });
