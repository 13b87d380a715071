import assert from "node:assert/strict";
import { test } from "node:test";
import { linkTo } from "../../dashboard/stage/links.js";
import { ViewOptions } from "../../dashboard/stage/view_options.js";

const SCALE = { value: "linear", choices: ["linear", "log"], shared: true };
const PRESENT = { value: null, choices: ["", "1"], shared: false };

function options(declared = { scale: SCALE, present: PRESENT }) {
  const told = [];
  const found = new ViewOptions((...said) => told.push(said));
  found.take(declared, true);
  return [found, told];
}

test("what the hand sets is kept and told", () => {
  const [found, told] = options();
  found.setOn("scale", true);
  assert.deepEqual([found.on("scale"), told], [true, [["scale", "log"]]]);
  found.setOn("scale", false);
  assert.equal(found.on("scale"), false);
});

test("what Python declares is not changed", () => {
  const declared = { scale: Object.freeze({ ...SCALE }) };
  const [found] = options(declared);
  found.set("scale", "log");
  assert.equal(declared.scale.value, "linear");
});

test("another payload of the same experiment leaves the hand's, an experiment that is opened brings its own", () => {
  const [found] = options();
  found.setOn("scale", true);
  found.take({ scale: SCALE, later: { value: "b", choices: ["a", "b"], shared: true } }, false);
  assert.deepEqual([found.on("scale"), found.on("later")], [true, true]);
  found.take({ scale: SCALE }, true);
  assert.equal(found.on("scale"), false);
});

test("what the hand has not set follows Python", () => {
  const [found, told] = options();
  found.take({ scale: { ...SCALE, value: "log" } }, false);
  assert.deepEqual([found.on("scale"), told], [true, []]);
});

test("an option that is not declared is off, and only told", () => {
  const [found, told] = options();
  found.set("t", "3");
  assert.deepEqual([found.on("t"), told], [false, [["t", "3"]]]);
});

test("a link that is handed on says nothing of what is not shared", () => {
  const [found] = options();
  assert.deepEqual(found.unshared, ["present"]);
  const link = linkTo("https://example.org/app?n=5&embed=true&present=1&t=2#top", 7, found.unshared);
  assert.equal(link, "https://example.org/app?n=5&t=7#top");
});
