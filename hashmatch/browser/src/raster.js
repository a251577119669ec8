/** Pixels from a WebAssembly decoder: turned as the file asks, and laid on black or white. No canvas touches them. */

/**
 * @typedef {import("./family.js").RowSource} RowSource
 * @typedef {import("./handover.js").Raster} Raster
 */

/** @param {Raster} raster @returns {RowSource} turned, and laid on black at first */
export function rasterSource({ data, width, height, orientation }) {
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
