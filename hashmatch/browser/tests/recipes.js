/** Paints the pictures of `hashmatch/vectors/vectors.json` from their whole-number recipes. */

/** @param {number} seed @returns {() => number} the sequence of section 2 of the vectors' README */
function sequence(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}

/** @param {number} x @param {number} y @param {number} channel @param {number} seed @returns {number} noise by place */
export function mix(x, y, channel, seed) {
  let value = Math.imul(x, 374761393) + Math.imul(y, 668265263) + Math.imul(channel, 2246822519) + Math.imul(seed, 3266489917);
  value >>>= 0;
  value = Math.imul(value ^ (value >>> 13), 1274126177) >>> 0;
  return (value ^ (value >>> 16)) >>> 0;
}

/** @param {number} length @param {number} seed @returns {Uint8Array<ArrayBuffer>} the bytes that a digest vector stands for */
export function digestBytes(length, seed) {
  return Uint8Array.from({ length }, (_, i) => mix(i, 0, 0, seed) & 255);
}

/**
 * @typedef {Record<string, any>} Layer
 * @typedef {{width: number, height: number, rgb: Uint8Array}} Canvas
 * @typedef {(x: number, y: number, channel: number, old: number) => number} Painter
 */

/** @param {Canvas} canvas @param {Painter} painter */
function paintEach({ width, height, rgb }, painter) {
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++, at++) rgb[at] = painter(x, y, channel, rgb[at]);
    }
  }
}

/** @type {Record<string, (canvas: Canvas, layer: Layer) => void>} */
const PAINTERS = {
  fill: (canvas, { rgb }) => paintEach(canvas, (_x, _y, c) => rgb[c]),
  gradient: (canvas, layer) => {
    const { width, height } = canvas;
    const n = Math.max({ x: width - 1, y: height - 1, d: width + height - 2 }[/** @type {"x"} */ (layer.axis)], 1);
    paintEach(canvas, (x, y, c) => {
      const t = { x, y, d: x + y }[/** @type {"x"} */ (layer.axis)];
      return Math.floor((layer.from[c] * (n - t) + layer.to[c] * t) / n);
    });
  },
  stripes: (canvas, { period, rgb }) =>
    paintEach(canvas, (x, y, c, old) => (Math.floor((x + 2 * y) / period) % 2 === 1 ? rgb[c] : old)),
  rects: (canvas, { count, seed }) => {
    const { width, height } = canvas;
    const draw = sequence(seed);
    for (let i = 0; i < count; i++) {
      const [left, top] = [draw() % width, draw() % height];
      const w = 1 + (draw() % Math.max(width >> 1, 1));
      const h = 1 + (draw() % Math.max(height >> 1, 1));
      const colour = [draw() % 256, draw() % 256, draw() % 256];
      paintEach(canvas, (x, y, c, old) => (x >= left && x < left + w && y >= top && y < top + h ? colour[c] : old));
    }
  },
  blobs: (canvas, { count, seed }) => {
    const { width, height } = canvas;
    const draw = sequence(seed);
    for (let i = 0; i < count; i++) {
      const [cx, cy] = [draw() % width, draw() % height];
      const square = (1 + (draw() % Math.max(Math.max(width, height) >> 1, 1))) ** 2;
      const colour = [draw() % 256, draw() % 256, draw() % 256];
      paintEach(canvas, (x, y, c, old) => {
        const distance = (x - cx) ** 2 + (y - cy) ** 2;
        if (distance >= square) return old;
        const weight = Math.floor((256 * (square - distance)) / square);
        return (old * (256 - weight) + colour[c] * weight) >> 8;
      });
    }
  },
  noise: (canvas, { amplitude, seed }) =>
    paintEach(canvas, (x, y, c, old) => {
      const moved = old + (mix(x, y, c, seed) % (2 * amplitude + 1)) - amplitude;
      return Math.min(255, Math.max(0, moved));
    }),
  border: (canvas, { left, top, right, bottom, rgb }) =>
    paintEach(canvas, (x, y, c, old) =>
      x < left || y < top || x >= canvas.width - right || y >= canvas.height - bottom ? rgb[c] : old,
    ),
};

/** @param {{width: number, height: number, layers: Layer[]}} recipe @returns {Uint8Array} RGB, row by row */
export function paint({ width, height, layers }) {
  const canvas = { width, height, rgb: new Uint8Array(width * height * 3) };
  for (const layer of layers) PAINTERS[layer.kind](canvas, layer);
  return canvas.rgb;
}

/** @param {Uint8Array} rgb @param {number} width @param {number} height @returns {import("../src/family.js").RowSource} */
export function sourceOf(rgb, width, height) {
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) rgba.set(rgb.subarray(from, from + 3), to);
  return { width, height, read: (top, rows) => rgba.subarray(top * width * 4, (top + rows) * width * 4) };
}
