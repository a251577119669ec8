/** The stock Firefox, as the hasher's tests drive it. */
export { inFirefox } from "../../hashmatch/browser/tests/support/stock_firefox.mjs";
