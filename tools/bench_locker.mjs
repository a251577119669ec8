// Times what a device does to lock a file, under Node: BYTES REPEATS; prints the seconds of each run as JSON.
import { sha256 } from "@noble/hashes/sha2.js";
import { partKey, seal, sealedSize } from "../leeward/victim/locker/js/lwf1.js";

const [bytes, repeats] = process.argv.slice(2).map(Number);
const file = new Blob([new Uint8Array(bytes).map((_, at) => at * 31)]);
const seconds = [];
for (let run = 0; run < repeats; run++) {
  const started = performance.now();
  const digest = sha256.create();
  for await (const piece of file.stream()) digest.update(piece);
  digest.digest();
  const chunks = [];
  for await (const chunk of seal(file, await partKey(crypto.getRandomValues(new Uint8Array(32)), "copy"))) chunks.push(chunk);
  if (new Blob(chunks).size !== sealedSize(bytes)) throw new Error("It is not all there.");
  seconds.push((performance.now() - started) / 1000);
}
console.log(JSON.stringify(seconds));
