/**
 * Leaves by a key in Firefox, while the frame in which pictures are chosen has the
 * focus, and prints where that led, as JSON. Arguments: the site's address, "Escape" or "Shift".
 */
import { inFirefox } from "./firefox.mjs";

const TIMES = { Escape: 2, Shift: 3 };
const [site, key] = process.argv.slice(2);

await inFirefox(async (page) => {
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
  return { left: page.url() };
});
