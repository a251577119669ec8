/** What is built is what is published, the same every time, and small enough for a phone on a slow line. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

import { buildHasher, lastPacked } from "../../../tools/build_hasher.mjs";
import { WORDS } from "../src/words.js";

const deep = process.env.LEEWARD_DEEP === "1";
const here = new URL("../", import.meta.url);
const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), "leeward-hasher-")));
const [first, second] = folders.map((folder) => pathToFileURL(`${folder}/`));
/** @type {import("../../../tools/build_hasher.mjs").Manifest} */
let manifest;
/** @type {Record<string, string>} */
let published;
/** @type {import("../../../tools/build_hasher.mjs").Inputs} */
let inputs;

before(async () => {
  // A file of the same bytes is as small as `make setup` found it; a deep run packs all of them anew.
  ({ manifest, published, inputs } = await buildHasher(first, deep ? undefined : await lastPacked()));
  if (deep) await buildHasher(second);
});
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** @param {string} name @returns {Buffer} */
const read = (name) => readFileSync(new URL(name, first));
/** @param {string} name @returns {string} its one script that runs */
const scriptOf = (name) => /<script>(.*)<\/script>/s.exec(read(name).toString())?.[1] ?? "";
/** @param {string} name @returns {string} a worker's text, which stands in the frame's script as a constant of this name */
const workerText = (name) => JSON.parse(new RegExp(`^const ${name}=(".*");$`, "m").exec(scriptOf("frame.html"))?.[1] ?? "");
const pin = (/** @type {string} */ text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

// To build takes ten seconds; that this build gives the published hashes says nearly the same each time.
test("two builds give the same bytes", { skip: !deep && "only in `make deep`" }, () => {
  const names = readdirSync(first, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.ok(names.length > 10);
  for (const { parentPath, name } of names) {
    const path = join(parentPath, name);
    assert.deepEqual(readFileSync(path), readFileSync(path.replace(folders[0], folders[1])), name);
  }
});

test("the published hashes are those of this source (node tools/build_hasher.mjs --publish writes them)", () => {
  assert.deepEqual(JSON.parse(readFileSync(new URL("published-hashes.json", here), "utf8")), published);
  const script = scriptOf("frame.html");
  const hash = (/** @type {string} */ text) => createHash("sha256").update(text).digest("hex");
  assert.equal(published["frame script"], hash(script));
  assert.equal(published["frame script, the lines that run in the document"], hash(script.split("\n").slice(2).join("\n")));
  for (const name of ["KEEPER_TEXT", "WORKER_TEXT"]) assert.equal(published[`frame script, ${name}`], hash(workerText(name)));
});

test("the policies pin the script and the style that are there", () => {
  const frame = pin(scriptOf("frame.html"));
  /** @type {[string, string[], string][]} */
  const documents = [
    ["frame.html", [frame], "; require-trusted-types-for 'script'; trusted-types worker"],
    ["offline.html", [pin(scriptOf("offline.html")), frame], ""],
  ];
  for (const [name, scripts, more] of documents) {
    const text = read(name).toString();
    const style = /<style>(.*)<\/style>/s.exec(text)?.[1] ?? "";
    assert.equal([...text.matchAll(/<script>/g)].length, 1, `${name}: one script`);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1];
    assert.equal(
      policy,
      `default-src 'none'; script-src ${scripts.map((script) => `'${script}'`).join(" ")} 'wasm-unsafe-eval'; style-src '${pin(style)}'; ` +
        `worker-src blob:; img-src blob:; media-src blob:; connect-src 'none'; form-action 'none'; base-uri 'none'${more}`,
    );
  }
  assert.equal(manifest.frame_script_csp, pin(scriptOf("frame.html")));
});

/** @param {string} path from the root @returns {number} lines of a source that are neither empty nor a comment */
const codeLines = (path) => readFileSync(new URL(`../../${path}`, here), "utf8").split("\n").filter((line) => !/^\s*(\/\/|\/?\*|$)/.test(line)).length;

test("what runs in the document is ours alone, and short enough to be read aloud", () => {
  const own = ["film", "frame", "reading"].map((name) => `hashmatch/browser/src/${name}.js`);
  assert.deepEqual(inputs.frame, own);
  assert.ok(own.reduce((sum, path) => sum + codeLines(path), 0) <= 170);
  for (const path of own) {
    const longest = Math.max(...readFileSync(new URL(`../../${path}`, here), "utf8").split("\n").map((line) => line.length));
    assert.ok(longest <= 160, `${path}: no line is made long to save another`);
  }
});

test("the frame's keeper is ours alone too, and so is all that says what digests and hashes are", () => {
  for (const of of /** @type {const} */ (["keeper", "worker", "ours"])) {
    assert.ok(inputs[of].length >= 3, of);
    assert.deepEqual(inputs[of].filter((path) => !path.startsWith("hashmatch/browser/src/")), [], of);
  }
});

test("the document's script gives its workers' texts to workers and runs neither", () => {
  const [keeper, worker, ...lines] = scriptOf("frame.html").split("\n");
  assert.match(keeper, /^const KEEPER_TEXT=".*";$/);
  assert.match(worker, /^const WORKER_TEXT=".*";$/);
  const own = lines.join("\n");
  assert.equal([...own.matchAll(/KEEPER_TEXT/g)].length, 1);
  assert.match(own, /makeWorker\(\[KEEPER_TEXT\]\)/);
  assert.equal([...own.matchAll(/WORKER_TEXT/g)].length, 1);
  assert.match(own, /makeWorker\(\[\.\.\.scripts, WORKER_TEXT\]\)/);
  assert.doesNotMatch(own, /\beval\b|\bFunction\b|createElement|innerHTML|insertAdjacent|document\.write|setAttribute|importScripts|\bimport\(/);
});

test("a worker checks every tool that there is", () => {
  const script = workerText("WORKER_TEXT");
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    if (name.startsWith("addons/") && name !== "addons/LICENCES.txt") assert.ok(script.includes(sha256), name);
  }
});

test("tools that others made are unmodified", () => {
  for (const [name, path] of [["libheif.js", "libheif-js/libheif-wasm/libheif.js"], ["libheif.wasm", "libheif-js/libheif-wasm/libheif.wasm"]]) {
    assert.deepEqual(read(`addons/${name}`), readFileSync(new URL(`../../node_modules/${path}`, here)));
  }
  const licences = read("addons/LICENCES.txt").toString();
  for (const words of ["GNU LESSER GENERAL PUBLIC LICENSE", "Mozilla Public License", "Apache License", "MIT"]) {
    assert.ok(licences.includes(words), words);
  }
});

test("size budgets", async () => {
  // Hashing is 13 kB of this; the rest is the canary, the hash family, reading a file's own idea of its size before a
  // decoder sees it, the keeper, and the frame's own lines as they are written. See DESIGN.md.
  assert.ok(manifest.frame_script_bytes <= 38_500, `frame script: ${manifest.frame_script_bytes}`);

  const brotli = (/** @type {string[]} */ names) => names.reduce((sum, name) => sum + manifest.files[`addons/${name}`].brotli, 0);
  assert.ok(brotli(["jpeg.js", "jpeg.wasm", "png.js", "png.wasm", "webp.js", "webp.wasm"]) <= 200_000, "photo tools");
  assert.ok(brotli(["libheif.js", "heic.js", "libheif.wasm"]) <= 520_000, "HEIC");
  assert.ok(brotli(["mediabunny.js", "video.js", "frames.js"]) <= 75_000, "video");
  assert.ok(brotli(["moving.js"]) <= 5_000, "animations");

  const page = await build({ entryPoints: [new URL("src/page.js", here).pathname], bundle: true, minify: true, format: "iife", write: false });
  const firstPage = manifest.files["frame.html"].brotli + brotliCompressSync(page.outputFiles[0].contents).length;
  assert.ok(firstPage <= 30_000, `frame and page: ${firstPage}`);
});

test("every word is used, and every word used is there", () => {
  const names = ["frame.html", "frame.js", "keeper.js", "worker.js", "offline.html"];
  const sources = names.map((name) => readFileSync(new URL(`src/${name}`, here), "utf8")).join("\n");
  assert.deepEqual(JSON.parse(read("words.json").toString()), WORDS);
  for (const key of Object.keys(WORDS)) assert.ok(new RegExp(`["{]${key}["}]`).test(sources), `${key} is not used`);
  for (const [, key] of sources.matchAll(/(?:data-word=|fill\()"(\w+)"/g)) assert.ok(key in WORDS, `${key} is not in words.js`);
});

test("the templates' placeholders are there for the server to fill", () => {
  const text = read("frame.html").toString();
  assert.ok(text.includes('<html lang="__LANG__" dir="__DIR__" data-words="__WORDS__">'));
  assert.doesNotMatch(read("offline.html").toString(), /__(LANG|DIR|WORDS)__|\{\{\w+\}\}/);
  assert.ok(WORDS.tooMany.includes("{most}"));
});
