// Builds the style sheets (left-to-right and right-to-left) and the one script of the ordinary pages.
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import * as esbuild from "esbuild";
import rtlcss from "rtlcss";
import * as sass from "sass";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const WEB = path.join(ROOT, "leeward/foundation/web");
const BUILT = path.join(WEB, "static/web/built");
// Fonts and pictures of others must never come in by an update of a package.
const FORBIDDEN = [/@font-face/i, /url\(/i, /crest/i, /GDS Transport/i];
const LANGUAGE = "es2020"; // browsers from 2020 on; older ones use the pages without script

/** Compile, mirror, check and write everything. Throws, and writes nothing, where a rule of ours is broken. */
export async function buildTheme() {
  const leftToRight = await compileStyles();
  const files = {
    "leeward.css": leftToRight,
    "leeward.rtl.css": rtlcss.process(leftToRight),
    "leeward.js": await bundleScript(),
  };
  checkStyles(files["leeward.css"]);
  checkStyles(files["leeward.rtl.css"]);
  await mkdir(BUILT, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeWhole(path.join(BUILT, name), text);
}

async function compileStyles() {
  const { css } = await sass.compileAsync(path.join(WEB, "theme/leeward.scss"), {
    loadPaths: [path.join(ROOT, "node_modules/govuk-frontend/dist")],
    style: "compressed",
    charset: false,
    quietDeps: true,
  });
  return css;
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
async function writeWhole(file, text) {
  await writeFile(`${file}.draft`, text);
  await rename(`${file}.draft`, file);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await buildTheme();
