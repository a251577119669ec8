/** The payload is strict: what does not fit is refused with its place, and what fits is built anew. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { MOST_FRAMES, MOST_PICTURES, PayloadError, SPEC, readPayload, usableMembers, weigh } from "../src/payload.js";

/** @type {{limits: Record<string, number>, cases: {name: string, refused_at: string | null, payload: any}[]}} */
const { limits, cases } = JSON.parse(readFileSync(new URL("../../vectors/payloads.json", import.meta.url), "utf8"));
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
  refused(payload(...Array.from({ length: 31 }, () => image())), /at most 30, where a video counts as two/);
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

test("page and server read the same payloads alike", () => {
  assert.deepEqual([MOST_PICTURES, MOST_FRAMES, weigh([{ kind: "video" }])], [limits.pictures, limits.frames, limits.video_counts_as]);
  for (const { name, refused_at: at, payload: sent } of cases) {
    if (at === null) assert.deepEqual(readPayload(sent), sent, name);
    else assert.throws(() => readPayload(sent), (error) => error instanceof PayloadError && error.message.startsWith(`payload.${at} `), name);
  }
});

test("what the hasher makes of any picture is taken", () => {
  const stripes = cases.find(({ name }) => name === "a crop unlike the others")?.payload.pictures[0];
  const pdq = usableMembers(stripes.pdq);
  assert.ok(pdq.length >= 10 && pdq.length < stripes.pdq.length, String(pdq.length));
  assert.deepEqual(readPayload(payload({ ...stripes, pdq })).pictures[0].pdq, pdq);
  const { pictures } = JSON.parse(readFileSync(new URL("../../vectors/vectors.json", import.meta.url), "utf8"));
  for (const { family } of pictures) {
    const usable = usableMembers(family);
    if (usable.length) assert.equal(readPayload(payload(image({ pdq: usable }))).pictures[0].pdq.length, usable.length);
  }
});

test("what is too plain is left out, and all of it where the picture itself is", () => {
  assert.deepEqual(usableMembers([["upright", HASH, 50], ["crop02", HASH, 49]]), [["upright", HASH, 50]]);
  assert.deepEqual(usableMembers([["upright", HASH, 49], ["crop02", HASH, 90]]), []);
  assert.deepEqual(usableMembers([]), []);
  const odd = "0".repeat(63) + "1";
  assert.deepEqual(usableMembers([["upright", odd, 90], ["crop02", HASH, 90]]), []);
  assert.deepEqual(usableMembers([["frame", odd, 90], ["frame", HASH, 90]]), [["frame", HASH, 90]]);
});
