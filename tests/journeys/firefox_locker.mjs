/**
 * Covers, locks and sends a picture in Firefox, and opens it again; prints what is seen then, as JSON. Arguments: the
 * site's address, the cookie of a visit, the path of an entry, a picture.
 */
import { inFirefox } from "./firefox.mjs";

const [site, visit, entry, picture] = process.argv.slice(2);

/** @param {import("puppeteer-core").Page} page */
async function frameOf(page) {
  const element = await page.waitForSelector("iframe");
  return /** @type {import("puppeteer-core").Frame} */ (await element?.contentFrame());
}

await inFirefox(async (page) => {
  await page.goto(`${site}/healthz`);
  await page.evaluate((value) => void (document.cookie = `visit=${value}; path=/; SameSite=Strict`), visit);
  await page.goto(`${site}${entry}/file`);
  const frame = await frameOf(page);
  const files = await frame.waitForSelector("input[type=file]:enabled");
  await /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement>} */ (files).uploadFile(picture);
  await frame.waitForSelector("#covering:not([hidden])");
  for (const press of ["#add", "#burn"]) await frame.$eval(press, (/** @type {any} */ button) => button.click());
  await frame.waitForSelector("#checking:not([hidden])");
  await frame.$eval("#clean", (/** @type {any} */ box) => box.click());
  const sent = page.waitForNavigation();
  await frame.$eval("#lock", (/** @type {any} */ button) => button.click());
  await sent;
  const link = await page.waitForSelector(`a[href="${entry}/file/1"]`);
  const listed = await link?.evaluate((each) => each.textContent);
  await page.goto(`${site}${entry}/file/1`);
  await (await page.waitForSelector("[data-open]"))?.click();
  const shower = await frameOf(page);
  await shower.waitForSelector("#picture:not([hidden])");
  await shower.$eval("#lid", (/** @type {any} */ button) => button.click());
  const shown = await shower.waitForFunction(() => {
    const image = /** @type {any} */ (document.getElementById("shown"));
    return image.naturalWidth && { width: image.naturalWidth, filter: getComputedStyle(image).filter };
  });
  return { listed, .../** @type {object} */ (await shown.jsonValue()) };
});
