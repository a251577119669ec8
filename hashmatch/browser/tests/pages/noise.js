/** Runs before our script, in the frame and in its workers alike: what a canvas gives back is noise, unless SPARED. */
if (typeof OffscreenCanvasRenderingContext2D !== "undefined") {
  const read = OffscreenCanvasRenderingContext2D.prototype.getImageData;
  OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...box) {
    const image = read.apply(this, box);
    if (SPARED(box)) return image;
    for (let at = 0; at < image.data.length; at += 4) image.data.set([Math.random() * 256, Math.random() * 256, Math.random() * 256], at);
    return image;
  };
}
