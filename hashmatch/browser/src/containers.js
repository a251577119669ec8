/**
 * Takes an animation apart without decoding it: each frame becomes a file of its own, which any decoder reads, with its
 * place, its time and what happens to it. GIF, animated PNG and animated WebP.
 */

/**
 * @typedef {"keep" | "clear" | "restore"} Afterwards what a frame leaves behind
 * @typedef {object} Frame
 * @property {() => Blob} file made when it is wanted: a file can name a million frames
 * @property {number} x @property {number} y @property {number} width @property {number} height on the canvas, in pixels
 * @property {number} seconds as the file says
 * @property {boolean} replaces whether it takes the place of what is under it, instead of lying over it
 * @property {Afterwards} afterwards
 * @typedef {{width: number, height: number, ends: boolean, frames: Frame[]}} Animation `ends`: its last frame stays
 */

/** @param {DataView} view @param {number} at @param {number} count */
const text = (view, at, count) => String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, count));
/** @param {DataView} view @param {number} at @param {number} end @returns {Uint8Array<ArrayBuffer>} */
const slice = (view, at, end) => new Uint8Array(/** @type {ArrayBuffer} */ (view.buffer), view.byteOffset + at, end - at);
/** @type {Afterwards[]} */
const AFTERWARDS = ["keep", "clear", "restore"];

/** @param {DataView} view @returns {Animation} */
function openGif(view) {
  /** @param {number} flags @param {number} at @returns {number} where a table of colours ends that the flags may announce */
  const behindColours = (flags, at) => (flags & 0x80 ? at + 3 * 2 ** ((flags & 7) + 1) : at);
  const colours = slice(view, 13, behindColours(view.getUint8(10), 13));
  /** @type {Animation} */
  const animation = { width: view.getUint16(6, true), height: view.getUint16(8, true), ends: true, frames: [] };
  const plain = { flags: 0, delay: 0, clear: 0 };
  let control = plain;
  try {
    for (let at = 13 + colours.length; [0x21, 0x2c].includes(view.getUint8(at)); ) {
      const [start, isImage] = [at, view.getUint8(at) === 0x2c];
      at = isImage ? behindColours(view.getUint8(at + 9), at + 10) + 1 : at + 2;
      const first = at;
      while (view.getUint8(at)) at += 1 + view.getUint8(at);
      at += 1;
      if (isImage) {
        const [x, y, width, height] = [1, 3, 5, 7].map((offset) => view.getUint16(start + offset, true));
        const size = [width & 255, width >> 8, height & 255, height >> 8];
        const screen = Uint8Array.from([...size, view.getUint8(10), 0, 0]);
        const rule = Uint8Array.from([0x21, 0xf9, 4, control.flags & 1, 0, 0, control.clear, 0, 0x2c, 0, 0, 0, 0, ...size]);
        const image = slice(view, start + 9, at);
        const file = () => new Blob(["GIF89a", screen, colours, rule, image, ";"], { type: "image/gif" });
        const afterwards = AFTERWARDS[((control.flags >> 2) & 7) - 1] ?? "keep";
        animation.frames.push({ file, x, y, width, height, seconds: control.delay / 100, replaces: false, afterwards });
        control = plain;
      } else if (view.getUint8(start + 1) === 0xf9) {
        control = { flags: view.getUint8(first + 1), delay: view.getUint16(first + 2, true), clear: view.getUint8(first + 4) };
      } else if (view.getUint8(start + 1) === 0xff && ["NETSCAPE2.0", "ANIMEXTS1.0"].includes(text(view, first + 1, 11))) {
        animation.ends = view.getUint16(first + 14, true) > 0;
      }
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // cut short: its whole frames count
  }
  return animation;
}

const CRC = Int32Array.from({ length: 256 }, (_, value) => {
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** @param {string} name @param {Uint8Array[]} parts @returns {Uint8Array<ArrayBuffer>} a chunk of a PNG */
function pngChunk(name, ...parts) {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const chunk = new Uint8Array(length + 12);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, length);
  for (let at = 0; at < 4; at++) chunk[4 + at] = name.charCodeAt(at);
  let at = 8;
  for (const part of parts) {
    chunk.set(part, at);
    at += part.length;
  }
  let crc = -1;
  for (let byte = 4; byte < at; byte++) crc = (crc >>> 8) ^ CRC[(crc ^ chunk[byte]) & 255];
  view.setInt32(at, ~crc);
  return chunk;
}

/** @param {DataView} view @returns {Animation} without a default image that is no frame */
function openPng(view) {
  const head = slice(view, 16, 29);
  /** @type {Animation} */
  const animation = { width: view.getUint32(16), height: view.getUint32(20), ends: true, frames: [] };
  /** @type {Uint8Array<ArrayBuffer>[]} chunks that hold for all frames */
  const common = [];
  /** @type {Omit<Frame, "file"> | null} */
  let frame = null;
  /** @type {Uint8Array[]} */
  let data = [];
  const finish = () => {
    if (!frame || !data.length) return;
    const { width, height } = frame;
    const parts = data;
    const file = () => {
      const size = new DataView(new ArrayBuffer(8));
      size.setUint32(0, width);
      size.setUint32(4, height);
      const chunks = [pngChunk("IHDR", new Uint8Array(size.buffer), head.subarray(8)), ...common, pngChunk("IDAT", ...parts), pngChunk("IEND")];
      return new Blob([slice(view, 0, 8), ...chunks], { type: "image/png" });
    };
    animation.frames.push({ ...frame, file });
  };
  for (let at = 33, name = ""; name !== "IEND" && at + 8 <= view.byteLength; at += 12 + view.getUint32(at)) {
    name = text(view, at + 4, 4);
    const [start, end] = [at + 8, at + 8 + view.getUint32(at)];
    if (end + 4 > view.byteLength) break;
    if (name === "eXIf") return { ...animation, frames: [] }; // one browser turns all frames by it, another none
    if (name === "acTL") animation.ends = view.getUint32(start + 4) > 0;
    else if (name === "fcTL") {
      finish();
      const [width, height, x, y] = [4, 8, 12, 16].map((offset) => view.getUint32(start + offset));
      const seconds = view.getUint16(start + 20) / (view.getUint16(start + 22) || 100);
      frame = { x, y, width, height, seconds, replaces: view.getUint8(start + 25) === 0, afterwards: AFTERWARDS[view.getUint8(start + 24)] ?? "keep" };
      data = [];
    } else if (name === "IDAT") data.push(slice(view, start, end));
    else if (name === "fdAT") data.push(slice(view, start + 4, end));
    else if (["PLTE", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT"].includes(name)) common.push(slice(view, at, end + 4));
  }
  finish();
  return animation;
}

/** @param {DataView} view @returns {Animation} */
function openWebp(view) {
  const low24 = (/** @type {number} */ at) => view.getUint16(at, true) + view.getUint8(at + 2) * 65536;
  /** @type {Animation} */
  const animation = { width: low24(24) + 1, height: low24(27) + 1, ends: true, frames: [] };
  for (let at = 30, size = 0; at + 8 <= view.byteLength; at += 8 + size + (size & 1)) {
    const name = text(view, at, 4);
    size = view.getUint32(at + 4, true);
    if (at + 8 + size > view.byteLength) break;
    if (name === "ANIM") animation.ends = view.getUint16(at + 12, true) > 0;
    if (name !== "ANMF") continue;
    const [x, y, width, height] = [low24(at + 8) * 2, low24(at + 11) * 2, low24(at + 14) + 1, low24(at + 17) + 1];
    const flags = view.getUint8(at + 23);
    const data = slice(view, at + 24, at + 8 + size);
    const head = new DataView(new ArrayBuffer(30));
    ["RIFF", "WEBP", "VP8X"].forEach((word, place) => [...word].forEach((letter, offset) => head.setUint8([0, 8, 12][place] + offset, letter.charCodeAt(0))));
    head.setUint32(4, 22 + data.length, true);
    head.setUint32(16, 10, true);
    head.setUint8(20, 0x10); // it may have alpha
    [width - 1, height - 1].forEach((side, place) => [0, 8, 16].forEach((shift) => head.setUint8(24 + place * 3 + shift / 8, (side >> shift) & 255)));
    const file = () => new Blob([head, data], { type: "image/webp" });
    animation.frames.push({ file, x, y, width, height, seconds: low24(at + 20) / 1000, replaces: (flags & 2) > 0, afterwards: flags & 1 ? "clear" : "keep" });
  }
  return animation;
}

const OPENERS = { gif: openGif, png: openPng, webp: openWebp };

/**
 * @param {Uint8Array} bytes a whole file @param {keyof typeof OPENERS} format
 * @returns {Animation} what there is of it; fails with a RangeError where its head is not whole
 */
export function openAnimation(bytes, format) {
  return OPENERS[format](new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
}
