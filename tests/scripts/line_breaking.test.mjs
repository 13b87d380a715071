import assert from "node:assert/strict";
import { test } from "node:test";
import { wrapLines } from "../../dashboard/stage/line_breaking.js";

const LINK = "https://example.org/?source=normal&family=gaussian&n=100&generations=30&seed=0";

test("lines are broken between words", () => assert.deepEqual(wrapLines("one two three", 8).map((line) => line.trimEnd()), ["one two", "three"]));

test("a word that is longer than a line is broken within", () => assert.deepEqual(wrapLines("abcdefgh", 3), ["abc", "def", "gh"]));

test("nothing is lost, and no line is too long, however narrow", () => {
  for (const text of [`Made by a run ${LINK} of today`, LINK, "a b c", "no-break"]) {
    for (const letters of [0, 1, 2.9, 7, 40, 1000]) {
      const lines = wrapLines(text, letters);
      assert.equal(lines.join(""), text);
      assert.ok(lines.every((line) => line.trimEnd().length <= Math.max(1, letters)), `${letters}: ${lines}`);
    }
  }
});

test("nothing is no line", () => assert.deepEqual([wrapLines("", 10), wrapLines("   ", 10)], [[], []]));
