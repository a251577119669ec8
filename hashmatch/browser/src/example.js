/** The example page's script: shows what a site would send. */
import { SPEC, mountHasher } from "./index.js";

const result = /** @type {HTMLElement} */ (document.getElementById("result"));
await mountHasher({
  frame: /** @type {HTMLIFrameElement} */ (document.getElementById("hasher")),
  onChange: (pictures) => (result.textContent = JSON.stringify({ spec: SPEC, pictures }, null, 1)),
});
