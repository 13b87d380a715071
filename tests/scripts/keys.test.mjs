import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { actionFor, isLookedAt, keyPress } from "../../dashboard/stage/keys.js";

const PRESS = { shift: false, modified: false, on: "other", inside: true, free: true };
const STATE = { presenting: false, presets: true, isLookedAt: () => true };
const ask = (key, how = {}, state = {}) => actionFor({ key, ...PRESS, ...how }, { ...STATE, ...state });
const OUTSIDE = { inside: false };

describe("moves", () => {
  test("each key has its own", () => {
    const keys = [" ", "ArrowLeft", "ArrowRight", "Home", "End"];
    assert.deepEqual(keys.map((key) => ask(key).move), ["toggle", "previous", "next", "first", "last"]);
  });

  test("any other key ends a walk and does no more", () => assert.deepEqual([ask("x"), ask("Tab"), ask("toString")], Array(3).fill({ endWalk: true })));

  test("commands of the browser, and what is written, are not the stage's", () => {
    assert.equal(ask("ArrowRight", { modified: true }), undefined);
    assert.equal(ask("ArrowRight", { on: "field" }), undefined);
    assert.equal(ask("p", { on: "field" }), undefined);
    assert.equal(ask("ArrowRight", { shift: true }), undefined);
  });

  test("a button answers to space itself, a slider to all but space", () => {
    assert.deepEqual([ask(" ", { on: "button" }), ask("ArrowRight", { on: "slider" })], [{ endWalk: true }, { endWalk: true }]);
    assert.deepEqual([ask("ArrowRight", { on: "button" }).move, ask(" ", { on: "slider" }).move], ["next", "toggle"]);
  });

  test("what scrolls a page is the stage's only where one looks at it, or presents", () => {
    for (const key of [" ", "Home", "End"]) {
      assert.deepEqual(ask(key, OUTSIDE, { isLookedAt: () => false }), { endWalk: true });
      assert.ok(ask(key, OUTSIDE, { isLookedAt: () => true }).move);
      assert.ok(ask(key, OUTSIDE, { isLookedAt: () => false, presenting: true }).move);
      assert.ok(ask(key, {}, { isLookedAt: () => false }).move, "or where the focus is in it");
    }
    assert.equal(ask("ArrowRight", OUTSIDE, { isLookedAt: () => false }).move, "next");
  });

  test("where something else has the focus no key is the stage's", () => assert.equal(ask("ArrowRight", { inside: false, free: false }), undefined));
});

describe("presenting", () => {
  test("P, ? and M are asked for in small and capital letters", () => {
    assert.deepEqual(["p", "P", "?", "m"].map((key) => ask(key)), ["p", "p", "?", "m"].map((presenter) => ({ presenter })));
    assert.deepEqual(ask("?", { shift: true }), { presenter: "?" });
  });

  test("numbers open presets while presenting, where there are presets", () => {
    assert.deepEqual(ask("3", {}, { presenting: true }), { presenter: "3" });
    assert.deepEqual(ask("3"), { endWalk: true });
    assert.deepEqual(ask("3", {}, { presenting: true, presets: false }), { endWalk: true });
    assert.deepEqual(ask("0", {}, { presenting: true }), { endWalk: true });
  });

  test("P works wherever the focus is, a walk only where the stage is free", () => {
    assert.deepEqual(ask("p", { inside: false, free: false }), { presenter: "p" });
    assert.equal(ask("m", { inside: false, free: false }), undefined);
  });
});

describe("where a key was struck", () => {
  globalThis.Element = class {
    constructor(selectors = []) {
      this.matches = (selector) => selectors.includes(selector);
    }
  };
  const TEXT = "select, input:not([type=range]), textarea, [contenteditable]:not([contenteditable=false])";
  const body = new Element();
  globalThis.document = { body };
  const event = (target, held = {}) => ({ key: "a", shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held, target });
  const [within, frame] = [new Element(["button"]), new Element()];
  const root = { contains: (node) => node === within };

  test("is told from the element", () => {
    assert.deepEqual(keyPress(event(within), root, frame), { key: "a", shift: false, modified: false, on: "button", inside: true, free: true });
    assert.deepEqual([new Element([TEXT]), new Element(["input[type=range]"]), new Element()].map((node) => keyPress(event(node), root, frame).on), ["field", "slider", "other"]);
    assert.equal(keyPress(event(new Element()), root, frame).free, false);
  });

  test("the page itself, its document and the stage's frame are free", () => {
    assert.deepEqual([body, {}, frame].map((node) => keyPress(event(node), root, frame).free), [true, true, true]);
  });

  test("any of three keys makes it a command", () => {
    assert.deepEqual(["ctrlKey", "metaKey", "altKey"].map((name) => keyPress(event(body, { [name]: true }), root, frame).modified), [true, true, true]);
  });

  test("one looks at what one points to, or what fills most of its room in the window", () => {
    globalThis.window = { innerHeight: 1000 };
    const placed = (top, bottom, hover = false) => ({ matches: () => hover, getBoundingClientRect: () => ({ top, bottom, height: bottom - top }) });
    assert.equal(isLookedAt(placed(2000, 2500, true)), true);
    assert.equal(isLookedAt(placed(0, 900)), true);
    assert.equal(isLookedAt(placed(700, 1600)), false);
    assert.equal(isLookedAt(placed(-500, 3000)), true, "larger than the window, and filling it");
  });
});
