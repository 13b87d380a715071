import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { csv, quoted, readable } from "../../dashboard/stage/csv.js";
import { tableOfTraces } from "../../dashboard/stage/trace_tables.js";

describe("cells", () => {
  test("the eye gets four digits, and a dash for nothing", () => {
    assert.deepEqual([1 / 3, 12345.678, 0, -0.00012345, null, undefined, "word"].map(readable), ["0.3333", "12350", "0", "-0.0001234", "–", "–", "word"]);
  });

  test("a file gets every digit, and nothing for nothing", () => {
    assert.deepEqual([1 / 3, 0, null, undefined].map(quoted), [1 / 3, 0, "", ""]);
  });

  test("commas, quotes and line breaks stand in quotes", () => {
    assert.deepEqual(["a,b", 'say "no"', "two\nlines", "plain"].map(quoted), ['"a,b"', '"say ""no"""', '"two\nlines"', "plain"]);
  });

  test("no spreadsheet reckons with a word", () => {
    assert.deepEqual(["=1+1", "+1", "-1", "@sum", "\tx"].map(quoted), ["'=1+1", "'+1", "'-1", "'@sum", "'\tx"]);
    assert.equal(quoted('=A1&","'), `"'=A1&"","""`);
    assert.equal(quoted(-1), -1, "a number stays one");
  });

  test("a table is lines that end as RFC 4180 wants", () => {
    assert.equal(csv({ heads: ["generation", "a, b"], rows: [[0, 1.5], [1, null]] }), 'generation,"a, b"\r\n0,1.5\r\n1,\r\n');
  });
});

describe("traces", () => {
  const axes = { xaxis: { title: { text: "value" } }, yaxis: { title: { text: "height" } } };

  test("lines share the places along the axis; one that has none there has a gap", () => {
    const table = tableOfTraces([{ name: "a", x: [0, 1], y: [5, 6] }, { name: "b", x: [1, 2], y: [7, 8] }], axes);
    assert.deepEqual(table, { heads: ["value", "a", "b"], rows: [[0, 5, null], [1, 6, 7], [2, null, 8]] });
  });

  test("steps repeat their last place, which is no row", () => {
    const table = tableOfTraces([{ name: "a", line: { shape: "hv" }, x: [0, 1, 2], y: [5, 6, 6] }], axes);
    assert.deepEqual(table, { heads: ["value, from", "a"], rows: [[0, 5], [1, 6]] });
  });

  test("points are rows of their own, with names where they have any", () => {
    const plain = tableOfTraces([{ name: "real", mode: "markers", x: [1], y: [2] }], axes);
    assert.deepEqual(plain, { heads: ["points", "value", "height"], rows: [["real", 1, 2]] });
    const traces = [{ name: "real", mode: "markers", x: [1], y: [2], text: ["one"] }, { name: "drawn", mode: "markers", x: [3], y: [4] }];
    assert.deepEqual(tableOfTraces(traces, {}), { heads: ["points", "name", "across", "up"], rows: [["real", "one", 1, 2], ["drawn", "", 3, 4]] });
  });

  test("a heat map has a column for each of its lines", () => {
    const table = tableOfTraces([{ name: "all", type: "heatmap", x: [0, 1], y: ["a", "b"], text: [["1", "2"], ["3", "4"]] }], axes);
    assert.deepEqual(table, { heads: ["value", "a", "b"], rows: [[0, "1", "3"], [1, "2", "4"]] });
    assert.equal(tableOfTraces([{ name: "all", type: "heatmap", x: [0], y: ["a"] }], axes), null);
  });

  test("what has no name is ornament, and only what is read like the first that can be is read", () => {
    const traces = [{ x: [0], y: [1] }, { name: "bars", type: "bar", x: [0], y: [2] }, { name: "dots", mode: "markers", x: [0], y: [3] }];
    assert.deepEqual(tableOfTraces(traces, axes), { heads: ["value", "bars"], rows: [[0, 2]] });
  });

  test("kinds that nobody can read as rows have no table", () => {
    assert.equal(tableOfTraces([], axes), null);
    assert.equal(tableOfTraces([{ name: "all", type: "violin", x: [0], y: [1] }], axes), null);
    assert.equal(tableOfTraces([{ name: "odd", type: "constructor", x: [0], y: [1] }], axes), null);
  });
});
