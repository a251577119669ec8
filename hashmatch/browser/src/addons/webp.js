/** Add-on: reads WebP without the browser's own decoder (libwebp by jsquash, Apache-2.0). */
import decode, { init } from "@jsquash/webp/decode.js";

self.leewardAddons.webp = async (wasm) => {
  await init(new WebAssembly.Module(wasm));
  return async (bytes) => {
    const { data, width, height } = await decode(/** @type {ArrayBuffer} */ (bytes.buffer));
    return { data, width, height, orientation: 1 };
  };
};
