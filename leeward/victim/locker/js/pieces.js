/** Sends a locked file in pieces of 4 MiB. The server says which one it wants next, so a lost line goes on where it was. */
import { toHex } from "./bytes.js";

export const PIECE_BYTES = 4 * 1024 * 1024;
const TRIES = 6;
const PAUSE_MS = 2000;

/**
 * @typedef {import("./reading.js").Locked} Locked
 * @typedef {{part: string, piece: number}} Want the first piece is 1
 * @typedef {{next?: string, want?: Want, text?: string}} Answer `next`: all is there; `text`: what is wrong, in words
 */

/** @param {Uint8Array} bytes */
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** @param {Blob} sealed @returns {Blob[]} */
function cut(sealed) {
  return Array.from({ length: Math.ceil(sealed.size / PIECE_BYTES) }, (_, at) => sealed.slice(at * PIECE_BYTES, (at + 1) * PIECE_BYTES));
}

/** @param {Blob} piece @returns {Promise<string>} */
const digestOf = async (piece) => toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", await piece.arrayBuffer())));

/** @param {Locked} locked @returns {Promise<object>} what the server has to know before the first piece */
async function describe({ wrapped, vouched, kind, original, ending, parts }) {
  const described = parts.map(async ({ name, size, sha256, sealed }) => ({
    name,
    size,
    sha256,
    bytes: sealed.size,
    pieces: await Promise.all(cut(sealed).map(digestOf)),
  }));
  const clock = Math.max(1, Math.floor(Date.now() / 1000));
  return { wrapped: base64(wrapped), vouched: base64(vouched), kind, original, ending, clock, parts: await Promise.all(described) };
}

/**
 * @param {object} options
 * @param {Locked} options.locked
 * @param {string} options.url to which all is sent
 * @param {string} options.csrf
 * @param {number} options.generation of the key
 * @param {() => Promise<{challenge: string, proof: string}>} options.work the small sum, once it is done
 * @param {(done: number) => void} options.onProgress from 0 to 1
 * @returns {{run: () => Promise<Answer>}} `run` sends what is missing; again, after it failed, goes on
 */
export function startSending({ locked, url, csrf, generation, work, onProgress }) {
  const pieces = Object.fromEntries(locked.parts.map(({ name, sealed }) => [name, cut(sealed)]));
  const total = Object.values(pieces).reduce((sum, each) => sum + each.length, 0);
  /** @type {Want | undefined} */
  let want;
  let sent = 0;

  /** @param {BodyInit} body @param {Record<string, string>} headers @returns {Promise<Answer>} */
  async function post(body, headers) {
    for (let tries = 1; ; tries++) {
      try {
        const response = await fetch(url, {
          method: "POST",
          body,
          headers: { "X-CSRFToken": csrf, ...headers },
          credentials: "same-origin",
          cache: "no-store",
          referrerPolicy: "no-referrer",
          redirect: "error",
        });
        if (response.status < 500 && response.status !== 429) return await response.json();
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // no network for a moment
      }
      if (tries === TRIES) return {};
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * tries));
    }
  }

  /** @param {Answer} answer @returns {Want | undefined} one of the pieces that there are */
  function read({ want: next }) {
    return next && pieces[next.part]?.[next.piece - 1] ? { part: String(next.part), piece: Number(next.piece) } : undefined;
  }

  return {
    async run() {
      let answer = want ? { want } : await post(JSON.stringify({ generation, ...(await work()), ...(await describe(locked)) }), { "Content-Type": "application/json" });
      for (want = read(answer); want; want = read(answer)) {
        const headers = { "Content-Type": "application/octet-stream", "X-Piece": `${generation}/${want.part}/${want.piece}` };
        const told = await post(pieces[want.part][want.piece - 1], headers);
        if (!told.want && !told.next && !told.text) return {}; // nothing reached it: the same piece, when they press again
        onProgress(Math.min(1, (sent += 1) / total));
        answer = told;
      }
      return answer;
    },
  };
}
