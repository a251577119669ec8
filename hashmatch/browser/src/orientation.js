/** How a picture file says that it must be turned, for decoders that do not turn it themselves. Runs beside them. */

/** @param {Uint8Array} bytes @param {number} at @param {number} count @returns {string} */
const text = (bytes, at, count) => String.fromCharCode(...bytes.subarray(at, at + count));

/**
 * By its EXIF data. Browsers do not turn a WebP.
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
