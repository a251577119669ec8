"use strict";
/*
 * Checks a pack on this device: nothing is sent anywhere. It works from a disk without a network; on the site of whoever
 * signed the pack it asks that site, and nobody else, for their keys. `leeward check-pack` does the same, and more.
 */
const WORDS = JSON.parse(byId("words").textContent);
let language = navigator.language.startsWith("ar") ? "ar" : "en";
let found = null;
let chosen = null;

function byId(id) {
  return document.getElementById(id);
}
/** A text in the reader's language; what is put into it keeps its own direction. */
const say = (key, values = {}) => WORDS[language][key].replace(/\{(\w+)\}/g, (_, name) => `\u2068${values[name] ?? ""}\u2069`);

/* --- bytes ----------------------------------------------------------------------------------------------------------- */
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error("hex");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
};
const unbase64 = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
const utf8 = (string) => new TextEncoder().encode(string);
const sha256 = async (...parts) => {
  const whole = parts.length === 1 ? parts[0] : await new Blob(parts).arrayBuffer(); // a file is large, and not copied
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
};
const isSame = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
const asNumber = (value) => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
};
const lines = (bytes) => {
  const all = [];
  let start = 0;
  bytes.forEach((byte, at) => {
    if (byte === 10) {
      all.push(bytes.subarray(start, at));
      start = at + 1;
    }
  });
  return start < bytes.length ? [...all, bytes.subarray(start)] : all;
};

/* --- the pack: a ZIP archive or a folder, by path what reads a file ------------------------------------------------------- */
async function readArchive(file) {
  const tail = new DataView(await file.slice(-65557).arrayBuffer());
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) throw new Error("zip");
  const count = tail.getUint16(end + 10, true);
  const [size, start] = [tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)];
  if (count === 0xffff || start === 0xffffffff) throw new Error("zip");
  const view = new DataView(await file.slice(start, start + size).arrayBuffer());
  const entries = new Map();
  for (let at = 0, number = 0; number < count; number += 1) {
    if (view.getUint32(at, true) !== 0x02014b50) throw new Error("zip");
    const method = view.getUint16(at + 10, true);
    const [packed, offset] = [view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
    const lengths = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const name = text(new Uint8Array(view.buffer, at + 46, lengths[0]));
    if (entries.has(name)) throw new Error("zip");
    if (!name.endsWith("/")) entries.set(name, () => readEntry(file, offset, packed, method));
    at += 46 + lengths[0] + lengths[1] + lengths[2];
  }
  return entries;
}

async function readEntry(file, offset, packed, method) {
  const head = new DataView(await file.slice(offset, offset + 30).arrayBuffer());
  const start = offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const stored = file.slice(start, start + packed);
  const plain = method === 8 ? await new Response(stored.stream().pipeThrough(new DecompressionStream("deflate-raw"))).blob() : stored;
  return new Uint8Array(await plain.arrayBuffer());
}

function readFolder(files) {
  return new Map(Array.from(files, (file) => [file.webkitRelativePath, async () => new Uint8Array(await file.arrayBuffer())]));
}

/** The files of the pack by their paths inside its folder, and what lies outside of it. */
function openBag(entries) {
  const declared = [...entries.keys()].filter((name) => name.split("/").pop() === "bagit.txt").sort((one, other) => one.length - other.length);
  if (!declared.length) throw new Error("bag");
  const folder = declared[0].slice(0, -"bagit.txt".length);
  const inside = [...entries].filter(([name]) => name.startsWith(folder)).map(([name, read]) => [name.slice(folder.length), read]);
  return { files: new Map(inside), digests: new Map(), proven: [], strays: [...entries.keys()].filter((name) => !name.startsWith(folder)) };
}

/* --- what is asked of it -------------------------------------------------------------------------------------------------- */
async function* checkManifest(bag, manifest, isPayload) {
  const listed = new Map();
  try {
    for (const line of lines(await bag.files.get(manifest)())) {
      const [, digest, path] = text(line).match(/^([0-9a-f]{64}) [ *]?(\S.*)$/);
      listed.set(path, digest);
    }
  } catch {
    yield ["wrong", "manifest", {}, manifest];
    return;
  }
  const there = new Set([...bag.files.keys()].filter((path) => path.startsWith("data/") === isPayload && path !== "tagmanifest-sha256.txt"));
  for (const path of [...new Set([...listed.keys(), ...there])].sort()) {
    if (!listed.has(path)) yield ["wrong", "added", {}, path];
    else if (!there.has(path)) yield ["wrong", "missing", {}, path];
    else if ((await digestOf(bag, path)) !== listed.get(path)) yield ["wrong", "changed", {}, path];
  }
}

async function digestOf(bag, path) {
  if (!bag.digests.has(path)) {
    const read = async () => hex(await sha256(await bag.files.get(path)()));
    bag.digests.set(path, await read().catch(() => "")); // what cannot be read was damaged
  }
  return bag.digests.get(path);
}

async function* checkFiles(bag) {
  let isWhole = true;
  for (const [manifest, isPayload] of [["manifest-sha256.txt", true], ["tagmanifest-sha256.txt", false]]) {
    for await (const answer of checkManifest(bag, manifest, isPayload)) {
      isWhole = false;
      yield answer;
    }
  }
  for (const path of bag.strays) yield ["wrong", "stray", {}, path];
  if (isWhole && !bag.strays.length) yield ["right", "files", { count: [...bag.files.keys()].filter((path) => path.startsWith("data/")).length }];
}

async function* checkSignature(bag, trust) {
  const path = "manifest.jwt";
  if (!bag.files.has(path)) {
    yield ["unchecked", "unsigned"];
    return;
  }
  try {
    const [head, body, signature] = text(await bag.files.get(path)()).trim().split(".");
    const { alg, kid } = JSON.parse(text(unbase64(head)));
    const claims = JSON.parse(text(unbase64(body)));
    if (!trust.issuer) {
      yield ["unchecked", "signedBy", { who: `${claims.issuer.name} (${claims.iss})`, when: claims.validFrom }, path];
      return;
    }
    const method = trust.issuer.verificationMethod.find((each) => each.id === kid);
    if (!method || alg !== "RS256" || claims.iss !== trust.issuer.id) {
      yield ["wrong", "anotherKey", { who: trust.issuer.id }, path];
      return;
    }
    const { kty, n, e } = method.publicKeyJwk;
    const rule = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("jwk", { kty, n, e }, rule, false, ["verify"]);
    const isGenuine = await crypto.subtle.verify(rule, key, unbase64(signature), utf8(`${head}.${body}`));
    const isOfThis = claims.credentialSubject.manifest === (await digestOf(bag, "manifest-sha256.txt"));
    if (isGenuine && isOfThis) yield ["right", "signed", { who: `${claims.issuer.name} (${claims.iss})`, when: claims.validFrom }, path];
    else yield ["wrong", isGenuine ? "ofAnother" : "forged", {}, path];
  } catch {
    yield ["wrong", "signatureUnreadable", {}, path];
  }
}

async function climb(leaf, index, size, beside) {
  let [here, place, last] = [await sha256(new Uint8Array([0]), leaf), index, size - 1];
  for (const other of beside.map(unhex)) {
    if (last === 0) return null;
    if (place & 1 || place === last) {
      here = await sha256(new Uint8Array([1]), other, here);
      while (!(place & 1) && place) [place, last] = [place >>> 1, last >>> 1];
    } else {
      here = await sha256(new Uint8Array([1]), here, other);
    }
    [place, last] = [place >>> 1, last >>> 1];
  }
  return last ? null : here;
}

async function isProven(bag, thing, hour) {
  const content = await bag.files.get(thing.path)();
  const line = thing.line ?? null;
  const proven = line === null ? content : lines(content)[line - 1];
  if (thing.size !== (line === null ? content.length : line)) return false;
  const at = Math.floor(Date.parse(thing.at) / 1000);
  const commitment = await sha256(unhex(thing.salt), await sha256(proven), asNumber(thing.size), asNumber(at));
  const size = 2 ** thing.beside.length;
  if (!(thing.index >= 0 && thing.index < size && thing.beside.length)) return false;
  const root = await climb(commitment, thing.index, size, thing.beside);
  return root !== null && hex(root) === hour.root;
}

async function* checkTimes(bag, trust) {
  const path = "times/proofs.json";
  if (!bag.files.has(path)) {
    yield ["unchecked", "noTimes"];
    return;
  }
  let times;
  try {
    times = JSON.parse(text(await bag.files.get(path)()));
    if (times.format !== "leeward-times:1") throw new Error("format");
  } catch {
    yield ["wrong", "timesUnreadable", {}, path];
    return;
  }
  const hours = new Map(times.hours.map((hour) => [hour.hour, hour]));
  for (const thing of times.things) {
    const holds = thing.path.startsWith("data/") && (await isProven(bag, thing, hours.get(thing.hour)).catch(() => false));
    if (holds) bag.proven.push(thing);
    else yield ["wrong", "notProven", {}, thing.path];
  }
  if (bag.proven.length) yield ["right", "proven", { count: bag.proven.length }];
  for (const waiting of new Set(times.waiting)) yield ["unchecked", "waiting", {}, waiting];
  for (const hour of times.hours) {
    const when = hour.hour.slice(0, 16).replace("T", " ");
    const rootPath = `times/${hour.hour.slice(0, 13)}.root`; // `openssl` is given this file, so it has to be of this tree
    const kept = await (bag.files.get(rootPath) ?? (async () => new Uint8Array()))().catch(() => new Uint8Array());
    if (hex(kept) !== hour.root) yield ["wrong", "anotherRoot", { when }, rootPath];
    if (hour.token) yield ["unchecked", "token", { when, command: `openssl ts -verify -data ${hour.token.replace(/tsr$/, "root")} -in ${hour.token} -CAfile authority.pem` }, hour.token];
    else yield ["unchecked", "noToken", { when }];
    const day = times.days.find((each) => each.day === hour.hour.slice(0, 10));
    yield day ? await checkDay(bag, day, hour, when, trust).catch(() => ["wrong", "logWrong", { when }, day.path]) : ["unchecked", "notInLog", { when }];
  }
}

async function checkDay(bag, day, hour, when, trust) {
  if (!trust.logKeys.length) return ["unchecked", "logKey", { when }, day.path];
  const content = await bag.files.get(day.path)();
  const leaf = JSON.parse(day.text);
  const [signedText, signatures] = text(await bag.files.get("times/checkpoint.txt")()).split(/\n\n/);
  const [origin, size, root] = signedText.split("\n");
  const above = await climb(utf8(day.text), day.number, day.size, day.beside);
  const isNamed = JSON.parse(text(content)).roots.some((each) => each.root === hour.root);
  const isOfDay = leaf.kind === "stamps" && leaf.name === day.day && leaf.sha256 === hex(await sha256(content));
  const isInLog = above !== null && String(day.size) === size && isSame(above, unbase64(root)) && day.number >= 0 && day.number < day.size;
  if (!isNamed || !isOfDay || !isInLog) return ["wrong", "logWrong", { when }, day.path];
  for (const line of signatures.split("\n")) {
    const [, name, blob] = line.match(/^\u2014 (\S+) (\S+)$/) ?? [];
    const known = trust.logKeys.find((key) => key.name === name && name === origin && isSame(key.id, unbase64(blob).subarray(0, 4)));
    if (!known) continue;
    let key;
    try {
      key = await crypto.subtle.importKey("raw", known.key, { name: "Ed25519" }, false, ["verify"]);
    } catch {
      return ["unchecked", "noEd25519", { when }, day.path];
    }
    const isSigned = await crypto.subtle.verify({ name: "Ed25519" }, key, unbase64(blob).subarray(4), utf8(`${signedText}\n`));
    return isSigned ? ["right", "inLog", { when, number: day.number, size }, day.path] : ["wrong", "logWrong", { when }, day.path];
  }
  return ["wrong", "logWrong", { when }, day.path];
}

async function* checkCustody(bag) {
  const chains = [...bag.files.keys()].filter((path) => path.startsWith("data/custody/"));
  let isWhole = true;
  for (const path of chains) {
    const events = lines(await bag.files.get(path)());
    for (let at = 1; at < events.length; at += 1) {
      const follows = await Promise.resolve(events[at]).then((event) => JSON.parse(text(event)).previous).catch(() => "");
      if (follows === hex(await sha256(events[at - 1]))) continue;
      isWhole = false;
      yield ["wrong", "chain", { number: at + 1 }, path];
    }
  }
  if (chains.length && isWhole) yield ["right", "chains", { count: chains.length }];
}

/** Of each exhibit, which event of a chain holds its digest, and in which hour's tree that event or a later one is. */
async function* checkExhibits(bag) {
  const filed = new Map();
  for (const chain of [...bag.files.keys()].filter((path) => path.startsWith("data/custody/")).sort()) {
    const digests = await bag.files.get(chain)().then((content) => lines(content).map((line) => JSON.parse(text(line)).digest)).catch(() => []);
    digests.forEach((digest, at) => digest && !filed.has(digest) && filed.set(digest, { chain, number: at + 1 }));
  }
  for (const path of [...bag.files.keys()].filter((each) => each.startsWith("data/exhibits/")).sort()) {
    const place = filed.get(await digestOf(bag, path));
    if (!place) {
      yield ["wrong", "notFiled", {}, path];
      continue;
    }
    const [hour] = bag.proven.filter((thing) => thing.path === place.chain && thing.line >= place.number).map((thing) => thing.hour).sort();
    if (hour) yield ["right", "filed", { ...place, when: hour.slice(0, 16).replace("T", " ") }, path];
    else yield ["unchecked", "filedYoung", place, path];
  }
}

async function check(entries, trust) {
  const answers = [];
  let bag;
  try {
    bag = openBag(await entries);
  } catch {
    return [["wrong", "noPack"]];
  }
  for (const asked of [checkFiles(bag), checkSignature(bag, trust), checkTimes(bag, trust), checkCustody(bag), checkExhibits(bag)]) {
    for await (const answer of asked) answers.push(answer);
  }
  return answers;
}

/* --- whom the reader trusts: on the signer's own site that site, else the files that the reader chose --------------------- */
function readTrust(issuer, log) {
  const trust = { issuer: null, logKeys: [] };
  try {
    const document = JSON.parse(issuer);
    if (Array.isArray(document.verificationMethod)) trust.issuer = document;
  } catch {
    // without keys the page says what it could not check
  }
  for (const line of (log ?? "").split("\n")) {
    const [, name, id, key] = line.trim().match(/^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/) ?? [];
    if (name) trust.logKeys.push({ name, id: unhex(id), key: unbase64(key).subarray(1) });
  }
  return trust;
}

async function gatherTrust() {
  const chosen = await Promise.all(Array.from(byId("keys").files, (file) => file.text()));
  if (chosen.length || !location.protocol.startsWith("http")) {
    return readTrust(chosen.find((each) => each.trimStart().startsWith("{")) ?? "", chosen.join("\n"));
  }
  const ask = (address) => fetch(address).then((answer) => (answer.ok ? answer.text() : ""), () => "");
  return readTrust(...(await Promise.all([ask("/issuer"), ask("/notary/key")])));
}

/* --- the page ------------------------------------------------------------------------------------------------------------- */
function show() {
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
  for (const each of document.querySelectorAll("[data-word]")) each.textContent = say(each.dataset.word);
  document.title = say("title");
  byId("result").hidden = found === null;
  if (found === null) return;
  const worst = ["wrong", "unchecked", "right"].find((each) => found.some(([verdict]) => verdict === each));
  byId("summary").textContent = say(`summary_${worst}`);
  byId("summary").className = worst;
  byId("answers").replaceChildren(
    ...found.map(([verdict, key, values, path]) => {
      const item = document.createElement("li");
      item.className = verdict;
      const mark = document.createElement("strong");
      mark.textContent = say(verdict);
      item.append(mark, " ", say(key, values));
      if (path) {
        const place = document.createElement("code");
        place.dir = "ltr";
        place.textContent = path;
        item.append(" ", place);
      }
      return item;
    }),
  );
}

async function start(choose) {
  if (!choose) return;
  chosen = choose;
  found = null;
  byId("state").textContent = say("busy");
  show();
  const trust = await gatherTrust(); // before the pack is read: what fails there without a listener would be reported twice
  const answers = await check(choose(), trust);
  if (chosen !== choose) return; // another pack, or other keys, were chosen meanwhile
  found = answers;
  byId("state").textContent = "";
  show();
  byId("summary").focus();
}

byId("file").onchange = ({ target }) => target.files.length && start(() => readArchive(target.files[0]));
byId("folder").onchange = ({ target }) => target.files.length && start(() => readFolder(target.files));
byId("keys").onchange = () => start(chosen?.bind(null)); // the same pack, with other keys
byId("other").onclick = () => {
  language = language === "ar" ? "en" : "ar";
  show();
};
byId("main").hidden = !globalThis.crypto?.subtle;
byId("too-old").hidden = !byId("main").hidden;
show();
