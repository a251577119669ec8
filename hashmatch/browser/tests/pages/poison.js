/**
 * As if the makers of a package had been taken over before we built: stands first in each of its files, after ways_out.js,
 * and tries every way out wherever it comes to run. In a worker it holds back all that it hands over until all is tried,
 * and then says by the one permitted way that it was there: the pixels are a pattern that belongs to this package. PACKAGE
 * and PLACE are filled in.
 */
const poisoned = (globalThis.poisoned ??= new Map());
const way = typeof document === "undefined" ? undefined : document.documentElement.dataset.way;
if (way?.startsWith("PACKAGE-")) waysOut.leave(way);
else if (way === undefined && !poisoned.has("PACKAGE")) {
  const [tried] = poisoned.values(); // by a package that came first to this very place
  poisoned.set("PACKAGE", tried ?? waysOut.all("PACKAGE-"));
  const send = MessagePort.prototype.postMessage; // a worker talks to the keeper and to the one that hashes by ports
  const mark = (value) => {
    const { data, luma, width, height } = value ?? {};
    const samples = luma ?? data;
    const step = samples?.length / (width * height);
    for (let at = 0; at < samples?.length; at++) {
      const pixel = Math.floor(at / step);
      const [column, row] = [Math.floor((8 * (pixel % width)) / width), Math.floor((8 * Math.floor(pixel / width)) / height)];
      samples[at] = at % step === 3 ? 255 : ((column * column * (PLACE + 3) + row * (PLACE + 2) + column * row) % 11) * 25;
    }
  };
  if (typeof document === "undefined") {
    MessagePort.prototype.postMessage = async function (message, ...rest) {
      await poisoned.get("PACKAGE");
      mark(message);
      send.call(this, message, ...rest);
    };
  }
}
