/** MD5 and SHA-256 against the shared vectors, whole and in pieces. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createMD5, createSHA256 } from "hash-wasm";

import { digestsOf, sha256Hex } from "../src/digests.js";
import { digestBytes } from "./recipes.js";

const { digests } = JSON.parse(readFileSync(new URL("../../vectors/vectors.json", import.meta.url), "utf8"));

for (const { length, seed, md5, sha256 } of digests) {
  test(`digests of ${length} bytes`, async () => {
    const bytes = digestBytes(length, seed);
    const done = [0];
    assert.deepEqual(await digestsOf(new Blob([bytes]), undefined, (part) => done.push(part)), { md5, sha256 });
    assert.equal(done.at(-1), length ? 1 : 0);
    assert.equal(sha256Hex(bytes), sha256);
  });

  test(`digests of ${length} bytes by the faster digesters that videos use`, async () => {
    const [first, second] = [await createMD5(), await createSHA256()];
    const wrap = (/** @type {import("hash-wasm").IHasher} */ hasher) => ({
      update: (/** @type {Uint8Array} */ bytes) => hasher.update(bytes),
      hex: () => hasher.digest("hex"),
    });
    const found = await digestsOf(new Blob([digestBytes(length, seed)]), { md5: wrap(first), sha256: wrap(second) });
    assert.deepEqual(found, { md5, sha256 });
  });
}
