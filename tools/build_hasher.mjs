/**
 * Builds the on-device hasher into hashmatch/browser/dist/: the frame's document, its words, the offline page, the
 * add-ons, and a manifest with the hash of everything. Two builds give the same bytes, so that anyone can check what
 * is served against what is written here.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build, transform } from "esbuild";

import { WORDS } from "../hashmatch/browser/src/words.js";

const root = new URL("../", import.meta.url);
const source = new URL("hashmatch/browser/src/", root);
const defaultTarget = new URL("hashmatch/browser/dist/", root);
const publishedHashes = new URL("hashmatch/browser/published-hashes.json", root);
const modules = new URL("node_modules/", root);

/** Scripts that we bundle, and files that are served as their makers built them. */
const BUNDLED_ADDONS = ["jpeg.js", "png.js", "webp.js", "heic.js", "mediabunny.js", "video.js"];
const COPIED_ADDONS = {
  "jpeg.wasm": "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm",
  "png.wasm": "@jsquash/png/codec/pkg/squoosh_png_bg.wasm",
  "webp.wasm": "@jsquash/webp/codec/dec/webp_dec.wasm",
  "libheif.js": "libheif-js/libheif-wasm/libheif.js",
  "libheif.wasm": "libheif-js/libheif-wasm/libheif.wasm",
};
const LICENCES = [
  ["@jsquash/jpeg, @jsquash/png, @jsquash/webp (jpeg.*, png.*, webp.*)", "@jsquash/jpeg/LICENSE"],
  ["mozjpeg, in jpeg.wasm", "@jsquash/jpeg/codec/LICENSE.codec.md"],
  ["png crate, in png.wasm", "@jsquash/png/codec/LICENSE.codec.md"],
  ["libwebp, in webp.wasm", "@jsquash/webp/codec/LICENSE.codec.md"],
  ["libheif-js (libheif.js, libheif.wasm, unmodified)", "libheif-js/LICENSE"],
  ["libheif, in libheif.wasm", "libheif-js/libheif-wasm/LICENSE"],
  ["mediabunny (mediabunny.js)", "mediabunny/LICENSE"],
  ["hash-wasm, in video.js", "hash-wasm/LICENSE"],
  ["@noble/hashes, in the frame's script and video.js", "@noble/hashes/LICENSE"],
];

/** Inside both documents: nothing comes in, nothing goes out. Only the hash of script and style differ. */
const policy = (/** @type {string} */ script, /** @type {string} */ style) =>
  [
    "default-src 'none'",
    `script-src '${script}' 'wasm-unsafe-eval'`,
    `style-src '${style}'`,
    "worker-src blob:",
    "img-src blob:",
    "media-src blob:",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");

const sha256 = (/** @type {string | Uint8Array} */ data) => createHash("sha256").update(data).digest();
const sourceHash = (/** @type {string} */ text) => `sha256-${sha256(text).toString("base64")}`;

/**
 * @param {string} entry @param {Record<string, string>} [define]
 * @returns {Promise<string>} one classic script
 */
async function bundle(entry, define = {}) {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(entry, source))],
    absWorkingDir: fileURLToPath(root),
    bundle: true,
    charset: "utf8",
    define: { "import.meta.url": '"https://addon.invalid/"', ...define },
    format: "iife",
    legalComments: "none",
    logLevel: "warning",
    minify: true,
    platform: "browser",
    target: ["chrome94", "firefox100", "safari16"],
    write: false,
  });
  const text = result.outputFiles[0].text.trim();
  if (/<\/script|<!--/i.test(text)) throw new Error(`${entry}: the bundle would end its own script element.`);
  return text;
}

/** @returns {Promise<Map<string, Buffer>>} every add-on, by file name */
async function buildAddons() {
  /** @type {Map<string, Buffer>} */
  const addons = new Map();
  for (const name of BUNDLED_ADDONS) addons.set(name, Buffer.from(await bundle(`addons/${name}`)));
  for (const [name, path] of Object.entries(COPIED_ADDONS)) addons.set(name, await readFile(new URL(path, modules)));
  return addons;
}

/** @returns {Promise<string>} the notices of all that we did not write */
async function licences() {
  const parts = await Promise.all(LICENCES.map(async ([what, path]) => `=== ${what}\n\n${(await readFile(new URL(path, modules), "utf8")).trim()}\n`));
  return parts.join("\n");
}

/** @param {string} template @param {Record<string, string>} values @returns {string} */
function fillTemplate(template, values) {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name) => values[name]);
}

const escapeHtml = (/** @type {string} */ text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/** @param {Uint8Array} data @returns {Description} */
function describe(data) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  return { sha256: sha256(data).toString("hex"), bytes: data.length, brotli: brotliCompressSync(data, { params }).length };
}

/**
 * @typedef {{sha256: string, bytes: number, brotli: number}} Description
 * @typedef {{frame_script_csp: string, frame_style_csp: string, frame_script_bytes: number, files: Record<string, Description>}} Manifest
 */

/**
 * @param {URL} [target] folder, made anew
 * @returns {Promise<{manifest: Manifest, published: Record<string, string>}>}
 */
export async function buildHasher(target = defaultTarget) {
  const addons = await buildAddons();
  const hashes = Object.fromEntries([...addons].map(([name, data]) => [name, sha256(data).toString("hex")]));
  const define = { ADDON_HASHES: JSON.stringify(hashes) };
  const style = (await transform(await readFile(new URL("style.css", source), "utf8"), { loader: "css", minify: true })).code.trim();

  /** @param {string} name @param {string} script @param {Record<string, string>} [more] */
  const page = async (name, script, more = {}) => {
    const template = await readFile(new URL(name, source), "utf8");
    return fillTemplate(template, { POLICY: policy(sourceHash(script), sourceHash(style)), STYLE: style, SCRIPT: script, ...more });
  };
  const frameScript = await bundle("frame.js", define);
  const offlineScript = await bundle("offline.js", define);
  const embedded = [...addons].map(([name, data]) => `<script type="application/octet-stream" data-addon="${name}">${data.toString("base64")}</script>`);

  /** @type {Map<string, string | Buffer>} */
  const files = new Map([
    ["frame.html", await page("frame.html", frameScript)],
    ["offline.html", await page("offline.html", offlineScript, { WORDS: escapeHtml(JSON.stringify(WORDS)), ADDONS: embedded.join("\n") })],
    ["words.json", `${JSON.stringify(WORDS, null, 1)}\n`],
    ["addons/LICENCES.txt", await licences()],
  ]);
  for (const [name, data] of addons) files.set(`addons/${name}`, data);

  const manifest = {
    frame_script_csp: sourceHash(frameScript),
    frame_style_csp: sourceHash(style),
    frame_script_bytes: Buffer.byteLength(frameScript),
    files: Object.fromEntries([...files].map(([name, data]) => [name, describe(Buffer.from(data))])),
  };
  await rm(target, { recursive: true, force: true });
  await mkdir(new URL("addons/", target), { recursive: true });
  for (const [name, data] of files) await writeFile(new URL(name, target), data);
  await writeFile(new URL("manifest.json", target), `${JSON.stringify(manifest, null, 1)}\n`);

  const published = Object.fromEntries([
    ["frame script", sha256(frameScript).toString("hex")],
    ...["offline.html", ...[...addons.keys()].map((name) => `addons/${name}`)].map((name) => [name, manifest.files[name].sha256]),
  ]);
  return { manifest, published };
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) {
  const { manifest, published } = await buildHasher();
  if (process.argv.includes("--publish")) await writeFile(publishedHashes, `${JSON.stringify(published, null, 1)}\n`);
  for (const [name, { bytes, brotli }] of Object.entries(manifest.files)) console.log(`${name.padEnd(24)} ${bytes} bytes, ${brotli} as brotli`);
  console.log(`frame script ${manifest.frame_script_bytes} bytes`);
}
