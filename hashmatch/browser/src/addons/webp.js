/** Add-on: reads WebP without the browser's own decoder (libwebp by jsquash, Apache-2.0). */
import decode, { init } from "@jsquash/webp/decode.js";

import { rasterSource } from "../raster.js";

self.leewardAddons.webp = async (wasm) => {
  await init(new WebAssembly.Module(wasm));
  return async (bytes) => rasterSource(await decode(/** @type {ArrayBuffer} */ (bytes.buffer)), 1);
};
