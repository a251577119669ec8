/** Add-on: reads JPEG without the browser's own decoder (mozjpeg by jsquash, Apache-2.0). */
import decode, { init } from "@jsquash/jpeg/decode.js";

import { orientationOf } from "../orientation.js";

self.leewardAddons.jpeg = async (wasm) => {
  await init(new WebAssembly.Module(wasm));
  return async (bytes) => {
    const { data, width, height } = await decode(/** @type {ArrayBuffer} */ (bytes.buffer));
    return { data, width, height, orientation: orientationOf(bytes, "jpeg") };
  };
};
