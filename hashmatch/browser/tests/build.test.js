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

import { buildHasher } from "../../../tools/build_hasher.mjs";
import { WORDS } from "../src/words.js";

const here = new URL("../", import.meta.url);
const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), "leeward-hasher-")));
const [first, second] = folders.map((folder) => pathToFileURL(`${folder}/`));
/** @type {import("../../../tools/build_hasher.mjs").Manifest} */
let manifest;
/** @type {Record<string, string>} */
let published;

before(async () => {
  ({ manifest, published } = await buildHasher(first));
  await buildHasher(second);
});
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** @param {string} name @returns {Buffer} */
const read = (name) => readFileSync(new URL(name, first));
/** @param {string} name @returns {string} its one script that runs */
const scriptOf = (name) => /<script>(.*)<\/script>/s.exec(read(name).toString())?.[1] ?? "";
const pin = (/** @type {string} */ text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

test("two builds give the same bytes", () => {
  const names = readdirSync(first, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.ok(names.length > 10);
  for (const { parentPath, name } of names) {
    const path = join(parentPath, name);
    assert.deepEqual(readFileSync(path), readFileSync(path.replace(folders[0], folders[1])), name);
  }
});

test("the published hashes are those of this source (node tools/build_hasher.mjs --publish writes them)", () => {
  assert.deepEqual(JSON.parse(readFileSync(new URL("published-hashes.json", here), "utf8")), published);
  assert.equal(published["frame script"], createHash("sha256").update(scriptOf("frame.html")).digest("hex"));
});

test("the policies pin the script and the style that are there", () => {
  for (const name of ["frame.html", "offline.html"]) {
    const text = read(name).toString();
    const style = /<style>(.*)<\/style>/s.exec(text)?.[1] ?? "";
    assert.equal([...text.matchAll(/<script>/g)].length, 1, `${name}: one script`);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1];
    assert.equal(
      policy,
      `default-src 'none'; script-src '${pin(scriptOf(name))}' 'wasm-unsafe-eval'; style-src '${pin(style)}'; worker-src blob:; ` +
        "img-src blob:; media-src blob:; connect-src 'none'; form-action 'none'; base-uri 'none'",
    );
  }
  assert.equal(manifest.frame_script_csp, pin(scriptOf("frame.html")));
});

test("the frame checks every tool that there is", () => {
  const script = scriptOf("frame.html");
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
  // 20 kB was planned for hashing alone (it is 13 kB of this); the rest is the list that people see, the canary, the
  // hash family and what of it may leave, and reading a file's own idea of its size before a decoder sees it. See README.md.
  assert.ok(manifest.frame_script_bytes <= 31_000, `frame script: ${manifest.frame_script_bytes}`);

  const brotli = (/** @type {string[]} */ names) => names.reduce((sum, name) => sum + manifest.files[`addons/${name}`].brotli, 0);
  assert.ok(brotli(["jpeg.js", "jpeg.wasm", "png.js", "png.wasm", "webp.js", "webp.wasm"]) <= 200_000, "photo tools");
  assert.ok(brotli(["libheif.js", "heic.js", "libheif.wasm"]) <= 520_000, "HEIC");
  assert.ok(brotli(["mediabunny.js", "video.js"]) <= 75_000, "video");

  const page = await build({ entryPoints: [new URL("src/page.js", here).pathname], bundle: true, minify: true, format: "iife", write: false });
  const firstPage = manifest.files["frame.html"].brotli + brotliCompressSync(page.outputFiles[0].contents).length;
  assert.ok(firstPage <= 30_000, `frame and page: ${firstPage}`);
});

test("every word is used, and every word used is there", () => {
  const sources = ["hasher.js", "offline.js", "worker.js"].map((name) => readFileSync(new URL(`src/${name}`, here), "utf8")).join("\n");
  assert.deepEqual(JSON.parse(read("words.json").toString()), WORDS);
  for (const key of Object.keys(WORDS)) assert.ok(new RegExp(`(words\\.|")${key}\\b`).test(sources), `${key} is not used`);
  for (const [, key] of sources.matchAll(/words\.(\w+)/g)) {
    if (key !== "js") assert.ok(key in WORDS, `${key} is not in words.js`);
  }
});

test("the templates' placeholders are there for the server to fill", () => {
  const text = read("frame.html").toString();
  assert.ok(text.includes('<html lang="__LANG__" dir="__DIR__" data-words="__WORDS__">'));
  assert.doesNotMatch(read("offline.html").toString(), /__[A-Z]+__|\{\{/);
});
