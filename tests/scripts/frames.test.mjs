import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, eased, interpolated } from "../../dashboard/stage/frames.js";

test("numbers go over into each other in equal steps", () => {
  assert.deepEqual(interpolated([0, 10], [4, 20], 0.25), [1, 12.5]);
  assert.deepEqual(interpolated([0, 10], [4, 20], 0), [0, 10]);
  assert.deepEqual(interpolated([0, 10], [4, 20], 1), [4, 20]);
});

test("a gap stays a gap until half way, and closes there", () => {
  assert.deepEqual(interpolated([0, null], [4, 20], 0.25), [1, null]);
  assert.deepEqual(interpolated([0, null], [4, 20], 0.75), [3, 20]);
  assert.deepEqual(interpolated([null, 0], [null, 4], 0.25), [null, 1]);
  assert.deepEqual(interpolated([null, null], [4, 20], 0.25), [null, null]);
  assert.deepEqual(interpolated([0, 20], [4, null], 0.25), [1, 20]);
  assert.deepEqual(interpolated([0, 20], [4, null], 0.75), [3, null]);
});

test("what is no list of numbers, or of another length, changes half way", () => {
  assert.equal(interpolated("circle", "cross", 0.49), "circle");
  assert.equal(interpolated("circle", "cross", 0.5), "cross");
  assert.deepEqual(interpolated([1, 2], [3], 0.4), [1, 2]);
  assert.deepEqual(interpolated([1, 2], undefined, 0.4), [1, 2]);
  assert.deepEqual(interpolated(["a"], ["b"], 0.6), ["b"]);
  assert.deepEqual(interpolated([], [], 0.6), []);
});

test("easing begins and ends at rest and is even about its middle", () => {
  assert.deepEqual([0, 0.5, 1].map(eased), [0, 0.5, 1]);
  const step = 1e-6;
  assert.ok(eased(step) < 4 * step ** 2, "slow at the beginning");
  assert.ok(1 - eased(1 - step) < 4 * step ** 2, "slow at the end");
  for (const share of [0.1, 0.3]) assert.ok(Math.abs(eased(share) + eased(1 - share) - 1) < 1e-15);
});

test("bytes come back from base64", () => {
  assert.deepEqual([...bytesOf(Buffer.from([0, 1, 127, 128, 255]).toString("base64"))], [0, 1, 127, 128, 255]);
});
