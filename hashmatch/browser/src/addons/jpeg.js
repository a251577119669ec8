/** Add-on: reads JPEG without the browser's own decoder (mozjpeg by jsquash, Apache-2.0). */
import decode, { init } from "@jsquash/jpeg/decode.js";

import { orientationOf, rasterSource } from "../raster.js";

self.leewardAddons.jpeg = async (wasm) => {
  await init(new WebAssembly.Module(wasm));
  return async (bytes) => rasterSource(await decode(/** @type {ArrayBuffer} */ (bytes.buffer)), orientationOf(bytes, "jpeg"));
};
