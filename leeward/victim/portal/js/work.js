/** The small sum that the device does while she reads, so that a flood of made-up pictures would cost its sender dearly. */
import { sha256 } from "@noble/hashes/sha2.js";

const BITS = 16;
const SLICE_MS = 12;

/** @param {string} challenge @returns {{proof: Promise<string>}} */
export function startWork(challenge) {
  const encoder = new TextEncoder();
  let count = 0;
  const isDone = () => {
    const digest = sha256(encoder.encode(`${challenge}:${count}`));
    return (((digest[0] << 24) | (digest[1] << 16) | (digest[2] << 8) | digest[3]) >>> (32 - BITS)) === 0;
  };
  /** @type {Promise<string>} */
  const proof = new Promise((resolve) => {
    const slice = () => {
      const end = performance.now() + SLICE_MS;
      while (performance.now() < end) {
        if (isDone()) return resolve(String(count));
        count += 1;
      }
      setTimeout(slice, SLICE_MS); // the other half of the time is the person's
    };
    setTimeout(slice, SLICE_MS);
  });
  return { proof };
}
