/** HPKE's key schedule by the vectors of RFC 9180, and that each message has a key pair of its own. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { toHex } from "../../../leeward/victim/locker/js/bytes.js";
import { agreeNatively, schedule, sealOnce } from "../../../leeward/victim/locker/js/hpke.js";
import { fromHex } from "./recipes.js";

/** Base mode with X25519 and HKDF-SHA256; the suite with AES-256-GCM is in none of the RFC's appendices, and the vault's `unwrap` proves it (test_lwf1.py). */
const VECTORS = [
  {
    name: "A.1.1, AES-128-GCM",
    aead: { id: 1, keyBytes: 16 },
    skEm: "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736",
    pkRm: "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
    enc: "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
    key: "4531685d41d65f03dc48f6b8302c05b0",
    nonce: "56d890e5accaaf011cff4b7d",
  },
  {
    name: "A.2.1, ChaCha20Poly1305",
    aead: { id: 3, keyBytes: 32 },
    skEm: "f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600",
    pkRm: "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
    enc: "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
    key: "ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91",
    nonce: "5c4d98150661b848853b547f",
  },
];
const INFO = fromHex("4f6465206f6e2061204772656369616e2055726e");
const PKCS8 = "302e020100300506032b656e04220420";

/** @param {string} secret @param {Uint8Array<ArrayBuffer>} publicKey */
async function agreeWith(secret, publicKey) {
  const own = await crypto.subtle.importKey("pkcs8", fromHex(PKCS8 + secret), "X25519", false, ["deriveBits"]);
  const receiver = await crypto.subtle.importKey("raw", publicKey, "X25519", false, []);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: receiver }, own, 256));
}

for (const { name, aead, skEm, pkRm, enc, key, nonce } of VECTORS) {
  test(`RFC 9180, ${name}`, async () => {
    const agreed = { enc: fromHex(enc), shared: await agreeWith(skEm, fromHex(pkRm)) };
    const found = await schedule(agreed, fromHex(pkRm), INFO, aead);
    assert.equal(toHex(found.key), key);
    assert.equal(toHex(found.nonce), nonce);
  });
}

test("the first ciphertext of A.1.1", async () => {
  const [{ aead, skEm, pkRm, enc }] = VECTORS;
  const agreed = { enc: fromHex(enc), shared: await agreeWith(skEm, fromHex(pkRm)) };
  const { key, nonce } = await schedule(agreed, fromHex(pkRm), INFO, aead);
  const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const plain = fromHex("4265617574792069732074727574682c20747275746820626561757479");
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: fromHex("436f756e742d30") }, imported, plain);
  assert.equal(toHex(new Uint8Array(sealed)), "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a");
});

test("two wraps of one key share nothing", async () => {
  const publicKey = fromHex(VECTORS[0].pkRm);
  const [one, other] = [await sealOnce(INFO, publicKey, INFO, agreeNatively), await sealOnce(INFO, publicKey, INFO, agreeNatively)];
  assert.notEqual(toHex(one.subarray(0, 32)), toHex(other.subarray(0, 32)));
  assert.notEqual(toHex(one.subarray(32)), toHex(other.subarray(32)));
});
