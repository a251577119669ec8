/**
 * Packs the hasher for other sites: `node tools/pack_hasher.mjs [FOLDER]` writes FOLDER/leeward-hasher-VERSION.tgz, in
 * build/ where no folder is given, and says its path. `--as-built` takes the build that is there. The archive holds the
 * frame, its tools, the modules that a page needs and their types, and no page of ours. Two runs give the same bytes.
 */
import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

import { buildHasher, fillTemplate } from "./build_hasher.mjs";

const root = new URL("../", import.meta.url);
const hasher = new URL("hashmatch/browser/", root);
const DOORS = ["index.js", "pixels.js", "example.js"];
const DOCUMENTS = ["README.md", "NOTICE"];

/** What a static page must allow, as its own policy: a `srcdoc` frame inherits it. @param {any} manifest */
const examplePolicy = ({ frame_script_csp, frame_style_csp }) =>
  `default-src 'none'; script-src 'self' '${frame_script_csp}' 'wasm-unsafe-eval'; style-src 'self' '${frame_style_csp}'; ` +
  "img-src 'self' blob:; media-src blob:; connect-src 'self'; worker-src blob:; frame-src 'none'; form-action 'none'; base-uri 'none'; object-src 'none'";

/** @returns {Promise<string[]>} the paths of all modules behind the doors, from the hasher's folder */
async function modules() {
  const { metafile } = await build({
    entryPoints: DOORS.map((name) => `src/${name}`),
    absWorkingDir: fileURLToPath(hasher),
    bundle: true,
    format: "esm",
    metafile: true,
    outdir: "out",
    write: false,
  });
  return Object.keys(metafile.inputs);
}

/** @param {URL} stage a folder that becomes the package */
async function fill(stage) {
  const read = (/** @type {string} */ path) => readFile(new URL(path, hasher), "utf8");
  const { private: _, ...described } = JSON.parse(await read("package.json"));
  const { files, ...manifest } = JSON.parse(await read("dist/manifest.json"));
  delete files["offline.html"]; // a page of ours
  const write = (/** @type {string} */ path, /** @type {string} */ text) => writeFile(new URL(path, stage), text);
  const asJson = (/** @type {object} */ value) => `${JSON.stringify(value, null, 1)}\n`;

  for (const path of [...(await modules()), ...DOCUMENTS]) await cp(new URL(path, hasher), new URL(path, stage));
  await cp(new URL("LICENSE", root), new URL("LICENSE", stage));
  await mkdir(new URL("dist/addons/", stage), { recursive: true });
  for (const name of Object.keys(files)) await cp(new URL(`dist/${name}`, hasher), new URL(`dist/${name}`, stage));
  await write("dist/manifest.json", asJson({ ...manifest, files }));
  await write("package.json", asJson(described));
  await write("example.html", fillTemplate(await read("src/example.html"), { POLICY: examplePolicy(manifest) }));
  const compiler = fileURLToPath(new URL("node_modules/.bin/tsc", root));
  execFileSync(compiler, ["-p", fileURLToPath(new URL("tsconfig.package.json", hasher)), "--outDir", fileURLToPath(new URL("types", stage))]);
}

/** @param {string} folder where the archive is put @returns {Promise<string>} its path */
async function pack(folder) {
  const stage = await mkdtemp(join(tmpdir(), "hasher-package-"));
  try {
    await fill(pathToFileURL(`${stage}/`));
    await mkdir(folder, { recursive: true });
    const call = ["pack", "--silent", "--offline", "--ignore-scripts", "--no-update-notifier", "--pack-destination", folder];
    return join(folder, execFileSync("npm", call, { cwd: stage, encoding: "utf8" }).trim());
  } finally {
    await rm(stage, { recursive: true });
  }
}

const [folder = fileURLToPath(new URL("build", root))] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
if (!process.argv.includes("--as-built")) await buildHasher();
console.log(await pack(resolve(folder)));
