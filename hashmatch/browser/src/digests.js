/**
 * MD5 (RFC 1321) and SHA-256 (FIPS 180-4) of a file of any size, read piece by piece; they find exact copies. Our own
 * lines: what a file's digests are is said by no code of others.
 */

/**
 * @typedef {{md5: string, sha256: string}} Digests in lower-case hex
 * @typedef {(state: Int32Array, view: DataView, at: number) => void} Compress takes in one block
 */

const BLOCK = 64;
const LENGTH_AT = 56;

const PRIMES = Array.from({ length: 312 }, (_, number) => number).filter((number) => number > 1 && !Array.from({ length: 16 }, (_, at) => at + 2).some((part) => part < number && number % part === 0));
/** The first 32 bits behind the point of a cube root. @param {number} prime */
function cubeRootBits(prime) {
  const wanted = BigInt(prime) << 96n;
  let root = BigInt(Math.floor(Math.cbrt(prime) * 2 ** 32));
  while (root ** 3n > wanted) root -= 1n;
  while ((root + 1n) ** 3n <= wanted) root += 1n;
  return Number(BigInt.asIntN(32, root));
}
const SHA_START = Int32Array.from(PRIMES.slice(0, 8), (prime) => Math.floor((Math.sqrt(prime) % 1) * 2 ** 32));
const SHA_ADDED = Int32Array.from(PRIMES.slice(0, 64), cubeRootBits);
const MD5_START = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
const MD5_ADDED = Int32Array.from({ length: 64 }, (_, at) => Math.floor(Math.abs(Math.sin(at + 1)) * 2 ** 32));
const MD5_TURNS = Int32Array.of(7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21);

const words = new Int32Array(BLOCK);

/** @type {Compress} */
function compressMd5(state, view, at) {
  for (let place = 0; place < 16; place++) words[place] = view.getInt32(at + place * 4, true);
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  for (let step = 0; step < 64; step++) {
    const round = step >> 4;
    let mixed;
    let place;
    if (round === 0) {
      mixed = (b & c) | (~b & d);
      place = step;
    } else if (round === 1) {
      mixed = (d & b) | (~d & c);
      place = (5 * step + 1) & 15;
    } else if (round === 2) {
      mixed = b ^ c ^ d;
      place = (3 * step + 5) & 15;
    } else {
      mixed = c ^ (b | ~d);
      place = (7 * step) & 15;
    }
    const sum = (a + mixed + MD5_ADDED[step] + words[place]) | 0;
    const turn = MD5_TURNS[(round << 2) | (step & 3)];
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

/** @type {Compress} */
function compressSha256(state, view, at) {
  for (let place = 0; place < 16; place++) words[place] = view.getInt32(at + place * 4, false);
  for (let place = 16; place < 64; place++) {
    const early = words[place - 15];
    const late = words[place - 2];
    const first = ((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3);
    const second = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10);
    words[place] = words[place - 16] + first + words[place - 7] + second;
  }
  let [a, b, c, d] = [state[0], state[1], state[2], state[3]];
  let [e, f, g, h] = [state[4], state[5], state[6], state[7]];
  for (let step = 0; step < 64; step++) {
    const turnedE = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const first = (h + turnedE + ((e & f) ^ (~e & g)) + SHA_ADDED[step] + words[step]) | 0;
    const turnedA = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (turnedA + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

class Digester {
  /** @param {Int32Array} start @param {Compress} compress @param {boolean} isLittle which end of a number comes first */
  constructor(start, compress, isLittle) {
    this.state = start.slice();
    this.compress = compress;
    this.isLittle = isLittle;
    this.length = 0;
    /** What does not fill a block yet. */
    this.rest = new Uint8Array(2 * BLOCK);
    this.filled = 0;
  }

  /** @param {Uint8Array} bytes */
  update(bytes) {
    const { state, compress, rest } = this;
    this.length += bytes.length;
    let at = 0;
    if (this.filled) {
      at = Math.min(BLOCK - this.filled, bytes.length);
      rest.set(bytes.subarray(0, at), this.filled);
      this.filled += at;
      if (this.filled < BLOCK) return;
      compress(state, new DataView(rest.buffer), 0);
      this.filled = 0;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (; at + BLOCK <= bytes.length; at += BLOCK) compress(state, view, at);
    this.filled = bytes.length - at;
    rest.set(bytes.subarray(at));
  }

  /** @returns {string} nothing may be added afterwards */
  hex() {
    const { state, compress, isLittle, rest, filled, length } = this;
    const view = new DataView(rest.buffer);
    const end = filled < LENGTH_AT ? LENGTH_AT : BLOCK + LENGTH_AT;
    rest.fill(0, filled);
    rest[filled] = 0x80;
    view.setUint32(end + (isLittle ? 0 : 4), (length << 3) >>> 0, isLittle);
    view.setUint32(end + (isLittle ? 4 : 0), Math.floor(length / 2 ** 29), isLittle);
    for (let at = 0; at < end; at += BLOCK) compress(state, view, at);
    const result = new DataView(new ArrayBuffer(state.length * 4));
    state.forEach((word, at) => result.setInt32(at * 4, word, isLittle));
    return Array.from(new Uint8Array(result.buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}

const newMd5 = () => new Digester(MD5_START, compressMd5, true);
const newSha256 = () => new Digester(SHA_START, compressSha256, false);

/** @param {Uint8Array} bytes @returns {string} SHA-256 in hex */
export function sha256Hex(bytes) {
  const digester = newSha256();
  digester.update(bytes);
  return digester.hex();
}

/**
 * @param {Blob} file @param {(done: number) => void} [onProgress] from 0 to 1
 * @returns {Promise<Digests>}
 */
export async function digestsOf(file, onProgress = () => {}) {
  const [md5, sha256] = [newMd5(), newSha256()];
  const reader = file.stream().getReader();
  let read = 0;
  for (let piece = await reader.read(); piece.value; piece = await reader.read()) {
    md5.update(piece.value);
    sha256.update(piece.value);
    read += piece.value.length;
    onProgress(read / file.size);
  }
  return { md5: md5.hex(), sha256: sha256.hex() };
}
