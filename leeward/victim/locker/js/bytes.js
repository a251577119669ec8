/** Bytes, and the two primitives that the format and the wrap share. */

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/** @param {string} text @returns {Bytes} */
export const utf8 = (text) => new Uint8Array(new TextEncoder().encode(text));

/** @param {number} value @param {number} length @returns {Bytes} the number in so many bytes, the highest first */
export const bigEndian = (value, length) => Uint8Array.from({ length }, (_, at) => Math.floor(value / 256 ** (length - 1 - at)) % 256);

/** @param {(Uint8Array | number[])[]} parts @returns {Bytes} */
export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

/** @param {Uint8Array} bytes @returns {string} */
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {Bytes} key @param {Bytes} content @returns {Promise<Bytes>} HMAC-SHA256 */
export async function hmac(key, content) {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, content));
}

/** @param {Bytes} root @param {string} purpose @returns {Promise<Bytes>} a key of 32 bytes: HKDF's expansion, as the vault derives its own (`derive_key`) */
export const deriveKey = (root, purpose) => hmac(root, join(utf8(purpose), [1]));
