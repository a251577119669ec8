/** The shared vectors: the same pixels give the identical hashes and qualities here and in Python. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { findTrimmedBox, hashFamily } from "../src/family.js";
import { paint, sourceOf } from "./recipes.js";

const vectors = JSON.parse(readFileSync(new URL("../../vectors/vectors.json", import.meta.url), "utf8"));

test("the vectors are of the version this hasher knows", () => {
  assert.equal(vectors.spec, "hashmatch-vectors:1");
  assert.ok(vectors.pictures.length > 40);
});

for (const picture of vectors.pictures) {
  test(`family of ${picture.name}`, () => {
    const { width, height } = picture;
    const rgb = paint(picture);
    assert.equal(createHash("sha256").update(rgb).digest("hex"), picture.pixels_sha256, "painted otherwise");

    const grey = new Uint8Array(width * height);
    for (let at = 0; at < grey.length; at++) {
      grey[at] = Math.floor((299 * rgb[at * 3] + 587 * rgb[at * 3 + 1] + 114 * rgb[at * 3 + 2] + 500) / 1000);
    }
    const box = findTrimmedBox(grey, width, height);
    assert.deepEqual(box && [box.left, box.top, box.left + box.width, box.top + box.height], picture.trimmed_box);
    assert.deepEqual(hashFamily(sourceOf(rgb, width, height)), picture.family);
  });
}
