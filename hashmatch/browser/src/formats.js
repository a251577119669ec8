/** What a file is and how big its picture is, from its first bytes: before any decoder sees it, whatever its name says. */

/** Pictures with more pixels are not decoded: they would bring the browser down. */
export const MOST_PIXELS = 120_000_000;
/** Enough to find the size behind a camera's longest notes and previews. */
export const HEAD_BYTES = 1 << 20;

/**
 * @typedef {"jpeg" | "png" | "gif" | "webp" | "bmp" | "avif" | "heic" | "tiff" | "jxl" | "video" | "unknown"} Format
 * @typedef {{format: Format, pixels: number}} Inspection `pixels` is 0 where the head does not say
 */

/** @param {Uint8Array} head @param {number} at @param {number} count @returns {string} */
const text = (head, at, count) => String.fromCharCode(...head.subarray(at, at + count));

/** @param {Uint8Array} head @returns {boolean} whether a colour profile or a gamma may make other colours of the numbers */
export const hasColours = (head) => /ICC_PROFILE|ICCP|iCCP|gAMA|colr/.test(new TextDecoder("latin1").decode(head));

/** @param {Uint8Array} head @param {Format} format @returns {format is "gif" | "png" | "webp"} whether the picture may move */
export const mayMove = (head, format) => format === "gif" || (["png", "webp"].includes(format) && /acTL|ANIM/.test(new TextDecoder("latin1").decode(head)));

/** @type {[signature: string, at: number, format: Format][]} */
const SIGNATURES = [
  ["\xff\xd8\xff", 0, "jpeg"],
  ["\x89PNG\r\n\x1a\n", 0, "png"],
  ["GIF8", 0, "gif"],
  ["WEBP", 8, "webp"],
  ["BM", 0, "bmp"],
  ["II*\0", 0, "tiff"],
  ["MM\0*", 0, "tiff"],
  ["\xff\x0a", 0, "jxl"],
  ["JXL ", 4, "jxl"],
  ["\x1a\x45\xdf\xa3", 0, "video"], // Matroska, WebM
  ["AVI ", 8, "video"],
  ["OggS", 0, "video"],
  ["FLV\x01", 0, "video"],
  ["\0\0\x01\xba", 0, "video"], // MPEG program stream
  ["\x30\x26\xb2\x75", 0, "video"], // Windows Media
  ["moov", 4, "video"],
  ["mdat", 4, "video"],
];

/** @param {Uint8Array} head @returns {Format} */
function formatOf(head) {
  if (text(head, 4, 4) === "ftyp") {
    const brands = text(head, 8, Math.min(new DataView(head.buffer, head.byteOffset).getUint32(0), 128) - 8);
    if (/avi[fs]/.test(brands)) return "avif";
    return /hei[cxms]|hev[cxms]|mif1|msf1/.test(brands) ? "heic" : "video";
  }
  if (head[0] === 0x47 && head[188] === 0x47 && head[376] === 0x47) return "video"; // MPEG transport stream
  return SIGNATURES.find(([signature, at]) => text(head, at, signature.length) === signature)?.[2] ?? "unknown";
}

/** @param {DataView} view @returns {number} */
function jpegPixels(view) {
  let at = 2;
  while (at + 9 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    // Start of frame, but for the three markers in that range which are something else.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return view.getUint16(at + 5) * view.getUint16(at + 7);
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return 0;
}

/** @param {DataView} view @returns {number} */
function webpPixels(view) {
  const low24 = (/** @type {number} */ at) => view.getUint32(at, true) & 0xffffff;
  switch (view.getUint8(15)) {
    case 0x58: // VP8X
      return (low24(24) + 1) * (low24(27) + 1);
    case 0x4c: { // VP8L
      const bits = view.getUint32(21, true);
      return ((bits & 0x3fff) + 1) * (((bits >>> 14) & 0x3fff) + 1);
    }
    default:
      return (view.getUint16(26, true) & 0x3fff) * (view.getUint16(28, true) & 0x3fff);
  }
}

/** @param {DataView} view @returns {number} the largest picture in the container */
function heifPixels(view) {
  let most = 0;
  for (let at = 0; at + 16 <= view.byteLength; at++) {
    if (view.getUint32(at) === 0x69737065) most = Math.max(most, view.getUint32(at + 8) * view.getUint32(at + 12)); // ispe
  }
  return most;
}

/** @type {Partial<Record<Format, (view: DataView) => number>>} */
const PIXELS = {
  jpeg: jpegPixels,
  png: (view) => view.getUint32(16) * view.getUint32(20),
  gif: (view) => view.getUint16(6, true) * view.getUint16(8, true),
  bmp: (view) => Math.abs(view.getInt32(18, true) * view.getInt32(22, true)),
  webp: webpPixels,
  heic: heifPixels,
  avif: heifPixels,
};

/** @param {Uint8Array} head the file's first bytes @returns {Inspection} */
export function inspect(head) {
  const format = head.length < 12 ? "unknown" : formatOf(head);
  const measure = PIXELS[format];
  return { format, pixels: measure && head.length >= 32 ? measure(new DataView(head.buffer, head.byteOffset, head.length)) : 0 };
}
