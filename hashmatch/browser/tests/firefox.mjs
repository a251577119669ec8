/**
 * Drives the stock Firefox by WebDriver BiDi, which Playwright cannot: opens the page, chooses files in the frame, and
 * prints what the page got as JSON. Arguments: address, preferences as JSON, files. Without files it only waits until the
 * page says that it has finished, and prints what it says.
 */
import { inFirefox } from "./support/stock_firefox.mjs";

const [address, preferences, ...files] = process.argv.slice(2);

/** @param {import("puppeteer-core").Page} page */
async function hashFiles(page) {
  const element = await page.waitForSelector("#hasher");
  const frame = await element?.contentFrame();
  if (!frame) throw new Error("The page has no frame.");
  const input = await frame.waitForSelector("input[type=file]:enabled", { visible: false });
  await page.evaluate(() => fetch("/choosing"));
  await /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement>} */ (input).uploadFile(...files);
  const count = files.length;
  const settled = () => frame.waitForFunction((wanted) => document.querySelectorAll("li.ready, li.partly, li.refused").length === wanted, { timeout: 120_000 }, count);
  await settled().catch(async (error) => {
    console.error(await frame.evaluate(() => [...document.querySelectorAll("li")].map((row) => `${row.className}: ${row.innerText}`).join("\n")));
    throw error;
  });
  // The page hears of a picture a moment after its row shows it.
  const ready = await frame.evaluate(() => document.querySelectorAll("li.ready, li.partly").length);
  await page.waitForFunction((wanted) => (Reflect.get(window, "changes").at(-1) ?? []).length === wanted, {}, ready);
  const pictures = await page.evaluate(() => Reflect.get(window, "changes").at(-1) ?? []);
  const texts = await frame.evaluate(() => [...document.querySelectorAll("li .state")].map((state) => /** @type {HTMLElement} */ (state).innerText));
  const notice = await frame.evaluate(() => document.querySelector(".notice:not([hidden])")?.textContent);
  await page.evaluate(() => Reflect.get(window, "send")());
  return { pictures, texts, notice };
}

/** @param {import("puppeteer-core").Page} page */
async function waitForEnd(page) {
  await page.waitForFunction(() => Reflect.has(window, "finished"), { timeout: 60_000 });
  return page.evaluate(() => Reflect.get(window, "finished"));
}

await inFirefox(
  async (page) => {
    await page.goto(address);
    return files.length ? hashFiles(page) : waitForEnd(page);
  },
  { extraPrefsFirefox: JSON.parse(preferences), acceptInsecureCerts: true, debuggingPort: Number(process.env.DRIVER_PORT ?? 0) },
);
