/** The sums that the device does while she reads, so that a flood of made-up pictures would cost its sender dearly. */
import { sha256 } from "@noble/hashes/sha2.js";

const SLICE_MS = 12;
/** Half of the time is the person's while she reads; hardly any while she waits. */
const REST_MS = { reading: SLICE_MS, waiting: 0 };

/** @typedef {{sums: number, bits: number}} Price how many sums, and with how many zero bits each must begin */

/**
 * @param {string} challenge
 * @returns {{prove: (price: Price, mood: "reading" | "waiting") => Promise<number[] | null>, stop: () => void}} null where
 * it was stopped, or another price took over
 */
export function startWork(challenge) {
  const encoder = new TextEncoder();
  /** The next number to be tried for each sum, or the one that was found. @type {number[]} */
  const numbers = [];
  /** @type {Price | null} */
  let wanted = null;

  /** @param {number} place @param {number} bits */
  const isDone = (place, bits) => {
    const digest = sha256(encoder.encode(`${challenge}:${place}:${numbers[place]}`));
    return (((digest[0] << 24) | (digest[1] << 16) | (digest[2] << 8) | digest[3]) >>> (32 - bits)) === 0;
  };
  return {
    async prove(price, mood) {
      wanted = price;
      let end = 0;
      for (let place = 0; place < price.sums; place++) {
        numbers[place] ??= 0;
        for (; !isDone(place, price.bits); numbers[place]++) {
          if (performance.now() < end) continue;
          await new Promise((resolve) => setTimeout(resolve, REST_MS[mood]));
          if (wanted !== price) return null;
          end = performance.now() + SLICE_MS;
        }
      }
      return numbers.slice(0, price.sums);
    },
    stop() {
      wanted = null;
    },
  };
}
