/**
 * A picture whose pixels are known, sent through the browser's own decoder and canvas. Some browsers answer noise when
 * a canvas is read, to protect people from being tracked; the hash of noise looks fine and matches nothing. So no path
 * is trusted before it has given these pixels back.
 */

const SIDE = 64;

/** @param {number} x @param {number} y @returns {[number, number, number]} red, green, blue of one pixel */
function colourAt(x, y) {
  return [(x * 37 + y * 11) & 255, (x * 5 + y * 59 + 17) & 255, (x * x + y * 3 + 101) & 255];
}

/** @returns {Blob} an uncompressed bitmap file: no decoder has any freedom with it */
export function canaryFile() {
  const bytes = new Uint8Array(54 + SIDE * SIDE * 3);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x424d);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, SIDE, true);
  view.setInt32(22, SIDE, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0, at = 54; y < SIDE; y++) {
    // Rows are stored from the bottom up, colours as blue, green, red.
    for (let x = 0; x < SIDE; x++, at += 3) bytes.set(colourAt(x, SIDE - 1 - y).reverse(), at);
  }
  return new Blob([bytes], { type: "image/bmp" });
}

/** @param {Uint8Array | Uint8ClampedArray} rgba what came back @returns {boolean} whether every pixel is as it was painted */
export function isCanary(rgba) {
  if (rgba.length !== SIDE * SIDE * 4) return false;
  for (let y = 0, at = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++, at += 4) {
      const [red, green, blue] = colourAt(x, y);
      if (rgba[at] !== red || rgba[at + 1] !== green || rgba[at + 2] !== blue || rgba[at + 3] !== 255) return false;
    }
  }
  return true;
}
