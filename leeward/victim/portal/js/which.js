/**
 * Which of her pictures is this one? She chooses a file again, this device hashes it and compares it with the hashes that
 * her own page holds. Nothing is sent.
 */
import { attachHasher, bringFrom } from "../../../../hashmatch/browser/src/page.js";
import { speakInPlace } from "./language.js";

/**
 * @typedef {import("../../../../hashmatch/browser/src/page.js").Picture} Picture
 * @typedef {{name: string, exact: string[], alike: string[]}} Known one picture of hers: digests of the file, and PDQ
 */

/** Two hashes no further apart than this are of one picture, as for platforms. */
const MOST_BITS = 31;

/** @param {string} one @param {string} other @returns {number} in how many bits two hashes differ */
function distance(one, other) {
  let bits = 0;
  for (let left = BigInt(`0x${one}`) ^ BigInt(`0x${other}`); left; left &= left - 1n) bits++;
  return bits;
}

/** @param {Picture} picture @param {Known[]} known @param {Record<string, string>} words @returns {string} */
export function nameWhich({ sha256, md5, pdq }, known, words) {
  const same = known.filter(({ exact }) => exact.includes(sha256) || exact.includes(md5));
  const isAlike = (/** @type {Known} */ { alike }) => pdq.some(([, hash]) => alike.some((other) => distance(hash, other) <= MOST_BITS));
  const found = same.length ? same : known.filter(isAlike);
  const word = same.length ? words.same : found.length ? words.alike : words.none;
  return word.replace("{name}", new Intl.ListFormat(document.documentElement.lang).format(found.map(({ name }) => name)));
}

/** @param {HTMLElement} root */
export function tellWhich(root) {
  const frame = /** @type {HTMLIFrameElement} */ (root.querySelector("iframe"));
  const problem = /** @type {HTMLElement} */ (root.querySelector("[data-problem]"));
  const read = (/** @type {string} */ name) => JSON.parse(root.dataset[name] ?? "null");
  /** @type {Picture[]} */
  let pictures = [];
  const tell = () => hasher.say({ type: "told", told: Object.fromEntries(pictures.map((each) => [each.sha256, nameWhich(each, read("known"), read("words"))])) });
  const hasher = attachHasher({
    frame,
    bring: bringFrom(root.dataset.addonsBase ?? "", read("manifest")),
    onChange(list) {
      pictures = list;
      tell();
    },
  });
  speakInPlace({
    frame,
    say: hasher.say,
    onWords() {
      problem.hidden = true;
      tell();
    },
    onFailure() {
      /** @type {HTMLElement} */ (problem.querySelector("[data-problem-text]")).textContent = read("words").languageFailed;
      problem.hidden = false;
      problem.focus();
    },
  });
  root.hidden = false;
}
