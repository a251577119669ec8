/** An animation comes apart into whole files, however it is broken, and the picture that is seen longest is found as in Python. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";

import { openAnimation } from "../src/containers.js";
import { mayMove } from "../src/formats.js";
import { addSeen, longest } from "../src/moving.js";

/** @param {...(string | number[])} parts @returns {number[]} */
const list = (...parts) => parts.flatMap((part) => (typeof part === "string" ? [...part].map((letter) => letter.charCodeAt(0)) : part));
const low16 = (/** @type {number} */ value) => [value & 255, value >> 8];
const low24 = (/** @type {number} */ value) => [...low16(value & 65535), value >> 16];
const low32 = (/** @type {number} */ value) => [...low16(value & 65535), ...low16(value >>> 16)];
const high32 = (/** @type {number} */ value) => low32(value).reverse();

/** @param {number} rule @param {number} delay @param {number[]} box */
const gifFrame = (rule, delay, box) => [0x21, 0xf9, 4, rule << 2, ...low16(delay), 7, 0, 0x2c, ...box.flatMap(low16), 0, 2, 2, 0x4c, 1, 0];
const LOOP = list([0x21, 0xff, 11], "NETSCAPE2.0", [3, 1, 0, 0, 0]);
const gif = (/** @type {number[]} */ loop) =>
  list("GIF89a", low16(10), low16(8), [0x80, 0, 0], [1, 2, 3, 4, 5, 6], loop, [0x21, 0xfe, 2, 65, 66, 0], gifFrame(1, 5, [0, 0, 10, 8]), gifFrame(2, 0, [2, 1, 4, 3]), gifFrame(3, 90, [1, 1, 2, 2]), [0x3b]);

/** @param {string} name @param {number[]} data */
const chunk = (name, data) => [...high32(data.length), ...list(name), ...data, ...high32(crc32(Uint8Array.from(list(name, data))))];
/** @param {number} width @param {number} height @param {number} x @param {number} y @param {number[]} rest */
const control = (width, height, x, y, rest) => chunk("fcTL", [0, 0, 0, 0, ...[width, height, x, y].flatMap(high32), ...rest]);
const SIGNATURE = list("\x89PNG\r\n\x1a\n");
const HEAD = [8, 3, 0, 0, 0];
/** @param {number[]} [before] @param {number} [plays] */
const png = (before = [], plays = 0) =>
  list(SIGNATURE, chunk("IHDR", [...high32(10), ...high32(8), ...HEAD]), chunk("acTL", [...high32(2), ...high32(plays)]), before, chunk("PLTE", [9, 9, 9]), chunk("IDAT", [1]),
    control(10, 8, 0, 0, [0, 5, 0, 0, 1, 0]), chunk("fdAT", [0, 0, 0, 1, 2, 3]), chunk("fdAT", [0, 0, 0, 2, 4]), control(4, 3, 2, 1, [0, 9, 0, 10, 2, 1]), chunk("fdAT", [0, 0, 0, 3, 5]), chunk("IEND", []));

/** @param {number[]} box @param {number} delay @param {number} flags */
const webpFrame = (box, delay, flags) => list("ANMF", low32(26), low24(box[0] / 2), low24(box[1] / 2), low24(box[2] - 1), low24(box[3] - 1), low24(delay), [flags], "VP8L", low32(1), [7, 0]);
const webp = (/** @type {number} */ plays) =>
  list("RIFF", low32(0), "WEBPVP8X", low32(10), [2, 0, 0, 0], low24(9), low24(7), "ANIM", low32(6), [0, 0, 0, 0], low16(plays), webpFrame([0, 0, 10, 8], 50, 1), webpFrame([2, 4, 4, 3], 900, 2));

const open = (/** @type {number[]} */ bytes, /** @type {"gif" | "png" | "webp"} */ format) => openAnimation(Uint8Array.from(bytes), format);
/** @param {import("../src/containers.js").Animation} animation */
const placesOf = ({ frames }) => frames.map(({ x, y, width, height, seconds, replaces, afterwards }) => [x, y, width, height, seconds, replaces, afterwards]);
const bytesOf = async (/** @type {Blob} */ file) => [...new Uint8Array(await file.arrayBuffer())];

test("a GIF: each frame with the colours, its transparent one and its place", async () => {
  const { width, height, ends, frames } = open(gif(LOOP), "gif");
  assert.deepEqual([width, height, ends], [10, 8, false]);
  assert.deepEqual(placesOf(open(gif(LOOP), "gif")), [
    [0, 0, 10, 8, 0.05, false, "keep"],
    [2, 1, 4, 3, 0, false, "clear"],
    [1, 1, 2, 2, 0.9, false, "restore"],
  ]);
  const file = frames[1].file();
  assert.equal(file.type, "image/gif");
  assert.deepEqual(await bytesOf(file), list("GIF89a", low16(4), low16(3), [0x80, 0, 0], [1, 2, 3, 4, 5, 6], [0x21, 0xf9, 4, 0, 0, 0, 7, 0], [0x2c, 0, 0, 0, 0, ...low16(4), ...low16(3), 0, 2, 2, 0x4c, 1, 0], ";"));
  assert.equal(open(gif([]), "gif").ends, true);
});

test("a PNG: each frame with what holds for all, and no default image that nobody sees", async () => {
  const { width, height, ends, frames } = open(png(), "png");
  assert.deepEqual([width, height, ends], [10, 8, false]);
  assert.deepEqual(placesOf(open(png(), "png")), [
    [0, 0, 10, 8, 0.05, true, "clear"],
    [2, 1, 4, 3, 0.9, false, "restore"],
  ]);
  assert.deepEqual(await bytesOf(frames[0].file()), list(SIGNATURE, chunk("IHDR", [...high32(10), ...high32(8), ...HEAD]), chunk("PLTE", [9, 9, 9]), chunk("IDAT", [2, 3, 4]), chunk("IEND", [])));
  assert.deepEqual(await bytesOf(frames[1].file()), list(SIGNATURE, chunk("IHDR", [...high32(4), ...high32(3), ...HEAD]), chunk("PLTE", [9, 9, 9]), chunk("IDAT", [5]), chunk("IEND", [])));
  assert.equal(open(png([], 2), "png").ends, true);
  assert.deepEqual(open(png(chunk("eXIf", [1])), "png").frames, []);
});

test("a WebP: each frame as a file that may have alpha", async () => {
  const { width, height, ends, frames } = open(webp(0), "webp");
  assert.deepEqual([width, height, ends], [10, 8, false]);
  assert.deepEqual(placesOf(open(webp(0), "webp")), [
    [0, 0, 10, 8, 0.05, false, "clear"],
    [2, 4, 4, 3, 0.9, true, "keep"],
  ]);
  assert.deepEqual(await bytesOf(frames[1].file()), list("RIFF", low32(32), "WEBPVP8X", low32(10), [0x10, 0, 0, 0], low24(3), low24(2), "VP8L", low32(1), [7, 0]));
  assert.equal(open(webp(1), "webp").ends, true);
});

test("cut short or changed anywhere, it ends, and gives the whole frames that are left or a RangeError", () => {
  let seed = 7;
  const draw = (/** @type {number} */ most) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % most;
  for (const [format, bytes] of /** @type {const} */ ([["gif", gif(LOOP)], ["png", png()], ["webp", webp(0)]])) {
    const most = open(bytes, format).frames.length;
    let before = 0;
    for (let length = 0; length <= bytes.length; length++) {
      let found = 0;
      assert.doesNotThrow(() => {
        try {
          found = open(bytes.slice(0, length), format).frames.length;
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
        }
      }, `${format}, ${length} bytes`);
      assert.ok(found >= before && found <= most, `${format}, ${length} bytes: ${found}`);
      before = found;
    }
    assert.equal(before, most);
    for (let round = 0; round < 2000; round++) {
      const changed = [...bytes];
      for (let change = 0; change < 3; change++) changed[draw(changed.length)] = draw(256);
      try {
        open(changed, format).frames.forEach(({ file }) => file());
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error));
      }
    }
  }
});

test("what may move is told by its first bytes", () => {
  const head = (/** @type {number[]} */ bytes) => Uint8Array.from(bytes);
  assert.ok(mayMove(head(gif([])), "gif"));
  assert.ok(mayMove(head(png()), "png"));
  assert.ok(mayMove(head(webp(0)), "webp"));
  assert.ok(!mayMove(head(list(SIGNATURE, chunk("IDAT", [1]))), "png"));
  assert.ok(!mayMove(head(list("acTL")), "jpeg"));
});

test("what hardly differs is one picture, what is too plain comes last, and of two the first", () => {
  const hash = (/** @type {number} */ bits) => ((1n << BigInt(bits)) - 1n).toString(16).padStart(64, "0");
  /** @param {[bits: number, quality: number, seconds: number][]} frames */
  const chosen = (frames) => {
    /** @type {import("../src/moving.js").Seen[]} */
    const seen = [];
    frames.forEach(([bits, quality, seconds], number) => addSeen(seen, { hex: hash(bits), quality, number, seconds }));
    return longest(seen)?.number;
  };
  assert.equal(chosen([]), undefined);
  assert.equal(chosen([[0, 100, 1], [100, 100, 2], [200, 100, 2]]), 1);
  assert.equal(chosen([[0, 100, 1], [100, 100, 2], [10, 100, 1.5]]), 0);
  assert.equal(chosen([[0, 100, 1], [100, 100, 2], [11, 100, 1.5]]), 1);
  assert.equal(chosen([[0, 49, 9], [100, 50, 1]]), 1);
  assert.equal(chosen([[0, 49, 1], [100, 49, 2]]), 1);
  // Plain frames are one picture only where they are the same, and a last frame that stays is a picture of its own.
  assert.equal(chosen([[0, 10, 1], [1, 10, 1.5], [2, 10, 1]]), 1);
  assert.equal(chosen([[0, 100, 5], [4, 100, Infinity]]), 1);
  assert.equal(chosen([[0, 100, 5], [0, 100, Infinity]]), 0);
});
