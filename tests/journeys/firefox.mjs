/** The stock Firefox, which Playwright cannot drive. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

/** As long as a machine busy with other tests needs. */
const PATIENCE_MS = 120_000;

/**
 * Do something on a page of a Firefox with a profile of its own, and print what it gives, as JSON.
 * @param {(page: import("puppeteer-core").Page) => Promise<unknown>} work
 */
export async function inFirefox(work) {
  const profile = mkdtempSync(join(tmpdir(), "leeward-firefox-"));
  const browser = await puppeteer.launch({
    browser: "firefox",
    timeout: PATIENCE_MS,
    protocolTimeout: PATIENCE_MS,
    executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
    headless: true,
    userDataDir: profile,
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    process.stdout.write(JSON.stringify(await work(page)));
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
