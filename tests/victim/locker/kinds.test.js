/** A picture counts as covered by its boxes alone, and the page hands on no file whose name and parts do not fit. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { covers, isShape } from "../../../leeward/victim/locker/js/kinds.js";
import { FrameRefused, readLocked } from "../../../leeward/victim/locker/js/reading.js";

test("a box without a breadth or a height covers nothing", () => {
  assert.equal(covers([]), false);
  assert.equal(covers([[100, 10, 0, 30]]), false); // typed at the edge: nothing of it lies in the picture
  assert.equal(covers([[10, 10, 0.5, 80], [0, 0, 80, 0]]), false);
  assert.equal(covers([[10, 10, 0, 30], [10, 10, 1, 1]]), true);
});

test("only what a device of ours locks has a shape", () => {
  const shapes = ["covered", "uncovered", "alone", "whole", "picture", "toString"].flatMap((kind) =>
    [["copy", "view"], ["copy"], []].flatMap((parts) => [true, false].filter((has) => isShape(/** @type {any} */ (kind), parts, has)).map((has) => [kind, ...parts, has].join(" "))),
  );
  assert.deepEqual(shapes, [
    "covered copy view true",
    "uncovered copy view true",
    "uncovered copy false",
    "alone copy true",
    "alone copy false",
    "whole copy false",
  ]);
});

const hash = "a".repeat(64);
const sealed = new Blob(["sealed!"]);
const part = (/** @type {string} */ name) => ({ name, size: 3, sha256: name === "copy" ? hash : "", sealed });
const said = (/** @type {object} */ changes) => ({
  wrapped: new Uint8Array(81),
  vouched: new Uint8Array(32),
  kind: "covered",
  original: { sha256: hash, pdq: "" },
  ending: "jpg",
  parts: [part("copy"), part("view")],
  ...changes,
});

test("the page reads each kind by its name, and nothing that is named as something else", () => {
  const read = (/** @type {object} */ changes) => readLocked(/** @type {any} */ (said(changes)), 100);
  assert.equal(read({}).kind, "covered");
  assert.deepEqual(read({ kind: "uncovered" }).parts.map(({ name }) => name), ["copy", "view"]);
  const alone = read({ kind: "alone", parts: [part("copy")] });
  assert.deepEqual([alone.kind, alone.original, alone.parts.length], ["alone", { sha256: hash, pdq: "" }, 1]);
  assert.equal(read({ kind: "whole", original: null, parts: [part("copy")] }).original, null);
  for (const changes of [
    { kind: "picture" },
    { kind: "covered", parts: [part("copy")] },
    { kind: "covered", original: null, parts: [part("copy")] },
    { kind: "alone" }, // with a view, somebody else could look at it
    { kind: "alone", original: { sha256: hash, pdq: hash }, parts: [part("copy")] },
    { kind: "whole" },
    { parts: [part("copy"), part("copy")] },
    { parts: [part("copy"), part("view"), part("view")] },
    { parts: "copy" },
    { original: undefined },
  ]) {
    assert.throws(() => read(changes), FrameRefused, JSON.stringify(changes));
  }
});
