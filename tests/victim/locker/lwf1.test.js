/** The locked file's format, from the vectors that Python's side reads as well; and that each damage is found and named. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { toHex } from "../../../leeward/victim/locker/js/bytes.js";
import { FileDamaged, open, partKey, seal, sealedSize } from "../../../leeward/victim/locker/js/lwf1.js";
import { HARMS, chunksOf, contentOf, digestOf, fromHex, whole } from "./recipes.js";

const vectors = JSON.parse(readFileSync(new URL("lwf1.json", import.meta.url), "utf8"));
const itemKey = fromHex(vectors.item_key);
const prefix = fromHex(vectors.prefix);


test("each part has a key of its own", async () => {
  for (const [part, key] of Object.entries(vectors.part_keys)) assert.equal(toHex(await partKey(itemKey, /** @type {any} */ (part))), key);
});

for (const { size, sealed_sha256 } of vectors.files) {
  test(`a file of ${size} bytes is locked as in Python, and opens`, async () => {
    const key = await partKey(itemKey, "copy");
    const sealed = await whole(seal(new Blob([contentOf(size)]), key, prefix));
    assert.equal(sealed.length, sealedSize(size));
    assert.equal(await digestOf(sealed), sealed_sha256);
    assert.deepEqual(await whole(open(new Blob([sealed]), key)), contentOf(size));
  });
}

test("two files under one key have nothing in common", async () => {
  const key = await partKey(itemKey, "copy");
  const [one, other] = [await whole(seal(new Blob(["x"]), key)), await whole(seal(new Blob(["x"]), key))];
  assert.notDeepEqual(one.subarray(5, 12), other.subarray(5, 12));
  assert.notDeepEqual(one.subarray(16), other.subarray(16));
});

for (const { harm, damage } of vectors.damages) {
  test(`${harm}: ${damage}`, async () => {
    const key = await partKey(itemKey, "copy");
    const locked = (/** @type {number} */ size, /** @type {any} */ by = key) => whole(seal(new Blob([contentOf(size)]), by, prefix));
    const others = { part: await locked(vectors.damaged_size, await partKey(itemKey, "view")), file: await whole(seal(new Blob([contentOf(vectors.damaged_size)]), key)) };
    const harmed = new Blob(HARMS[harm](chunksOf(await locked(vectors.damaged_size)), { part: chunksOf(others.part), file: chunksOf(others.file) }));
    await assert.rejects(whole(open(harmed, key)), (error) => error instanceof FileDamaged && error.damage === damage);
  });
}

test("a last chunk without the mark of its end is refused", async () => {
  const key = await partKey(itemKey, "copy");
  const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const sealed = await whole(seal(new Blob(["x"]), key, prefix));
  const lock = { name: "AES-GCM", iv: new Uint8Array([...prefix, 0, 0, 0, 0, 1]), additionalData: sealed.subarray(0, 16) };
  const empty = await crypto.subtle.encrypt(lock, imported, new Uint8Array(64 * 1024));
  await assert.rejects(whole(open(new Blob([sealed.subarray(0, 16), empty]), key)), (error) => error instanceof FileDamaged && error.damage === "filling");
});
