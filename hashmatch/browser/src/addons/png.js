/** Add-on: reads PNG without the browser's own decoder (the Rust `png` crate by jsquash, Apache-2.0). */
import decode, { init } from "@jsquash/png/decode.js";

import { orientationOf } from "../orientation.js";

self.leewardAddons.png = async (wasm) => {
  await init(new WebAssembly.Module(wasm));
  return async (bytes) => {
    const { data, width, height } = await decode(/** @type {ArrayBuffer} */ (bytes.buffer));
    return { data, width, height, orientation: orientationOf(bytes, "png") };
  };
};
