/**
 * Builds the locker's browser files into leeward/victim/locker/static/locker/built/: the frame that covers and locks a file, the frame that opens
 * one, the pages' two scripts, and a manifest with the hashes that pin them. Two builds give the same bytes.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

import { asConstant, bundle, describe, fillTemplate, licences, sha256, sourceHash } from "./build_hasher.mjs";

const root = new URL("../", import.meta.url);
const source = new URL("leeward/victim/locker/js/", root);
const defaultTarget = new URL("leeward/victim/locker/static/locker/built/", root);
const publishedHashes = new URL("published-hashes.json", source);
/** @type {[names: string[], where: string, path: string][]} */
const LICENCES = [
  [["@noble/hashes"], "in the workers' text of seal.html and in curves.js", "@noble/hashes/LICENSE"],
  [["@noble/curves"], "curves.js", "@noble/curves/LICENSE"],
];

/** Nothing comes in and nothing goes out; only the frame that reads files makes workers. */
const policy = (/** @type {string} */ script, /** @type {string} */ style, /** @type {string[]} */ more) =>
  [
    "default-src 'none'",
    `script-src '${script}'`,
    `style-src '${style}'`,
    "img-src blob:",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    ...more,
  ].join("; ");

/**
 * @typedef {{script: string, style: string, bytes: number}} Frame the pins of one frame, and the size of its script
 * @typedef {{seal: string[], show: string[]}} Inputs the sources of the lines that run in the documents
 */

/**
 * @param {URL} [target] folder, made anew
 * @returns {Promise<{manifest: {frames: Record<string, Frame>, files: Record<string, import("./build_hasher.mjs").Description>}, published: Record<string, string>, inputs: Inputs}>}
 */
export async function buildLocker(target = defaultTarget) {
  const read = (/** @type {URL} */ path) => readFile(path, "utf8");
  const curves = await bundle("curves.js", {}, true, source);
  const worker = await bundle("worker.js", {}, true, source);
  const lines = {
    seal: await bundle("seal.js", { CURVES_SHA256: JSON.stringify(sha256(curves.text).toString("hex")) }, false, source),
    show: await bundle("show.js", {}, false, source),
  };
  const styles = (await read(new URL("hashmatch/browser/src/style.css", root))) + (await read(new URL("locker.css", source)));
  const style = (await transform(styles, { loader: "css", minify: true })).code.trim();
  const scripts = { seal: asConstant("WORKER_TEXT", worker.text) + lines.seal.text, show: lines.show.text };
  const more = { seal: ["worker-src blob:", "trusted-types worker"], show: ["trusted-types 'none'"] };

  /** @type {Map<string, string>} */
  const files = new Map();
  /** @type {Record<string, Frame>} */
  const frames = {};
  for (const name of /** @type {const} */ (["seal", "show"])) {
    const script = scripts[name];
    const pins = { script: sourceHash(script), style: sourceHash(style) };
    const template = await read(new URL(`${name}.html`, source));
    files.set(`${name}.html`, fillTemplate(template, { POLICY: policy(pins.script, pins.style, more[name]), STYLE: style, SCRIPT: script }));
    frames[name] = { ...pins, bytes: Buffer.byteLength(script) };
  }
  files.set("curves.js", curves.text);
  for (const name of ["locker.js", "take.js"]) files.set(name, (await bundle(name, {}, true, source)).text);
  files.set("LICENCES.txt", await licences(LICENCES));

  const manifest = { frames, files: Object.fromEntries([...files].map(([name, text]) => [name, describe(Buffer.from(text))])) };
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const [name, text] of files) await writeFile(new URL(name, target), text);
  await writeFile(new URL("manifest.json", target), `${JSON.stringify(manifest, null, 1)}\n`);

  const hash = (/** @type {string} */ text) => sha256(text).toString("hex");
  const published = {
    "seal.html, script": hash(scripts.seal),
    "seal.html, the lines that run in the document": hash(lines.seal.text),
    "seal.html, WORKER_TEXT": hash(worker.text),
    "show.html, script": hash(scripts.show),
    "curves.js": hash(curves.text),
  };
  return { manifest, published, inputs: { seal: lines.seal.inputs, show: lines.show.inputs } };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { manifest, published } = await buildLocker();
  if (process.argv.includes("--publish")) await writeFile(publishedHashes, `${JSON.stringify(published, null, 1)}\n`);
  for (const [name, { bytes, brotli }] of Object.entries(manifest.files)) console.log(`${name.padEnd(16)} ${bytes} bytes, ${brotli} as brotli`);
}
