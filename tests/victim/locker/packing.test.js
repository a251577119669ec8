/** A pack is finished by what its manifest names and nothing else, and never handed out before. What other tools say of one: test_packs.py. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 as crcOfNode } from "node:zlib";

import { PackRefused, crc32, openPack } from "../../../leeward/victim/locker/js/packing.js";
import { contentOf, digestOf } from "./recipes.js";

const PICTURE = contentOf(70_000);
const [ONE, TWO] = ["data/exhibits/001.jpg", "data/exhibits/002"];
const LISTED = [[await digestOf(PICTURE), ONE], [await digestOf(contentOf(5)), TWO], [await digestOf(contentOf(3)), "data/items.json"]];
const MANIFEST = LISTED.map(([digest, path]) => `${digest}  ${path}\n`).join("");

/** @param {number} value @param {number} length */
const little = (value, length) => Array.from({ length }, (_, at) => Math.floor(value / 256 ** at) % 256);

/** A stored archive, as Python writes one. @param {[name: string, content: Uint8Array][]} files @returns {Uint8Array<ArrayBuffer>} */
function archiveOf(files) {
  const [heads, list] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  for (const [name, content] of files) {
    const written = Array.from(new TextEncoder().encode(name));
    const sizes = [...little(crcOfNode(content), 4), ...little(content.length, 4), ...little(content.length, 4)];
    const both = [20, 0, 0, 0, 0, 0, 0, 0, 125, 91, ...sizes, ...little(written.length, 2), 0, 0];
    list.push(80, 75, 1, 2, 20, 3, ...both, 0, 0, 0, 0, 0, 0, 0, 0, 164, 129, ...little(heads.length, 4), ...written);
    heads.push(80, 75, 3, 4, ...both, ...written, ...content);
  }
  const end = [80, 75, 5, 6, 0, 0, 0, 0, ...little(files.length, 2), ...little(files.length, 2), ...little(list.length, 4), ...little(heads.length, 4), 0, 0];
  return new Uint8Array([...heads, ...list, ...end]);
}

const text = (/** @type {string} */ words) => new TextEncoder().encode(words);
const UNFINISHED = archiveOf([["pages/manifest-sha256.txt", text(MANIFEST)], ["pages/data/items.json", contentOf(3)]]);
const opened = () => openPack(new Blob([UNFINISHED]));

/** @param {string} flaw @param {string} [path] */
const refusal = (flaw, path = "") => (/** @type {unknown} */ error) => error instanceof PackRefused && error.flaw === flaw && error.path === path;

test("the sum of an archive's file is that of every other tool", () => {
  for (const size of [0, 1, 70_000]) assert.equal(crc32(contentOf(size)), crcOfNode(contentOf(size)));
});

test("what is put in stands behind what was there, and the list names all of it", async () => {
  const pack = await opened();
  assert.deepEqual([...pack.missing.keys()], [ONE, TWO]);
  await pack.add(ONE, new Blob([PICTURE]));
  await pack.add(TWO, new Blob([contentOf(5)]));
  const whole = new Uint8Array(await pack.finish().arrayBuffer());
  const expected = [["pages/manifest-sha256.txt", text(MANIFEST)], ["pages/data/items.json", contentOf(3)], [`pages/${ONE}`, PICTURE], [`pages/${TWO}`, contentOf(5)]];
  assert.deepEqual(whole, archiveOf(/** @type {[string, Uint8Array][]} */ (expected)));
});

test("a pack in which something is missing is not handed out", async () => {
  const pack = await opened();
  assert.throws(pack.finish, refusal("missing", ONE));
  await pack.add(ONE, new Blob([PICTURE]));
  assert.throws(pack.finish, refusal("missing", TWO));
});

test("a file that is not the one that was locked is not put in, nor one that no manifest names, nor one twice", async () => {
  const pack = await opened();
  const changed = PICTURE.map((byte, at) => (at === 40_000 ? byte ^ 1 : byte));
  await assert.rejects(pack.add(ONE, new Blob([changed])), refusal("changed", ONE));
  await assert.rejects(pack.add(ONE, new Blob([contentOf(5)])), refusal("changed", ONE));
  await assert.rejects(pack.add("data/exhibits/003.jpg", new Blob([PICTURE])), refusal("changed", "data/exhibits/003.jpg"));
  await pack.add(ONE, new Blob([PICTURE]));
  await assert.rejects(pack.add(ONE, new Blob([PICTURE])), refusal("changed", ONE));
});

test("what is no pack is refused", async () => {
  const manifest = UNFINISHED.findIndex((_, at) => MANIFEST.startsWith(String.fromCharCode(...UNFINISHED.subarray(at, at + 64))));
  const unreadable = UNFINISHED.map((byte, at) => (at === manifest ? 0x58 : byte));
  for (const content of [new Uint8Array(), text("<!doctype html>"), UNFINISHED.subarray(0, -30), archiveOf([["pages/data/items.json", contentOf(3)]]), unreadable]) {
    await assert.rejects(openPack(new Blob([/** @type {any} */ (content)])), refusal("archive"));
  }
});

test("an archive that would need another format is refused before it is read", async () => {
  const huge = /** @type {any} */ ({ size: 2 ** 32, arrayBuffer: () => assert.fail("it was read") });
  await assert.rejects((await opened()).add(ONE, huge), refusal("large", ONE));
});
