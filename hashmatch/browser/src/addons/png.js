/** Add-on: reads PNG without the browser's own decoder (the Rust `png` crate by jsquash, Apache-2.0). */
import decode, { init } from "@jsquash/png/decode.js";

import { orientationOf, rasterSource } from "../raster.js";

self.leewardAddons.png = async (wasm) => {
  await init(new WebAssembly.Module(wasm));
  return async (bytes) => rasterSource(await decode(/** @type {ArrayBuffer} */ (bytes.buffer)), orientationOf(bytes, "png"));
};
