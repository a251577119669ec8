/**
 * Builds the portal's browser files into leeward/victim/portal/static/portal/built/: the page's script, and a copy of
 * the hasher that the server reads and serves. Two builds give the same bytes.
 */
import { cp, mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = new URL("../", import.meta.url);
const target = new URL("leeward/victim/portal/static/portal/built/", root);
const hasher = new URL("hashmatch/browser/dist/", root);

export async function buildPortal() {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await build({
    entryPoints: [fileURLToPath(new URL("leeward/victim/portal/js/portal.js", root))],
    absWorkingDir: fileURLToPath(root),
    outfile: fileURLToPath(new URL("portal.js", target)),
    bundle: true,
    charset: "utf8",
    format: "iife",
    legalComments: "none",
    logLevel: "warning",
    minify: true,
    platform: "browser",
    target: ["chrome94", "firefox100", "safari16"],
  });
  await cp(hasher, new URL("hasher/", target), { recursive: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPortal();
