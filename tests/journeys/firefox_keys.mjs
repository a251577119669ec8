/**
 * Leaves by a key in the stock Firefox, which Playwright cannot drive, while the frame in which pictures are chosen has the
 * focus, and prints where that led, as JSON. Arguments: the site's address, "Escape" or "Shift".
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

/** As long as a machine busy with other tests needs. */
const PATIENCE_MS = 120_000;
const TIMES = { Escape: 2, Shift: 3 };
const [site, key] = process.argv.slice(2);
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
  await page.goto(`${site}/protect/`);
  await (await page.waitForSelector("main input[value=yes]"))?.click();
  await Promise.all([page.waitForNavigation(), (await page.waitForSelector("main button"))?.click()]);
  const element = await page.waitForSelector("iframe");
  const frame = await element?.contentFrame();
  const files = await frame?.waitForSelector("input[type=file]:enabled");
  await files?.focus();
  const left = page.waitForNavigation();
  for (let press = 0; press < TIMES[key]; press++) await page.keyboard.press(key);
  await left;
  process.stdout.write(JSON.stringify({ left: page.url() }));
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
