/** MD5 and SHA-256 of a file of any size, read piece by piece; they find exact copies. */
import { md5 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/**
 * @typedef {{update: (bytes: Uint8Array) => unknown, hex: () => string}} Digester
 * @typedef {{md5: string, sha256: string}} Digests in lower-case hex
 */

/** @returns {{md5: Digester, sha256: Digester}} plain script, so that they work where WebAssembly does not */
export function plainDigesters() {
  const [first, second] = [md5.create(), sha256.create()];
  return {
    md5: { update: (bytes) => first.update(bytes), hex: () => bytesToHex(first.digest()) },
    sha256: { update: (bytes) => second.update(bytes), hex: () => bytesToHex(second.digest()) },
  };
}

/** @param {Uint8Array} bytes @returns {string} SHA-256 in hex */
export const sha256Hex = (bytes) => bytesToHex(sha256(bytes));

/**
 * @param {Blob} file
 * @param {{md5: Digester, sha256: Digester}} [digesters]
 * @param {(done: number) => void} [onProgress] from 0 to 1
 * @returns {Promise<Digests>}
 */
export async function digestsOf(file, digesters = plainDigesters(), onProgress = () => {}) {
  const reader = file.stream().getReader();
  let read = 0;
  for (let piece = await reader.read(); piece.value; piece = await reader.read()) {
    digesters.md5.update(piece.value);
    digesters.sha256.update(piece.value);
    read += piece.value.length;
    onProgress(read / file.size);
  }
  return { md5: digesters.md5.hex(), sha256: digesters.sha256.hex() };
}
