/** Files are known by their bytes, and their size is known before they are decoded. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { inspect } from "../src/formats.js";
import { orientationOf } from "../src/orientation.js";
import { rasterSource } from "../src/raster.js";

/** @param {...(string | number[])} parts @returns {Uint8Array} padded to 64 bytes */
function bytes(...parts) {
  const flat = parts.flatMap((part) => (typeof part === "string" ? [...part].map((character) => character.charCodeAt(0)) : part));
  return Uint8Array.from({ length: Math.max(64, flat.length) }, (_, at) => flat[at] ?? 0);
}

test("pictures and their sizes", () => {
  assert.deepEqual(inspect(bytes("\x89PNG\r\n\x1a\n", [0, 0, 0, 13], "IHDR", [0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20])), { format: "png", pixels: 400_000_000 });
  assert.deepEqual(inspect(bytes("GIF89a", [10, 0, 20, 0])), { format: "gif", pixels: 200 });
  assert.deepEqual(inspect(bytes([0xff, 0xd8, 0xff, 0xe1, 0, 4, 0, 0, 0xff, 0xc2, 0, 17, 8, 0, 100, 0, 200])), { format: "jpeg", pixels: 20_000 });
  assert.deepEqual(inspect(bytes("RIFF", [0, 0, 0, 0], "WEBPVP8X", [10, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 49, 0, 0])), { format: "webp", pixels: 5000 });
  assert.deepEqual(inspect(bytes("RIFF", [0, 0, 0, 0], "WEBPVP8L", [9, 0, 0, 0, 0x2f, 99, 0x40, 0x0c, 0])), { format: "webp", pixels: 5000 });
  assert.equal(inspect(bytes("RIFF", [0, 0, 0, 0], "WEBPVP8 ", [9, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 100, 0, 50, 0])).pixels, 5000);
  assert.equal(inspect(bytes([0, 0, 0, 24], "ftypheic", [0, 0, 0, 0], "mif1heic")).format, "heic");
  assert.equal(inspect(bytes([0, 0, 0, 28], "ftypmif1", [0, 0, 0, 0], "mif1avif")).format, "avif");
  const plain = readFileSync(new URL("pictures/plain.heic", import.meta.url));
  assert.deepEqual(inspect(plain), { format: "heic", pixels: 320 * 240 });
});

test("videos", () => {
  assert.equal(inspect(bytes([0, 0, 0, 24], "ftypisom", [0, 0, 2, 0], "isomavc1")).format, "video");
  assert.equal(inspect(bytes([0, 0, 0, 20], "ftypqt  ")).format, "video");
  assert.equal(inspect(bytes([0x1a, 0x45, 0xdf, 0xa3])).format, "video");
});

test("anything else, however short or broken", () => {
  for (const name of ["hello, this is only text", "<svg xmlns='http://www.w3.org/2000/svg'/>", "%PDF-1.7", "PK\x03\x04"]) {
    assert.equal(inspect(bytes(name)).format, "unknown");
  }
  for (let length = 0; length < 40; length++) {
    for (const start of ["\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "RIFF0000WEBPVP8X", "\0\0\0\x18ftypheic", "BM", "GIF89a"]) {
      inspect(bytes(start).subarray(0, length));
    }
  }
});

test("every orientation ends the right way up", () => {
  // A 3 x 2 picture with the samples 1 to 6, as the eight orientations store it.
  /** @type {[number, number[], number][]} width, stored samples, orientation */
  const stored = [
    [3, [1, 2, 3, 4, 5, 6], 1],
    [3, [3, 2, 1, 6, 5, 4], 2],
    [3, [6, 5, 4, 3, 2, 1], 3],
    [3, [4, 5, 6, 1, 2, 3], 4],
    [2, [1, 4, 2, 5, 3, 6], 5],
    [2, [3, 6, 2, 5, 1, 4], 6],
    [2, [6, 3, 5, 2, 4, 1], 7],
    [2, [4, 1, 5, 2, 6, 3], 8],
  ];
  for (const [width, samples, orientation] of stored) {
    const data = Uint8Array.from(samples.flatMap((sample) => [sample, sample, sample, 255]));
    const source = rasterSource({ data, width, height: 6 / width, orientation });
    assert.deepEqual([source.width, source.height], [3, 2], `orientation ${orientation}`);
    const read = [...source.read(0, 1), ...source.read(1, 1)].filter((_, at) => at % 4 === 0);
    assert.deepEqual(read, [1, 2, 3, 4, 5, 6], `orientation ${orientation}`);
  }
});

test("transparency is laid on black as the vectors' README says", () => {
  const source = rasterSource({ data: Uint8Array.from([200, 100, 255, 128, 9, 9, 9, 0]), width: 2, height: 1, orientation: 1 });
  assert.deepEqual([...source.read(0, 1)], [100, 50, 128, 255, 0, 0, 0, 255]);
});

test("damaged notes about orientation are passed over", () => {
  const exif = [0xff, 0xd8, 0xff, 0xe1, 0, 34];
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
  assert.equal(orientationOf(bytes(exif, "Exif\0\0", tiff), "jpeg"), 6);
  assert.equal(orientationOf(bytes(exif, "Exif\0\0", tiff.with(19, 9)), "jpeg"), 1);
  assert.equal(orientationOf(bytes(exif, "Exif\0\0", tiff.with(7, 200)), "jpeg"), 1);
  assert.equal(orientationOf(bytes([0xff, 0xd8]), "jpeg"), 1);
});
