/** MD5 and SHA-256 against the shared vectors, whole and in pieces. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { digestsOf, sha256Hex } from "../src/digests.js";
import { digestBytes } from "./recipes.js";

const { digests } = JSON.parse(readFileSync(new URL("../../vectors/vectors.json", import.meta.url), "utf8"));

for (const { length, seed, md5, sha256 } of digests) {
  test(`digests of ${length} bytes`, async () => {
    const bytes = digestBytes(length, seed);
    const done = [0];
    assert.deepEqual(await digestsOf(new Blob([bytes]), (part) => done.push(part)), { md5, sha256 });
    assert.equal(done.at(-1), length ? 1 : 0);
    assert.equal(sha256Hex(bytes), sha256);
  });
}

// Blocks are 64 bytes, and the length takes eight bytes of the last one: sizes about these edges, cut in many ways.
for (const length of [0, 1, 54, 55, 56, 57, 63, 64, 65, 118, 119, 120, 121, 127, 128, 129, 5000]) {
  test(`digests of ${length} bytes in pieces of any size are those of node's own library`, async () => {
    const bytes = digestBytes(length, length + 1);
    const wanted = Object.fromEntries(["md5", "sha256"].map((name) => [name, createHash(name).update(bytes).digest("hex")]));
    for (const piece of [1, 7, 63, 64, 65, 128, 5000]) {
      const pieces = Array.from({ length: Math.ceil(length / piece) }, (_, at) => bytes.subarray(at * piece, (at + 1) * piece));
      const stream = () => new ReadableStream({ start: (to) => (pieces.forEach((each) => to.enqueue(each)), to.close()) });
      assert.deepEqual(await digestsOf(/** @type {Blob} */ (/** @type {unknown} */ ({ size: length, stream }))), wanted, `pieces of ${piece}`);
    }
  });
}
