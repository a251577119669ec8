// Builds the style sheets (left-to-right and right-to-left) and the one script of the ordinary pages.
import { copyFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

import * as esbuild from "esbuild";
import rtlcss from "rtlcss";
import * as sass from "sass";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const WEB = path.join(ROOT, "leeward/foundation/web");
const BUILT = path.join(WEB, "static/web/built");
// Our type: one family for Latin and Arabic letters, a file for each, so that a page fetches only those it shows. A nation
// that sets `$leeward-font` anew names its package here.
const TYPE = path.join(ROOT, "node_modules/@fontsource-variable/readex-pro");
// Fonts and pictures of others must never come in by an update of a package: ours stand beside the style sheet.
const FORBIDDEN = [/@font-face/i, /url\(/i, /crest/i, /GDS Transport/i];
const LANGUAGE = "es2020"; // browsers from 2020 on; older ones use the pages without script
const OLDEST = ["chrome80", "edge80", "firefox74", "safari13"]; // the same for styles

/** Compile, mirror, check and write everything. Throws, and writes nothing, where a rule of ours is broken. */
export async function buildTheme() {
  const leftToRight = await compileStyles();
  checkStyles(leftToRight);
  const { faces, fonts } = await readType();
  const files = {
    "leeward.css": faces + leftToRight,
    "leeward.rtl.css": faces + rtlcss.process(leftToRight),
    "leeward.js": await bundleScript(),
  };
  await mkdir(BUILT, { recursive: true });
  for (const [from, to] of fonts) await copyFile(path.join(TYPE, from), path.join(BUILT, to));
  for (const [name, text] of Object.entries(files)) {
    await writeWhole(path.join(BUILT, name), text);
    await writeWhole(path.join(BUILT, `${name}.gz`), gzipSync(text, { level: 9 })); // served to whoever can read it
  }
}

/** Read the rules of our type, and which file of the package (its licence too) goes where. */
async function readType() {
  const fonts = new Map([["LICENSE", "type-licence.txt"]]);
  const rules = await readFile(path.join(TYPE, "wght.css"), "utf-8");
  const named = rules.replaceAll(/url\(\.\/(files\/[^)]+)\)/g, (_, file) => {
    fonts.set(file, path.basename(file));
    return `url(${path.basename(file)})`;
  });
  const { code } = await esbuild.transform(named, { loader: "css", minify: true });
  return { faces: code.trim(), fonts };
}

async function compileStyles() {
  const { css } = await sass.compileAsync(path.join(WEB, "theme/leeward.scss"), {
    loadPaths: [path.join(ROOT, "node_modules/govuk-frontend/dist")],
    style: "compressed",
    charset: false,
    quietDeps: true,
  });
  const { code } = await esbuild.transform(css, { loader: "css", minify: true, target: OLDEST });
  return code.trim();
}

async function bundleScript() {
  const result = await esbuild.build({
    entryPoints: [path.join(WEB, "script/leeward.js")],
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: LANGUAGE,
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
  });
  return result.outputFiles[0].text;
}

function checkStyles(css) {
  for (const pattern of FORBIDDEN) {
    if (pattern.test(css)) throw new Error(`The style sheet contains ${pattern}: it may load or show what is not ours.`);
  }
}

/** Write under another name first, so that a server never hands out half a file. */
async function writeWhole(file, content) {
  await writeFile(`${file}.draft`, content);
  await rename(`${file}.draft`, file);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await buildTheme();
