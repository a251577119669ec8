/** The payload is strict: what does not fit is refused with its place, and what fits is built anew. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { PayloadError, SPEC, readPayload, usableMembers } from "../src/payload.js";

const HASH = "0f".repeat(32);

/** @param {Record<string, unknown>} [changes] @returns {Record<string, any>} */
const image = (changes = {}) => ({
  kind: "image",
  path: "native",
  approx: false,
  md5: "ab".repeat(16),
  sha256: "cd".repeat(32),
  pdq: [
    ["upright", HASH, 97],
    ["crop02", HASH, 96],
  ],
  ...changes,
});
/** @param {Record<string, unknown>} [changes] */
const video = (changes = {}) => image({ kind: "video", path: "webcodecs", pdq: [["frame", HASH, 88]], ...changes });
/** @param {...unknown} pictures */
const payload = (...pictures) => ({ spec: SPEC, pictures });
/** @param {unknown} value @param {RegExp} message */
const refused = (value, message) =>
  assert.throws(() => readPayload(value), (error) => error instanceof PayloadError && message.test(error.message));

test("what fits is built anew, the same in value", () => {
  const sent = payload(image(), video(), image({ path: "bytes", pdq: [] }));
  const read = readPayload(sent);
  assert.deepEqual(read, sent);
  assert.notEqual(read.pictures[0], sent.pictures[0]);
  assert.notEqual(read.pictures[0].pdq[0], image().pdq[0]);
});

test("nothing rides along", () => {
  refused({ ...payload(), note: "x" }, /unknown field "note"/);
  refused(payload(image({ name: "IMG_1.jpg" })), /pictures\[0\] has the unknown field "name"/);
  refused(payload(image({ pdq: [["upright", HASH, 97, "more"]] })), /pdq\[0\] must be/);
  const sneaky = Object.assign([["upright", HASH, 97]], { note: "x" });
  assert.ok(!("note" in readPayload(payload(image({ pdq: sneaky }))).pictures[0].pdq));
});

test("every field is looked at", () => {
  refused(null, /payload must be an object/);
  refused([], /payload must be an object/);
  refused({ pictures: [] }, /lacks the field "spec"/);
  refused({ spec: "leeward-hashes:2", pictures: [] }, /payload.spec/);
  refused(payload(...Array.from({ length: 51 }, () => image())), /at most 50/);
  refused(payload(image({ kind: "audio" })), /kind must be one of/);
  refused(payload(image({ path: "webcodecs" })), /path must be one of native, wasm, bytes/);
  refused(payload(image({ approx: 0 })), /approx must be true or false/);
  refused(payload(image({ md5: "AB".repeat(16) })), /md5 must be 32 digits/);
  refused(payload(image({ sha256: "ab".repeat(16) })), /sha256 must be 64 digits/);
  refused(payload(image({ pdq: [["frame", HASH, 97]] })), /pdq\[0\]\[0\] must be one of/);
  refused(payload(image({ pdq: [["upright", `${HASH.slice(1)}\n`, 97]] })), /pdq\[0\]\[1\]/);
  for (const quality of [49, 101, 50.5, "97", null, NaN, true, [97]]) {
    refused(payload(image({ pdq: [["upright", HASH, quality]] })), /whole number from 50 to 100/);
  }
  refused(payload(image({ pdq: [["upright", HASH, 97], ["upright", HASH, 97]] })), /twice/);
  refused(payload(video({ pdq: [["frame", HASH, 97], ["frame", HASH, 90]] })), /twice/);
  refused(payload(image({ pdq: [["rot90", HASH, 97]] })), /begin with "upright"/);
  refused(payload(image({ pdq: [] })), /"bytes" where there are no PDQ hashes/);
  refused(payload(image({ path: "bytes" })), /"bytes" where there are no PDQ hashes/);
});

test("a video has room for all its frames, an image for its family", () => {
  const frames = Array.from({ length: 3000 }, (_, at) => ["frame", at.toString(16).padStart(64, "0"), 88]);
  assert.equal(readPayload(payload(video({ pdq: frames }))).pictures[0].pdq.length, 3000);
  refused(payload(video({ pdq: [...frames, ["frame", HASH, 88]] })), /at most 3000/);
  const variants = ["upright", "rot90", "rot180", "rot270", "flipx", "flipy", "flipplus", "flipminus", "trimmed"];
  const crops = Array.from({ length: 10 }, (_, at) => `crop${String(2 * at + 2).padStart(2, "0")}`);
  const family = [...variants, ...crops].map((variant) => [variant, HASH, 100]);
  const text = JSON.stringify(readPayload(payload(image({ pdq: family }))));
  assert.ok(text.length <= 2048, `${text.length} characters`);
});

test("what is too plain is left out, and all of it where the picture itself is", () => {
  assert.deepEqual(usableMembers([["upright", HASH, 50], ["crop02", HASH, 49]]), [["upright", HASH, 50]]);
  assert.deepEqual(usableMembers([["upright", HASH, 49], ["crop02", HASH, 90]]), []);
  assert.deepEqual(usableMembers([]), []);
});
