/**
 * Shows a page of pictures in the stock Firefox, by WebDriver BiDi, over each ground: prints the boxes and the screenshots
 * as JSON. Arguments: the page's file, the seconds to wait, the grounds.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

const [file, seconds, width, measure, ...grounds] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "leeward-evasions-"));
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
  headless: true,
  timeout: 120_000,
  userDataDir: profile,
});
try {
  const page = await browser.newPage();
  await page.setViewport({ width: Number(width), height: 1000 });
  await page.setContent(readFileSync(file, "utf8"));
  await page.evaluate(() => Promise.all(Array.from(document.images, (image) => image.decode().catch(() => null))));
  const boxes = await page.evaluate(`(${measure})()`);
  const bottom = Math.max(...boxes.map((box) => (box ? box[1] + box[3] : 0)));
  await page.setViewport({ width: Number(width), height: bottom });
  await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
  const shots = [];
  for (const ground of grounds) {
    await page.evaluate((colour) => void (document.body.style.background = colour), ground);
    shots.push(await page.screenshot({ encoding: "base64" }));
  }
  process.stdout.write(JSON.stringify({ boxes, shots }));
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
