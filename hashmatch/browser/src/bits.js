/** How far hashes are from each other. */

/** @param {string} hex @returns {Uint32Array} */
export const wordsOf = (hex) => Uint32Array.from({ length: 8 }, (_, at) => parseInt(hex.slice(at * 8, at * 8 + 8), 16));

/** @param {Uint32Array} a @param {Uint32Array} b @returns {number} how many bits differ */
export function bitsApart(a, b) {
  let bits = 0;
  for (let at = 0; at < a.length; at++) {
    for (let left = a[at] ^ b[at]; left; left &= left - 1) bits += 1;
  }
  return bits;
}

/** @param {string} a @param {string} b hashes in hex @returns {number} how many bits differ */
export const distance = (a, b) => bitsApart(wordsOf(a), wordsOf(b));
