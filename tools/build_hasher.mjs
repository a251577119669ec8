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

import { OURS } from "../hashmatch/browser/src/addon-files.js";
import * as bounds from "../hashmatch/browser/src/bounds.js";
import { MOST_FRAMES, MOST_PICTURES, PATHS, SPEC, VARIANTS } from "../hashmatch/browser/src/payload.js";
import { WORDS } from "../hashmatch/browser/src/words.js";

const root = new URL("../", import.meta.url);
const source = new URL("hashmatch/browser/src/", root);
const defaultTarget = new URL("hashmatch/browser/dist/", root);
const publishedHashes = new URL("hashmatch/browser/published-hashes.json", root);
const modules = new URL("node_modules/", root);

/** Scripts that we bundle, and files that are served as their makers built them. */
const BUNDLED_ADDONS = ["jpeg.js", "png.js", "webp.js", "heic.js", "mediabunny.js", "video.js", ...OURS];
const COPIED_ADDONS = {
  "jpeg.wasm": "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm",
  "png.wasm": "@jsquash/png/codec/pkg/squoosh_png_bg.wasm",
  "webp.wasm": "@jsquash/webp/codec/dec/webp_dec.wasm",
  "libheif.js": "libheif-js/libheif-wasm/libheif.js",
  "libheif.wasm": "libheif-js/libheif-wasm/libheif.wasm",
};
/**
 * What we did not write, where it is and its licence; the packages of npm with the version and source that the lock file and they name.
 *
 * @type {[names: string[], where: string, path: string][]}
 */
const LICENCES = [
  [["@jsquash/jpeg", "@jsquash/png", "@jsquash/webp"], "jpeg.*, png.*, webp.*", "@jsquash/jpeg/LICENSE"],
  [[], "mozjpeg, in jpeg.wasm", "@jsquash/jpeg/codec/LICENSE.codec.md"],
  [[], "png crate, in png.wasm", "@jsquash/png/codec/LICENSE.codec.md"],
  [[], "libwebp, in webp.wasm", "@jsquash/webp/codec/LICENSE.codec.md"],
  [["libheif-js"], "libheif.js, libheif.wasm, unmodified", "libheif-js/LICENSE"],
  [[], "libheif, in libheif.wasm", "libheif-js/libheif-wasm/LICENSE"],
  [["mediabunny"], "mediabunny.js", "mediabunny/LICENSE"],
];

/** Nothing comes in, nothing goes out. Frame and offline page differ in scripts, and the frame makes nothing from text. */
const policy = (/** @type {string[]} */ scripts, /** @type {string} */ style, /** @type {string[]} */ more) =>
  [
    "default-src 'none'",
    `script-src ${scripts.map((script) => `'${script}'`).join(" ")} 'wasm-unsafe-eval'`,
    `style-src '${style}'`,
    "worker-src blob:",
    "img-src blob:",
    "media-src blob:",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    ...more,
  ].join("; ");
/** No string becomes markup or script in the frame; the one policy that may be made is for the addresses of workers. */
const TRUSTED_TYPES = ["require-trusted-types-for 'script'", "trusted-types worker"];

export const sha256 = (/** @type {string | Uint8Array} */ data) => createHash("sha256").update(data).digest();
export const sourceHash = (/** @type {string} */ text) => `sha256-${sha256(text).toString("base64")}`;

/**
 * @param {string} entry @param {Record<string, string>} [define] @param {boolean} [minify] not what people should read in their browser
 * @param {URL} [folder] where the entry is
 * @returns {Promise<{text: string, inputs: string[]}>} one classic script, and all that went into it
 */
export async function bundle(entry, define = {}, minify = true, folder = source) {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(entry, folder))],
    absWorkingDir: fileURLToPath(root),
    bundle: true,
    charset: "utf8",
    define: { "import.meta.url": '"https://addon.invalid/"', ...define },
    format: "iife",
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    minify,
    platform: "browser",
    target: ["chrome94", "firefox100", "safari16"],
    write: false,
  });
  const text = result.outputFiles[0].text.trim();
  if (/<\/script|<!--/i.test(text)) throw new Error(`${entry}: the bundle would end its own script element.`);
  // Constants of the build are listed as if they were files; they hold data alone.
  return { text, inputs: Object.keys(result.metafile.inputs).filter((path) => !path.startsWith("<define:")).sort() };
}

/** A text as one line of script that gives it a name and does not run it. @param {string} name @param {string} text */
export const asConstant = (name, text) => `const ${name}=${JSON.stringify(text).replaceAll("<", "\\u003c").replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")};\n`;

/** @returns {Promise<Map<string, Buffer>>} every add-on, by file name */
async function buildAddons() {
  /** @type {Map<string, Buffer>} */
  const addons = new Map();
  for (const name of BUNDLED_ADDONS) addons.set(name, Buffer.from((await bundle(`addons/${name}`)).text));
  for (const [name, path] of Object.entries(COPIED_ADDONS)) addons.set(name, await readFile(new URL(path, modules)));
  return addons;
}

/** @param {string} path @param {URL} folder */
const readJson = async (path, folder) => JSON.parse(await readFile(new URL(path, folder), "utf8"));

/** @param {string} name @param {any} lock @returns {Promise<string>} with its version, which is that of the lock file, and its source */
async function describePackage(name, lock) {
  const { version, repository } = await readJson(`${name}/package.json`, modules);
  const locked = lock.packages[`node_modules/${name}`].version;
  if (version !== locked) throw new Error(`${name} ${version} is installed, but the lock file names ${locked}: run npm ci.`);
  const source = String(repository.url ?? `https://github.com/${repository}`).replace(/^git\+|\.git$/g, "");
  return `${name} ${version} (${source})`;
}

/** @param {typeof LICENCES} [of] @returns {Promise<string>} the notices of all that we did not write */
export async function licences(of = LICENCES) {
  const lock = await readJson("package-lock.json", root);
  const parts = of.map(async ([names, where, path]) => {
    const what = [...(await Promise.all(names.map((name) => describePackage(name, lock)))), where].join(", ");
    return `=== ${what}\n\n${(await readFile(new URL(path, modules), "utf8")).trim()}\n`;
  });
  return (await Promise.all(parts)).join("\n");
}

/** @param {string} template @param {Record<string, string>} values @returns {string} */
export function fillTemplate(template, values) {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name) => values[name]);
}

const escapeHtml = (/** @type {string} */ text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/** @param {Uint8Array} data @param {Map<string, number>} [packed] the sizes of files that are known by their hash @returns {Description} */
export function describe(data, packed) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  const hash = sha256(data).toString("hex");
  return { sha256: hash, bytes: data.length, brotli: packed?.get(hash) ?? brotliCompressSync(data, { params }).length };
}

/** @returns {Promise<Map<string, number>>} how small the last build's files were: to pack the same bytes again takes eight of a build's ten seconds */
export async function lastPacked() {
  const last = await readJson("manifest.json", defaultTarget).catch(() => ({ files: {} }));
  return new Map(Object.values(last.files).map((/** @type {Description} */ { sha256, brotli }) => [sha256, brotli]));
}

/**
 * @typedef {{sha256: string, bytes: number, brotli: number}} Description
 * @typedef {{frame_script_csp: string, frame_style_csp: string, frame_script_bytes: number, files: Record<string, Description>}} Manifest
 * @typedef {{frame: string[], keeper: string[], worker: string[], ours: string[]}} Inputs the sources that went into the frame's own lines, its keeper, the
 *   workers' text and add-ons that run beside hashing
 */

/**
 * @param {URL} [target] folder, made anew
 * @param {Map<string, number>} [packed] how small files are, by their hash; whoever gives none packs all of them
 * @returns {Promise<{manifest: Manifest, published: Record<string, string>, inputs: Inputs}>}
 */
export async function buildHasher(target = defaultTarget, packed) {
  const addons = await buildAddons();
  const hashes = Object.fromEntries([...addons].map(([name, data]) => [name, sha256(data).toString("hex")]));
  const payload = JSON.stringify({ SPEC, MOST_PICTURES, MOST_FRAMES, PATHS, VARIANTS, ...bounds });
  const style = (await transform(await readFile(new URL("style.css", source), "utf8"), { loader: "css", minify: true })).code.trim();

  const ours = (await Promise.all(OURS.map((name) => bundle(`addons/${name}`)))).flatMap((addon) => addon.inputs);
  const worker = await bundle("worker.js", { ADDON_HASHES: JSON.stringify(hashes) });
  const keeper = await bundle("keeper.js", { PAYLOAD: payload });
  const lines = await bundle("frame.js", { PAYLOAD: payload }, false);
  const frameScript = asConstant("KEEPER_TEXT", keeper.text) + asConstant("WORKER_TEXT", worker.text) + lines.text;
  const framePolicy = policy([sourceHash(frameScript)], sourceHash(style), TRUSTED_TYPES);
  const frame = fillTemplate(await readFile(new URL("frame.html", source), "utf8"), { POLICY: framePolicy, STYLE: style, SCRIPT: frameScript });

  const offlineScript = (await bundle("offline.js")).text;
  const embedded = [...addons].map(([name, data]) => `<script type="application/octet-stream" data-addon="${name}">${data.toString("base64")}</script>`);
  const english = { __LANG__: "en", __DIR__: "ltr", __WORDS__: escapeHtml(JSON.stringify(WORDS)) };
  const offline = fillTemplate(await readFile(new URL("offline.html", source), "utf8"), {
    POLICY: policy([sourceHash(offlineScript), sourceHash(frameScript)], sourceHash(style), []),
    STYLE: style,
    SCRIPT: offlineScript,
    FRAME: escapeHtml(Object.entries(english).reduce((text, [mark, value]) => text.replace(mark, () => value), frame)),
    ADDONS: embedded.join("\n"),
    ...Object.fromEntries(Object.entries(WORDS).map(([name, text]) => [name, escapeHtml(text)])),
  });

  /** @type {Map<string, string | Buffer>} */
  const files = new Map([
    ["frame.html", frame],
    ["offline.html", offline],
    ["words.json", `${JSON.stringify(WORDS, null, 1)}\n`],
    ["addons/LICENCES.txt", await licences()],
  ]);
  for (const [name, data] of addons) files.set(`addons/${name}`, data);

  const manifest = {
    frame_script_csp: sourceHash(frameScript),
    frame_style_csp: sourceHash(style),
    frame_script_bytes: Buffer.byteLength(frameScript),
    files: Object.fromEntries([...files].map(([name, data]) => [name, describe(Buffer.from(data), packed)])),
  };
  await rm(target, { recursive: true, force: true });
  await mkdir(new URL("addons/", target), { recursive: true });
  for (const [name, data] of files) await writeFile(new URL(name, target), data);
  await writeFile(new URL("manifest.json", target), `${JSON.stringify(manifest, null, 1)}\n`);

  const published = Object.fromEntries([
    ["frame script", sha256(frameScript).toString("hex")],
    ["frame script, the lines that run in the document", sha256(lines.text).toString("hex")],
    ["frame script, KEEPER_TEXT", sha256(keeper.text).toString("hex")],
    ["frame script, WORKER_TEXT", sha256(worker.text).toString("hex")],
    ...["offline.html", ...[...addons.keys()].map((name) => `addons/${name}`)].map((name) => [name, manifest.files[name].sha256]),
  ]);
  return { manifest, published, inputs: { frame: lines.inputs, keeper: keeper.inputs, worker: worker.inputs, ours } };
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) {
  const { manifest, published } = await buildHasher(defaultTarget, await lastPacked());
  if (process.argv.includes("--publish")) await writeFile(publishedHashes, `${JSON.stringify(published, null, 1)}\n`);
  for (const [name, { bytes, brotli }] of Object.entries(manifest.files)) console.log(`${name.padEnd(24)} ${bytes} bytes, ${brotli} as brotli`);
  console.log(`frame script ${manifest.frame_script_bytes} bytes`);
}
