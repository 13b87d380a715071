import assert from "node:assert/strict";
import { test } from "node:test";
import { channels, coloured, colourOf, isDark, isDarkColour, picture } from "../../dashboard/stage/colours.js";

const PALETTE = { ink: "#102030", synthetic: "#0072b2" };

test("a hex colour is three channels", () => assert.deepEqual(channels("#0072b2"), [0, 114, 178]));

test("a role is a colour, with alpha where one is asked for", () => {
  assert.equal(colourOf("@synthetic", PALETTE), "#0072b2");
  assert.equal(colourOf("@synthetic/0.3", PALETTE), "rgba(0,114,178,0.3)");
});

test("a role that the palette lacks is written in ink", () => assert.equal(colourOf("@later", PALETTE), "#102030"));

test("roles are found at any depth, and everything else stays as it is", () => {
  const numbers = [1, 2, 3];
  const found = coloured({ line: { color: "@ink" }, mixed: ["@ink", "word", 1, null], y: numbers, text: "a@b", none: null }, PALETTE);
  assert.deepEqual(found, { line: { color: "#102030" }, mixed: ["#102030", "word", 1, null], y: numbers, text: "a@b", none: null });
  assert.equal(found.y, numbers, "long lists are not copied");
});

test("what is received is not changed", () => {
  const frozen = Object.freeze({ line: Object.freeze({ color: "@ink" }) });
  coloured(frozen, PALETTE);
  assert.equal(frozen.line.color, "@ink");
});

test("dark is darker than a middle grey, green counting most and blue least", () => {
  assert.deepEqual(["rgb(120, 120, 120)", "rgb(136, 136, 136)"].map(isDarkColour), [true, false]);
  assert.deepEqual(["rgb(0, 0, 255)", "rgb(0, 255, 0)", "rgb(255, 0, 0)"].map(isDarkColour), [true, false, true]);
  assert.equal(isDarkColour("rgba(14, 17, 23, 1)"), true);
  assert.equal(isDarkColour("transparent"), true);
});

test("the page around an element says whether it is dark", () => {
  const probe = { style: {}, remove: () => (probe.gone = true) };
  globalThis.document = { createElement: () => probe };
  globalThis.getComputedStyle = (node) => (node === probe ? { color: probe.style.color } : { getPropertyValue: () => "rgb(0, 0, 0)" });
  assert.equal(isDark({ append() {} }), true);
  assert.equal(probe.gone, true);
  globalThis.getComputedStyle = (node) => (node === probe ? { color: "rgb(255, 255, 255)" } : { getPropertyValue: () => "" });
  assert.equal(isDark({ append() {} }), false);
  assert.equal(probe.style.color, "white");
});

test("a picture's pixels go from one colour to the other", () => {
  globalThis.ImageData = class {
    constructor(width, height) {
      this.data = new Uint8ClampedArray(4 * width * height);
    }
  };
  const { data } = picture(3, 1, (pixel) => pixel / 2, "#000000", "#ff8000");
  assert.deepEqual([...data], [0, 0, 0, 255, 128, 64, 0, 255, 255, 128, 0, 255]);
});
