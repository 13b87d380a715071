import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { Playhead } from "../../dashboard/stage/playhead.js";
import { EARLY, Reveal, upTo } from "../../dashboard/stage/revealing.js";
import { ViewOptions } from "../../dashboard/stage/view_options.js";
import { Clock } from "./page.mjs";

const EVERY = [0, 1, 2, 3, 4, 5];

function revealed({ value = "playing", reduced = false, ...timeline } = {}) {
  new Clock({ reduced });
  const options = new ViewOptions(() => {});
  options.take({ reveal: { value, choices: ["whole", "playing"], shared: true } }, true);
  const head = new Playhead(() => {}, () => {});
  head.take({ generations: EVERY, start: null, ...timeline }, true);
  return [new Reveal(options, head), head, options];
}

describe("what may be seen", () => {
  test("is all of the run, unless somebody asked for less", () => {
    const [reveal] = revealed({ value: "whole" });
    assert.deepEqual([reveal.withholds, reveal.edge], [false, Infinity]);
  });

  test("goes as far as the playhead has come, also once it is drawn back", () => {
    const [reveal, head] = revealed();
    const edges = [0, 2.7, 1, 4].map((position) => (head.moveTo(position), reveal.edge));
    assert.deepEqual(edges, [0, 2, 2, 4]);
  });

  test("is all of it once the end was reached, and until it is played from the beginning", () => {
    const [reveal, head] = revealed();
    head.jump(Infinity);
    head.jump(1);
    assert.deepEqual([reveal.withholds, reveal.edge], [false, Infinity]);
    head.jump(Infinity);
    head.start();
    assert.deepEqual([reveal.withholds, reveal.edge], [true, 0]);
  });

  test("is not all while the run still grows", () => {
    const [reveal, head] = revealed({ growing: true });
    head.jump(Infinity);
    assert.deepEqual([reveal.withholds, reveal.edge], [true, 5]);
    head.take({ generations: EVERY, start: null }, false);
    assert.equal(reveal.withholds, false);
  });

  test("where nothing may move is the beginning and not the end", () => {
    assert.equal(revealed({ reduced: true })[0].opening(null), 0);
    assert.equal(revealed({ reduced: true, value: "whole" })[0].opening(null), null);
    assert.equal(revealed()[0].opening(null), null);
    assert.equal(revealed({ reduced: true })[0].opening(3), 3, "a link names its generation");
  });

  test("is told above the figures only once all of it was", () => {
    const told = { verdict: "Half is gone.", line: "In 40 repeats of 50.", detail: "In all worlds.", before: "" };
    const [reveal, head] = revealed();
    assert.deepEqual(reveal.told(told), { ...EARLY, detail: "", before: "" });
    const early = { verdict: "You bet.", line: "Watch." };
    assert.deepEqual(reveal.told({ ...told, early }), { ...early, detail: "", before: "" });
    assert.equal(reveal.told({ ...told, before: "The run before." }).before, "The run before.");
    head.jump(Infinity);
    assert.deepEqual(reveal.told(told), told);
  });
});

describe("a trace", () => {
  const line = { mode: "lines", x: [0, 1, 2, 3], y: [4, null, 2, 1], line: { width: 2 } };

  test("ends where nothing more is to be seen", () => {
    assert.deepEqual(upTo(line, 1), { ...line, x: [0, 1], y: [4, null], text: undefined });
    assert.equal(upTo(line, 3), line);
    assert.deepEqual(line.x, [0, 1, 2, 3], "the payload is shared");
  });

  test("keeps the words of what is left", () => {
    const words = { mode: "text", x: [1, 2], y: [0, 0], text: ["mean", "gone"] };
    assert.deepEqual([0, 1, 2].map((edge) => upTo(words, edge).text), [[], ["mean"], ["mean", "gone"]]);
    const end = (index) => words.x[index] + 3;
    assert.deepEqual([3, 4, 5].map((edge) => upTo(words, edge, end).text), [[], ["mean"], ["mean", "gone"]]);
    assert.deepEqual(upTo({ ...words, text: "mean" }, 1).text, "mean");
  });

  test("of classes loses its columns", () => {
    const strip = { type: "heatmap", x: [0, 1, 2], y: ["a", "b"], z: [[1, 2, 3], [4, 5, 6]], text: [["1", "2", "3"], ["4", "5", "6"]] };
    assert.deepEqual(upTo(strip, 1), { ...strip, x: [0, 1], z: [[1, 2], [4, 5]], text: [["1", "2"], ["4", "5"]] });
  });
});
