/**
 * HPKE (RFC 9180) in base mode, one message: X25519, HKDF-SHA256, AES-256-GCM, by the browser's own cryptography. What it makes opens
 * with the vault's `unwrap`.
 */
import { bigEndian, hmac, join, utf8 } from "./bytes.js";

/**
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {(publicKey: Bytes) => Promise<{enc: Bytes, shared: Bytes}>} Agree draws a key pair for one message; `enc` is its public half, `shared`
 *   what X25519 makes of the other half and the receiver's key
 * @typedef {{id: number, keyBytes: number}} Aead by its number in RFC 9180
 */

const KEM = 0x0020;
const KDF = 0x0001;
/** @type {Aead} */
const AES_256_GCM = { id: 0x0002, keyBytes: 32 };
const NONCE_BYTES = 12;
const BASE_MODE = 0;
const NOTHING = new Uint8Array(0);
/** A salt that is not there is a row of zeros. */
const NO_SALT = new Uint8Array(32);

/** @param {Bytes} suite */
function labelled(suite) {
  const named = (/** @type {string} */ label) => join(utf8("HPKE-v1"), suite, utf8(label));
  return {
    /** @param {Bytes} salt @param {string} label @param {Bytes} input */
    extract: (salt, label, input) => hmac(salt, join(named(label), input)),
    /** @param {Bytes} root @param {string} label @param {Bytes} info @param {number} length at most 32 */
    expand: async (root, label, info, length) => (await hmac(root, join(bigEndian(length, 2), named(label), info, [1]))).slice(0, length),
  };
}

/** @type {Agree} by the browser; rejected with NotSupportedError where it knows no X25519 */
export async function agreeNatively(publicKey) {
  const pair = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey("X25519", false, ["deriveBits"]));
  const receiver = await crypto.subtle.importKey("raw", publicKey, "X25519", false, []);
  const shared = await crypto.subtle.deriveBits({ name: "X25519", public: receiver }, pair.privateKey, 256);
  return { enc: new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)), shared: new Uint8Array(shared) };
}

/**
 * The key and nonce of one message (RFC 9180, 4.1 and 5.1).
 *
 * @param {{enc: Bytes, shared: Bytes}} agreed @param {Bytes} publicKey of the receiver @param {Bytes} info @param {Aead} [aead]
 * @returns {Promise<{key: Bytes, nonce: Bytes}>}
 */
export async function schedule({ enc, shared }, publicKey, info, aead = AES_256_GCM) {
  const kem = labelled(join(utf8("KEM"), bigEndian(KEM, 2)));
  const root = await kem.extract(NO_SALT, "eae_prk", shared);
  const secret = await kem.expand(root, "shared_secret", join(enc, publicKey), 32);
  const { extract, expand } = labelled(join(utf8("HPKE"), bigEndian(KEM, 2), bigEndian(KDF, 2), bigEndian(aead.id, 2)));
  const context = join([BASE_MODE], await extract(NO_SALT, "psk_id_hash", NOTHING), await extract(NO_SALT, "info_hash", info));
  const inner = await extract(secret, "secret", NOTHING);
  return { key: await expand(inner, "key", context, aead.keyBytes), nonce: await expand(inner, "base_nonce", context, NONCE_BYTES) };
}

/** @param {Bytes} plain @param {Bytes} publicKey @param {Bytes} info @param {Agree} agree @returns {Promise<Bytes>} the key's public half and the sealed text */
export async function sealOnce(plain, publicKey, info, agree) {
  const agreed = await agree(publicKey);
  const { key, nonce } = await schedule(agreed, publicKey, info);
  const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  return join(agreed.enc, new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, imported, plain)));
}
