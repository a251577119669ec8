/**
 * Leaves by the exit in Firefox, and prints what "Back" shows then, as JSON.
 * Arguments: the site's address, "script" or "no-script".
 */
import { inFirefox } from "./firefox.mjs";

const [site, script] = process.argv.slice(2);

await inFirefox(async (page) => {
  if (script !== "script") {
    // The driver itself needs script; ours does not come.
    await page.setRequestInterception(true);
    page.on("request", (request) => (request.url().endsWith(".js") ? request.abort() : request.continue()));
  }
  await page.goto(`${site}/`);
  await page.goto(`${site}/safety`);
  await page.goto(`${site}/protect/`);
  const exit = await page.waitForSelector(".leeward-exit__link");
  await Promise.all([page.waitForNavigation(), exit?.click()]);
  const left = page.url();
  const shown = [];
  for (let step = 0; step < 2; step++) {
    await page.evaluate(() => void Reflect.set(window, "before", true));
    // A page that was kept for "Back" asks for itself anew, which may cut the driver's own waiting short: so what stands
    // there in the end is waited for, and read in the same moment.
    page.goBack().catch(() => undefined);
    const there = await page.waitForFunction(() => !Reflect.has(window, "before") && document.querySelector("h1") && JSON.stringify({
      title: document.title,
      links: [...document.querySelectorAll("a")].map((each) => each.getAttribute("href")),
      text: document.body.textContent?.trim(),
    }));
    shown.push(JSON.parse(/** @type {string} */ (await there.jsonValue())));
  }
  return { left, shown };
});
