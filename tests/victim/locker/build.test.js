/** What is built is what is published, ours alone in the documents, and small. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

import { buildLocker } from "../../../tools/build_locker.mjs";

const source = new URL("../../../leeward/victim/locker/js/", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "leeward-locker-"));
const target = pathToFileURL(`${folder}/`);
/** @type {Awaited<ReturnType<typeof buildLocker>>} */
let built;

before(async () => (built = await buildLocker(target)));
after(() => rmSync(folder, { recursive: true }));

const read = (/** @type {string} */ name) => readFileSync(new URL(name, target), "utf8");
const scriptOf = (/** @type {string} */ name) => /<script>(.*)<\/script>/s.exec(read(name))?.[1] ?? "";
const pin = (/** @type {string} */ text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
/** The lines that run in the document: what stands before them are the texts of workers. */
const ownLines = () => scriptOf("seal.html").split("\n").slice(1).join("\n");

test("the published hashes are those of this source (node tools/build_locker.mjs --publish writes them)", () => {
  assert.deepEqual(JSON.parse(readFileSync(new URL("published-hashes.json", source), "utf8")), built.published);
  const hash = (/** @type {string} */ text) => createHash("sha256").update(text).digest("hex");
  assert.equal(built.published["seal.html, script"], hash(scriptOf("seal.html")));
  assert.equal(built.published["seal.html, the lines that run in the document"], hash(ownLines()));
  assert.equal(built.published["show.html, script"], hash(scriptOf("show.html")));
});

test("the policies let nothing in and nothing out, and pin what is there", () => {
  for (const [name, workers, types] of [["seal", "; worker-src blob:", "worker"], ["show", "", "'none'"]]) {
    const text = read(`${name}.html`);
    const style = /<style>(.*)<\/style>/s.exec(text)?.[1] ?? "";
    assert.equal([...text.matchAll(/<script>/g)].length, 1);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1];
    assert.equal(
      policy,
      `default-src 'none'; script-src '${pin(scriptOf(`${name}.html`))}'; style-src '${pin(style)}'; img-src blob:; connect-src 'none'; ` +
        `form-action 'none'; base-uri 'none'; require-trusted-types-for 'script'${workers}; trusted-types ${types}`,
    );
    assert.deepEqual([built.manifest.frames[name].script, built.manifest.frames[name].style], [pin(scriptOf(`${name}.html`)), pin(style)]);
  }
});

/** @param {string} text @returns {number} lines that are neither empty nor a comment */
const codeLines = (text) => text.split("\n").filter((line) => !/^\s*(\/\/|\/?\*|$)/.test(line)).length;

test("what runs in the documents is ours alone, and few lines", () => {
  for (const path of [...built.inputs.seal, ...built.inputs.show]) {
    assert.match(path, /^(leeward\/victim\/locker\/js\/|hashmatch\/browser\/src\/reading\.js$)/);
  }
  assert.ok(codeLines(ownLines()) <= 310, `seal.html: ${codeLines(ownLines())}`);
  assert.ok(codeLines(scriptOf("show.html")) <= 150, `show.html: ${codeLines(scriptOf("show.html"))}`);
});

test("the documents make no markup and run no text; workers get theirs", () => {
  const [worker] = scriptOf("seal.html").split("\n");
  assert.match(worker, /^const WORKER_TEXT=".*";$/);
  assert.equal([...ownLines().matchAll(/WORKER_TEXT/g)].length, 1);
  for (const lines of [ownLines(), scriptOf("show.html")]) {
    assert.doesNotMatch(lines, /\beval\b|\bFunction\b|createElement|innerHTML|insertAdjacent|document\.write|setAttribute|importScripts|\bimport\(|\bfetch\b/);
  }
});

test("every word of a frame is one that the server has", () => {
  const words = readFileSync(new URL("../words.py", source), "utf8");
  const used = ["seal.html", "show.html"].flatMap((name) => [...readFileSync(new URL(name, source), "utf8").matchAll(/data-word="(\w+)"/g)]);
  for (const [, word] of used) assert.ok(words.includes(`"${word}":`), word);
});

test("size budgets", async () => {
  const size = (/** @type {string} */ text) => brotliCompressSync(text).length;
  // The worker's own lines, without what it shares with the hasher.
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("worker.js", source))],
    bundle: true,
    external: ["@noble/*", "../../../../hashmatch/*"],
    format: "esm",
    minify: true,
    write: false,
  });
  const beyond = size(ownLines()) + size(outputFiles[0].text) + size(read("locker.js"));
  assert.ok(beyond <= 12_000, `script beyond the hasher's: ${beyond}`);
  assert.ok(built.manifest.files["take.js"].brotli <= 3_500, `the script that puts packs together: ${built.manifest.files["take.js"].brotli}`);
  assert.ok(built.manifest.files["seal.html"].brotli <= 14_000, "the whole frame");
  assert.ok(built.manifest.files["show.html"].brotli <= 5_000, "the frame that opens");
});

test("the licences of what others made are there", () => {
  for (const name of ["@noble/hashes", "@noble/curves"]) assert.match(read("LICENCES.txt"), new RegExp(`=== ${name} \\d`));
  assert.match(read("LICENCES.txt"), /The MIT License/);
});
