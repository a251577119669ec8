// Times the browser's hasher on raw RGBA pixels: FILE WIDTH HEIGHT REPEATS; prints the seconds of each run as JSON.
import { readFileSync } from "node:fs";
import { PdqStream, fillLuma } from "../hashmatch/browser/src/pdq.js";

const [file, width, height, repeats] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const rgba = readFileSync(file);
const luma = new Float32Array(width);
const seconds = [];
for (let run = 0; run < repeats; run++) {
  const started = performance.now();
  const stream = new PdqStream(width, height);
  for (let row = 0; row < height; row++) {
    fillLuma(rgba.subarray(row * width * 4, (row + 1) * width * 4), luma);
    stream.push(luma, 0);
  }
  stream.finish();
  seconds.push((performance.now() - started) / 1000);
}
console.log(JSON.stringify(seconds));
