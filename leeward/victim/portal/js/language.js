/**
 * Another language without leaving the page: the same page is fetched in it, and only words change hands. The frame stays
 * where it is with all that she chose, and so do the code and every step.
 */

/** What of an element is words, or says in which language they are. */
const WORDS = ["aria-label", "dir", "href", "hreflang", "lang", "title"];
/** Words that scripts will need. */
const WORDS_TO_COME = ["data-known", "data-words", "data-leeward-exit-leaving", "data-leeward-exit-press"];
/** What is of this page alone: the frame, and the code. */
const KEPT = "iframe, noscript, script, [data-digits]";

/**
 * @param {object} options
 * @param {HTMLIFrameElement} options.frame
 * @param {(message: object) => void} options.say to the frame
 * @param {() => void} options.onWords the page speaks the other language now
 * @param {() => void} options.onFailure it could not be fetched
 */
export function speakInPlace({ frame, say, onWords, onFailure }) {
  document.addEventListener("click", async (event) => {
    const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest(".leeward-languages__link"));
    if (!link) return;
    event.preventDefault();
    const page = await fetchPage(link.href);
    const inner = page && parse(/** @type {HTMLIFrameElement | null} */ (page.querySelector("iframe"))?.srcdoc ?? "").documentElement;
    if (!page || !inner?.dataset.words) return onFailure();
    say({ type: "words", words: JSON.parse(inner.dataset.words), lang: inner.lang, dir: inner.dir });
    frame.title = page.querySelector("iframe")?.title ?? "";
    document.title = page.title;
    for (const name of ["lang", "dir"]) document.documentElement.setAttribute(name, page.documentElement.getAttribute(name) ?? "");
    dress(page);
    swap(document.body, page.body);
    onWords();
  });
}

/** @param {string} text @returns {Document} nothing in it runs or loads */
const parse = (text) => new DOMParser().parseFromString(text, "text/html");

/** @param {string} address @returns {Promise<Document | null>} null where there is no network, or the answer is another page */
async function fetchPage(address) {
  try {
    const response = await fetch(address, { credentials: "same-origin", cache: "no-store", referrerPolicy: "no-referrer" });
    return response.ok ? parse(await response.text()) : null;
  } catch {
    return null;
  }
}

/** Lets the style of the other direction take over once it is there. @param {Document} page */
function dress(page) {
  const wanted = page.querySelectorAll("link[rel=stylesheet]");
  document.querySelectorAll("link[rel=stylesheet]").forEach((link, place) => {
    const href = wanted[place]?.getAttribute("href");
    if (!href || href === link.getAttribute("href")) return;
    const next = /** @type {HTMLLinkElement} */ (link.cloneNode());
    next.href = href;
    next.onload = () => link.remove();
    link.after(next);
  });
}

/** Gives an element the words of its twin. @param {Element} own @param {Element} twin */
function swap(own, twin) {
  if (own.matches(KEPT)) return;
  if (own.localName !== twin.localName) return own.replaceWith(document.importNode(twin, true)); // the languages themselves
  for (const name of [...WORDS, ...WORDS_TO_COME]) if (twin.hasAttribute(name)) own.setAttribute(name, twin.getAttribute(name) ?? "");
  twin.childNodes.forEach((node, place) => {
    const mine = own.childNodes[place];
    if (mine instanceof Element && node instanceof Element) swap(mine, node);
    else if (mine instanceof Text && node instanceof Text && mine.data !== node.data) mine.data = node.data;
  });
}
