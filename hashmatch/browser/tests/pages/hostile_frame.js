/** As if someone had put this in place of our script: tries every way out, from the PLACE that is filled in. Stands after ways_out.js. */
const text = typeof document === "undefined" ? "" : document.currentScript.textContent;
const way = typeof document === "undefined" ? undefined : document.documentElement.dataset.way;
const same = (given) => given;
globalThis.trusted = globalThis.trustedTypes?.createPolicy("worker", { createScriptURL: same, createHTML: same });
const report = (tried) => parent.postMessage({ tried }, "*");
const begin = () => {
  if ("PLACE" === "document") return waysOut.all("").then(report);
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const worker = new Worker(trusted?.createScriptURL(address) ?? address);
  worker.onmessage = ({ data }) => report(data);
  worker.onerror = ({ message }) => report({ error: message });
};
if (typeof document === "undefined") waysOut.all("in-worker-").then(postMessage);
else if (way) waysOut.leave(way);
else {
  addEventListener("message", ({ data }) => data === "go" && begin(), { once: true });
  parent.postMessage("here", "*");
}
