/** Which frames of a video are kept. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { distance } from "../src/bits.js";
import { FrameList, thin } from "../src/frames.js";
import { unlessStuck } from "../src/hash_video.js";

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
  assert.equal(wanted(10, 30), 50);
  assert.equal(wanted(10, 25), 50);
  assert.equal(wanted(10, 60), 50);
  assert.equal(wanted(10, 5), 50);
  assert.equal(wanted(10, 2), 20);
});

test("a long video is sampled more thinly, to spare the device", () => {
  assert.equal(wanted(600, 25), 3000);
  const hour = wanted(3600, 10);
  assert.ok(hour > 2500 && hour <= 3000, String(hour));
});

test("a gap in the times does not bring a burst", () => {
  const list = new FrameList(10);
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

/** @param {number} seed @returns {string} a hash like no other */
function hashOf(seed) {
  let [state, hex] = [(seed * 2654435761 + 1) >>> 0, ""];
  while (hex.length < 64) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
    state = (state + 0x9e3779b9) >>> 0;
    hex += state.toString(16).padStart(8, "0");
  }
  return hex.slice(0, 64);
}

/** @param {string} hex @param {number} bits @returns {string} the same but for its first bits */
const near = (hex, bits) => {
  const digits = [...hex];
  for (let bit = 0; bit < bits; bit++) digits[bit >> 2] = (parseInt(digits[bit >> 2], 16) ^ (1 << (bit & 3))).toString(16);
  return digits.join("");
};

/** @param {[hex: string, count: number][]} frames */
function listOf(frames) {
  const list = new FrameList(600);
  list.members = frames.map(([hex]) => ["frame", hex, 90]);
  list.counts = frames.map(([, count]) => count);
  return list;
}

test("the frames that are sent cover the whole of a video of which every moment differs", () => {
  const list = listOf(Array.from({ length: 400 }, (_, at) => [hashOf(at), 1]));
  const places = thin(list, 36).map((member) => list.members.indexOf(member));
  assert.equal(places.length, 36);
  assert.deepEqual(places, [...places].sort((a, b) => a - b));
  const gaps = [...places, 400].map((place, at) => place - (places[at - 1] ?? 0));
  assert.ok(Math.max(...gaps) <= 25, String(gaps));
});

test("scenes that last are sent before moments", () => {
  /** @type {[string, number][]} */
  const scenes = Array.from({ length: 30 }, (_, at) => [hashOf(1000 + at), 5]);
  /** @type {[string, number][]} */
  const frames = scenes.flatMap(([hex, count], at) => [[hex, count], [near(hex, 14), 2], [hashOf(2000 + at), 1]]);
  const sent = thin(listOf(frames), 36).map(([, hex]) => hex);
  for (const [hex] of scenes) assert.ok(sent.some((other) => distance(hex, other) <= 14));
  assert.equal(sent.length, 36);
});

test("of frames that are alike but stand apart in the video one is sent", () => {
  /** @type {[string, number][]} */
  const frames = Array.from({ length: 60 }, (_, at) => [near(hashOf(at % 20), at < 20 ? 0 : Math.floor(at / 20) * 4), 1]);
  const sent = thin(listOf(frames), 36).map(([, hex]) => hex);
  assert.equal(sent.length, 20);
  sent.forEach((hex, at) => sent.slice(at + 1).forEach((other) => assert.ok(distance(hex, other) > 10)));
});

test("fewer than may be sent are all sent, and none where none may be", () => {
  const list = listOf([[hashOf(1), 1], [hashOf(2), 1]]);
  assert.deepEqual(thin(list, 36), list.members);
  assert.deepEqual(thin(list, 0), []);
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
