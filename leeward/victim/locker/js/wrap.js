/** The first grant of a file, made on the device: the key that was drawn here, sealed to the person's own, and its mark. */
import { deriveKey, hmac, join } from "./bytes.js";
import { sealOnce } from "./hpke.js";

/**
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {{publicKey: Bytes, info: Bytes}} Plan whose key it is, and the vault's text to which the wrap is bound: file, compartment, generation, grantee
 */

/** The first byte of a wrap names its suite, as in the vault. */
const X25519_SUITE = 1;

/**
 * @param {Bytes} key @param {Plan} plan @param {import("./hpke.js").Agree} agree
 * @returns {Promise<{wrapped: Bytes, vouched: Bytes}>} of 81 and 32 bytes; the mark says that whoever knew the key let this public key in
 */
export async function makeGrant(key, { publicKey, info }, agree) {
  const wrapped = join([X25519_SUITE], await sealOnce(key, publicKey, info, agree));
  return { wrapped, vouched: await hmac(await deriveKey(key, "vouch"), join(info, publicKey)) };
}
