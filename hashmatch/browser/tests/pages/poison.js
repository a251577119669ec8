/**
 * As if the makers of a package had been taken over before we built: stands first in each of its files, after ways_out.js,
 * and tries every way out wherever it comes to run. In a worker it holds every answer back until all is tried, and then
 * says by the one permitted way that it was there: the place in an MD5 that belongs to this package is 1. PACKAGE and
 * PLACE are filled in.
 */
const poisoned = (globalThis.poisoned ??= new Map());
const way = typeof document === "undefined" ? undefined : document.documentElement.dataset.way;
if (way?.startsWith("PACKAGE-")) waysOut.leave(way);
else if (way === undefined && !poisoned.has("PACKAGE")) {
  const [tried] = poisoned.values(); // by a package that came first to this very place
  poisoned.set("PACKAGE", tried ?? waysOut.all("PACKAGE-"));
  const send = MessagePort.prototype.postMessage; // a hash worker talks to the keeper by a port
  const mark = (value) => {
    for (const [key, inner] of Object.entries(value ?? {})) {
      if (key === "md5") value.md5 = Array.from("0".repeat(32), (zero, at) => (at === PLACE || (/^[01]+$/.test(inner) && inner[at] === "1") ? "1" : zero)).join("");
      else if (inner?.constructor === Object) mark(inner);
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
