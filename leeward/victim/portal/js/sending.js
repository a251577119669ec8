/** One try to send, and what to tell about it. The server counts the same token once, so every try may be repeated. */

const LONGEST_WAIT = 60_000;

/**
 * @typedef {{next?: string, text: string, again: boolean, work?: import("./work.js").Price}} Result `work`: what the server asks for first
 * @param {object} options
 * @param {string} options.url
 * @param {string} options.body
 * @param {string} options.csrf
 * @param {Record<string, string>} options.words
 * @param {AbortSignal} options.signal
 * @returns {Promise<Result>}
 */
export async function sendOnce({ url, body, csrf, words, signal }) {
  if (signal.aborted) return { text: words.stopped, again: true };
  const timer = new AbortController();
  const clock = setTimeout(() => timer.abort(), LONGEST_WAIT);
  signal.addEventListener("abort", () => timer.abort());
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
      body,
      credentials: "same-origin",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      redirect: "error",
      signal: timer.signal,
    });
    return await readAnswer(response, words);
  } catch {
    return { text: signal.aborted ? words.stopped : words.offline, again: true };
  } finally {
    clearTimeout(clock);
  }
}

/** @param {Response} response @param {Record<string, string>} words @returns {Promise<Result>} */
async function readAnswer(response, words) {
  const passing = response.status === 429 || response.status >= 500;
  /** @type {any} */
  const answer = await response.json().catch(() => null); // a page instead of JSON: a proxy, or a failing server
  if (response.ok && typeof answer?.next === "string" && answer.next.startsWith("/")) return { next: answer.next, text: "", again: false };
  const { sums, bits } = answer?.error?.work ?? {};
  if (Number.isInteger(sums) && Number.isInteger(bits)) return { text: words.busy, again: true, work: { sums, bits } };
  if (answer?.error) return { text: `${answer.error.message} ${answer.error.how}`, again: passing };
  if (response.ok || passing) return { text: response.status === 429 ? words.busy : words.troubled, again: true };
  return { text: words.pageOld, again: false };
}
