/** Add-on: reads HEIC by the unmodified libheif script (LGPL-3.0), which stands before it. */
self.leewardAddons.heic = async (wasmBinary) => {
  if (!libheif) throw new Error("libheif.js must come first");
  const { HeifDecoder } = libheif({ wasmBinary });
  return async (bytes) => {
    const images = new HeifDecoder().decode(bytes);
    const image = images.find((candidate) => candidate.is_primary()) ?? images[0];
    const [width, height] = [image.get_width(), image.get_height()];
    const raster = { data: new Uint8ClampedArray(width * height * 4), width, height };
    await new Promise((resolve, reject) => image.display(raster, (shown) => (shown ? resolve(shown) : reject(new Error("damaged")))));
    return { ...raster, orientation: 1 }; // libheif has turned it already
  };
};
