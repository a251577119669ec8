/** The brightness plane of a video frame, whatever layout the browser's decoder answers in. */

const fround = Math.fround;
/** Meta's own reader of videos adds up in single precision, other than its reader of pictures. */
const [RED, GREEN, BLUE] = [0.299, 0.587, 0.114].map((weight) => new Float32Array(256).map((_, value) => fround(weight) * value));
/** Most videos keep black at 16 and white at 235. */
const STUDIO = new Float32Array(256).map((_, value) => Math.min(255, Math.max(0, ((value - 16) * 255) / 219)));
const FULL = new Float32Array(256).map((_, value) => value);

const PLANAR = ["I420", "I420A", "I422", "I444", "NV12"];
const PACKED = ["BGRX", "BGRA", "RGBX", "RGBA"];

/** @typedef {{luma: Float32Array, width: number, height: number}} Plane */

/** @param {VideoFrame} frame @returns {boolean} whether its layout is one that we can read */
export const isReadable = (frame) => PLANAR.includes(frame.format ?? "") || PACKED.includes(frame.format ?? "");

/**
 * @param {VideoFrame} frame @returns {Promise<Plane>}
 * The frame is read in the layout it has: engines were seen to answer wrong bytes when asked for another.
 */
export async function planeOf(frame) {
  const bytes = new Uint8Array(frame.allocationSize());
  const [{ offset, stride }] = await frame.copyTo(bytes);
  const { width, height } = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight };
  const luma = new Float32Array(width * height);
  const format = frame.format ?? "";
  if (PLANAR.includes(format)) {
    const scale = frame.colorSpace.fullRange ? FULL : STUDIO;
    for (let y = 0, to = 0; y < height; y++) {
      for (let x = 0, from = offset + y * stride; x < width; x++) luma[to++] = scale[bytes[from++]];
    }
  } else {
    fillPacked(bytes, offset, stride, format.startsWith("BGR"), { luma, width, height });
  }
  return { luma, width, height };
}

/** @param {Uint8Array | Uint8ClampedArray} bytes @param {number} offset @param {number} stride @param {boolean} blueFirst @param {Plane} plane filled */
export function fillPacked(bytes, offset, stride, blueFirst, { luma, width, height }) {
  const [red, blue] = blueFirst ? [2, 0] : [0, 2];
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, from = offset + y * stride; x < width; x++, from += 4) {
      luma[to++] = fround(fround(RED[bytes[from + red]] + GREEN[bytes[from + 1]]) + BLUE[bytes[from + blue]]);
    }
  }
}

/**
 * Whether this browser gives the true bytes of a video frame of this layout back.
 *
 * @param {VideoPixelFormat} format @returns {Promise<boolean>}
 */
export async function isFrameExact(format) {
  const side = 16;
  const packed = PACKED.includes(format);
  const layout = packed ? format : "I420";
  const sent = Uint8Array.from({ length: packed ? side * side * 4 : (side * side * 3) / 2 }, (_, at) => (at % 4 === 3 && packed ? 255 : (at * 73 + 29) & 255));
  const frame = new VideoFrame(sent, { format: layout, codedWidth: side, codedHeight: side, timestamp: 0 });
  const received = new Uint8Array(frame.allocationSize());
  const [{ offset, stride }] = await frame.copyTo(received);
  frame.close();
  const rowBytes = packed ? side * 4 : side;
  for (let row = 0; row < side; row++) {
    for (let at = 0; at < rowBytes; at++) {
      if (received[offset + row * stride + at] !== sent[row * rowBytes + at]) return false;
    }
  }
  return true;
}
