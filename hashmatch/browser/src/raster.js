/** Pixels from a WebAssembly decoder: turned as the file asks, and laid on black or white. For the add-ons, which no canvas touches. */

/**
 * @typedef {import("./family.js").RowSource} RowSource
 * @typedef {{data: Uint8Array | Uint8ClampedArray, width: number, height: number}} Raster RGBA, alpha not multiplied in
 */

/** @param {Uint8Array} bytes @param {number} at @param {number} count @returns {string} */
const text = (bytes, at, count) => String.fromCharCode(...bytes.subarray(at, at + count));

/**
 * @param {Raster} raster @param {number} orientation as EXIF counts, 1 to 8
 * @returns {RowSource} turned, and laid on black at first
 */
export function rasterSource({ data, width, height }, orientation) {
  const right = width - 1;
  const bottom = (height - 1) * width;
  /** start, then the step to the next pixel and to the next row */
  const [start, across, down] = [
    [0, 1, width],
    [right, -1, width],
    [bottom + right, -1, -width],
    [bottom, 1, -width],
    [0, width, 1],
    [bottom, -width, 1],
    [bottom + right, -width, -1],
    [right, width, -1],
  ][orientation - 1];
  const turned = orientation > 4 ? { width: height, height: width } : { width, height };
  let ground = 0;
  return {
    ...turned,
    over: (colour) => void (ground = colour === "white" ? 255 : 0),
    read(top, rows) {
      const strip = new Uint8Array(turned.width * rows * 4);
      for (let y = 0, to = 0; y < rows; y++) {
        for (let x = 0, from = (start + (top + y) * down) * 4; x < turned.width; x++, from += across * 4, to += 4) {
          const alpha = data[from + 3];
          for (let channel = 0; channel < 3; channel++) strip[to + channel] = Math.floor((data[from + channel] * alpha + ground * (255 - alpha) + 127) / 255);
          strip[to + 3] = 255;
        }
      }
      return strip;
    },
  };
}

/**
 * How a picture file says it must be turned (EXIF), for the decoders that do not turn it themselves. Browsers do not turn
 * a WebP.
 *
 * @param {Uint8Array} bytes the whole file @param {"jpeg" | "png"} format @returns {number} 1 to 8
 */
export function orientationOf(bytes, format) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length;
  if (format === "jpeg") {
    for (let at = 2; at + 18 < end && bytes[at] === 0xff && bytes[at + 1] !== 0xda; at += 2 + view.getUint16(at + 2)) {
      if (bytes[at + 1] === 0xe1 && text(bytes, at + 4, 6) === "Exif\0\0") return tiffOrientation(bytes.subarray(at + 10, at + 2 + view.getUint16(at + 2)));
    }
  } else if (format === "png") {
    for (let at = 8; at + 12 < end; at += 12 + view.getUint32(at)) {
      if (text(bytes, at + 4, 4) === "eXIf") return tiffOrientation(bytes.subarray(at + 8, at + 8 + view.getUint32(at)));
    }
  }
  return 1;
}

/** @param {Uint8Array} tiff @returns {number} 1 to 8; 1 where it is damaged or says nothing */
function tiffOrientation(tiff) {
  if (tiff.length < 14) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const little = tiff[0] === 0x49;
  const start = view.getUint32(4, little);
  if (start + 2 > tiff.length) return 1;
  const entries = view.getUint16(start, little);
  for (let entry = 0, at = start + 2; entry < entries && at + 12 <= tiff.length; entry++, at += 12) {
    if (view.getUint16(at, little) !== 0x112) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
