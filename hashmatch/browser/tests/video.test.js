/** Which frames of a video are kept. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { distance } from "../src/payload.js";
import { FrameList, unlessStuck } from "../src/video.js";

const WIDTH = 160;
const HEIGHT = 120;

/** @param {number} shift @returns {import("../src/luma.js").Plane} bars, moved sideways */
function plane(shift) {
  const luma = new Float32Array(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) luma[y * WIDTH + x] = ((Math.floor((x + shift) / 17) * 71 + Math.floor(y / 13) * 113) * 37) & 255;
  }
  return { luma, width: WIDTH, height: HEIGHT };
}

/** @param {number} duration @param {number} rate frames a second @returns {number} how many frames are wanted */
function wanted(duration, rate) {
  const list = new FrameList(duration);
  let count = 0;
  for (let frame = 0; frame < duration * rate; frame++) count += Number(list.wants(frame / rate));
  return count;
}

test("five frames a second, whatever the video's own rate", () => {
  assert.equal(wanted(7, 30), 35);
  assert.equal(wanted(7, 25), 35);
  assert.equal(wanted(7, 60), 35);
  assert.equal(wanted(7, 5), 35);
  assert.equal(wanted(7, 2), 14);
});

test("a longer video is sampled more thinly, never beyond the limit, and from 18 seconds on at whole seconds", () => {
  assert.deepEqual([7.2, 7.3, 18, 19, 36, 37, 600, 3600].map((seconds) => wanted(seconds, 10)), [36, 15, 36, 19, 36, 19, 36, 36]);
  const list = new FrameList(61.5);
  const times = Array.from({ length: 615 }, (_, at) => at / 10).filter((time) => list.wants(time));
  assert.deepEqual(times, Array.from({ length: 31 }, (_, at) => 2 * at));
});

test("a gap in the times does not bring a burst", () => {
  const list = new FrameList(7);
  assert.ok(list.wants(0));
  assert.ok(list.wants(5.03));
  assert.ok(!list.wants(5.07));
  assert.ok(!list.wants(5.1));
  assert.ok(list.wants(5.2));
});

test("what hardly differs from the frame before is left out", () => {
  const list = new FrameList(10);
  list.add(plane(0), 0);
  list.add(plane(0), 0);
  list.add(plane(40), 0);
  assert.equal(list.members.length, 2);
  assert.ok(distance(list.members[0][1], list.members[1][1]) > 10);
});

test("a frame that comes again is listed once", () => {
  const list = new FrameList(10);
  for (const shift of [0, 40, 0, 40]) list.add(plane(shift), 0);
  assert.equal(list.members.length, 2);
});

test("a plain frame is not listed", () => {
  const list = new FrameList(10);
  list.add({ luma: new Float32Array(WIDTH * HEIGHT).fill(90), width: WIDTH, height: HEIGHT }, 0);
  assert.deepEqual(list.members, []);
});

test("four quarter turns come back to the same hash", () => {
  const hashes = [0, 90, 180, 270, 360].map((rotation) => {
    const list = new FrameList(1);
    list.add(plane(5), rotation);
    return list.members[0][1];
  });
  assert.equal(new Set(hashes).size, 4);
  assert.equal(hashes[4], hashes[0]);
});

test("distance counts bits", () => {
  assert.equal(distance("0".repeat(64), "f".repeat(64)), 256);
  assert.equal(distance(`${"0".repeat(63)}1`, `${"0".repeat(63)}3`), 1);
});

test("a decoder that neither answers nor fails is given up, one that moves on is not", async () => {
  assert.equal(await unlessStuck(() => new Promise(() => {}), 5), null);
  const slow = async (/** @type {() => void} */ beat) => {
    for (let step = 0; step < 5; step++) {
      await new Promise((resolve) => setTimeout(resolve, 4));
      beat();
    }
    return "done";
  };
  assert.equal(await unlessStuck(slow, 1000), "done");
  await assert.rejects(unlessStuck(() => Promise.reject(new Error("broken")), 1000), /broken/);
});
