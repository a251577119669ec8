/** The canary notices a single changed sample, and its file is one that decoders agree on. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { canaryFile, isCanary } from "../src/canary.js";

const SIDE = 64;

/** @returns {Promise<Uint8Array>} the file as a decoder reads it: bottom row first, blue, green, red */
async function decoded() {
  const bytes = new Uint8Array(await canaryFile().arrayBuffer());
  const start = new DataView(bytes.buffer).getUint32(10, true);
  const rgba = new Uint8Array(SIDE * SIDE * 4).fill(255);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const from = start + ((SIDE - 1 - y) * SIDE + x) * 3;
      rgba.set([bytes[from + 2], bytes[from + 1], bytes[from]], (y * SIDE + x) * 4);
    }
  }
  return rgba;
}

test("true pixels pass", async () => assert.ok(isCanary(await decoded())));

test("one step in one sample does not", async () => {
  for (const at of [0, 1, 2, 3, 8191, SIDE * SIDE * 4 - 1, SIDE * SIDE * 4 - 2]) {
    const rgba = await decoded();
    rgba[at] ^= 1;
    assert.ok(!isCanary(rgba), `sample ${at}`);
  }
});

test("placeholders do not", () => {
  assert.ok(!isCanary(new Uint8Array(SIDE * SIDE * 4).fill(255)));
  assert.ok(!isCanary(new Uint8Array(SIDE * SIDE * 4)));
  assert.ok(!isCanary(new Uint8Array(0)));
});
