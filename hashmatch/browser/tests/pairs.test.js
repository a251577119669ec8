/** The shared pairs: how far two hashes are apart. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { distance } from "../src/bits.js";

test("distances are those of Python", () => {
  const { pairs } = JSON.parse(readFileSync(new URL("../../vectors/vectors.json", import.meta.url), "utf8"));
  assert.ok(pairs.length > 10);
  for (const pair of pairs) assert.equal(distance(pair.a, pair.b), pair.distance);
});
