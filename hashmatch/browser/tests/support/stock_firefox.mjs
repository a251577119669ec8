/** The stock Firefox, which Playwright cannot drive. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

/** As long as a machine busy with other tests needs. */
const PATIENCE_MS = 120_000;

/** What it works out when it is started with a new profile, of itself alone, and reads the next time: a third of a start. */
const WORKED_OUT = ["startupCache", "addonStartup.json.lz4", "extensions.json", "compatibility.ini"];

/** Where the first one of a run leaves that for the others. */
const kept = process.env.FIREFOX_KEPT;

/** @param {string} profile */
function keep(profile, /** @type {string} */ folder) {
  const own = `${folder}.${process.pid}`;
  mkdirSync(own);
  for (const name of WORKED_OUT.filter((each) => existsSync(join(profile, each)))) cpSync(join(profile, name), join(own, name), { recursive: true });
  try {
    renameSync(own, folder);
  } catch {
    rmSync(own, { recursive: true }); // another was quicker
  }
}

/**
 * Do something on a page of a Firefox with a profile of its own, and print what it gives, as JSON.
 * @param {(page: import("puppeteer-core").Page) => Promise<unknown>} work
 * @param {import("puppeteer-core").LaunchOptions} [options]
 */
export async function inFirefox(work, options = {}) {
  const profile = mkdtempSync(join(tmpdir(), "leeward-firefox-"));
  if (kept && existsSync(kept)) cpSync(kept, profile, { recursive: true });
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
    headless: true,
    timeout: PATIENCE_MS,
    protocolTimeout: PATIENCE_MS,
    userDataDir: profile,
    ...options,
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    process.stdout.write(JSON.stringify(await work(page)));
  } finally {
    await browser.close();
    if (kept && !existsSync(kept)) keep(profile, kept);
    rmSync(profile, { recursive: true, force: true });
  }
}
