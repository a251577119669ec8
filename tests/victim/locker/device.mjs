/** What a person's device does, under Node: reads JSON from its input, makes grants, locks files and opens others', and prints JSON. */
import { readFileSync } from "node:fs";

import { agreeNatively } from "../../../leeward/victim/locker/js/hpke.js";
import { open, seal } from "../../../leeward/victim/locker/js/lwf1.js";
import { makeGrant } from "../../../leeward/victim/locker/js/wrap.js";
import { contentOf, digestOf, whole } from "./recipes.js";

const asked = JSON.parse(readFileSync(0, "utf8"));
/** @param {string} text */
const fromBase64 = (text) => new Uint8Array(Buffer.from(text, "base64"));
/** @param {Uint8Array} bytes */
const toBase64 = (bytes) => Buffer.from(bytes).toString("base64");

/** The script with another X25519, as it stands in its worker. @type {import("../../../leeward/victim/locker/js/hpke.js").Agree} */
async function agreeByNoble(publicKey) {
  /** @type {any} */
  let said;
  const worker = /** @type {any} */ ({ postMessage: (/** @type {any} */ message) => (said = message) });
  globalThis.self = worker;
  await import("../../../leeward/victim/locker/js/curves.js");
  worker.onmessage({ data: publicKey });
  return said;
}

/** @param {import("../../../leeward/victim/locker/js/hpke.js").Agree} agree */
async function grant(agree) {
  const drawn = crypto.getRandomValues(new Uint8Array(32));
  const made = await makeGrant(drawn, { publicKey: fromBase64(asked.publicKey), info: fromBase64(asked.info) }, agree);
  return { drawn: toBase64(drawn), wrapped: toBase64(made.wrapped), vouched: toBase64(made.vouched) };
}

const key = fromBase64(asked.key);
const opened = [];
for (const sealed of asked.sealed) opened.push(await digestOf(await whole(open(new Blob([fromBase64(sealed)]), key))));
const sealed = [];
for (const size of asked.sizes) sealed.push(toBase64(await whole(seal(new Blob([contentOf(size)]), key))));
process.stdout.write(JSON.stringify({ native: await grant(agreeNatively), noble: await grant(agreeByNoble), opened, sealed }));
