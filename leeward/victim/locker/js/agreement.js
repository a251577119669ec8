/** Which X25519 is used: the browser's own, or where it has none that of @noble/curves, in a worker; the page brings it, and it is checked. */
import { toHex } from "./bytes.js";
import { agreeNatively } from "./hpke.js";
import { post } from "./parent.js";

/**
 * @param {(parts: any[]) => Worker} makeWorker
 * @returns {Promise<import("./hpke.js").Agree | null>} null where this browser cannot lock files
 */
export async function chooseAgreement(makeWorker) {
  if (!globalThis.crypto?.subtle) return null;
  try {
    await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
    return agreeNatively;
  } catch {
    const script = await bring();
    if (!script || toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", script))) !== CURVES_SHA256) return null;
    return (publicKey) =>
      new Promise((resolve, reject) => {
        const worker = makeWorker([script]);
        worker.onerror = reject;
        worker.onmessage = ({ data: { enc, shared } }) => (worker.terminate(), resolve({ enc: new Uint8Array(enc), shared: new Uint8Array(shared) }));
        worker.postMessage(publicKey);
      });
  }
}

/** @returns {Promise<ArrayBuffer | null>} */
function bring() {
  return new Promise((resolve) => {
    addEventListener("message", ({ source, data }) => source === parent && data.type === "curves" && resolve(data.script));
    post({ type: "curves" });
  });
}
