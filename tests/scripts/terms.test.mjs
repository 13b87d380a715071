import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { Terms } from "../../dashboard/stage/terms.js";
import { withPage } from "./page.mjs";

beforeEach(withPage);

function terms(meanings) {
  const host = { append: (card) => (host.card = card) };
  const made = new Terms(host);
  made.take(meanings);
  return [made, host];
}

const MEANINGS = { spread: "How far.", tails: "The rare ones.", "far tails": "The rarest.", tail: "The rare ones.", "outer 2.5 %": "The rare ones." };

const told = (parts) => parts.map((part) => (typeof part === "string" ? part : [part.textContent, part.title]));

describe("terms in a sentence", () => {
  test("are buttons that explain themselves, and the words are the same", () => {
    const [made] = terms(MEANINGS);
    const parts = made.marked("Half of the spread is gone; the Tails too.");
    assert.deepEqual(told(parts), ["Half of the ", ["spread", "How far."], " is gone; the ", ["Tails", "The rare ones."], " too."]);
  });

  test("are marked where a meaning is first met, the longest term before a part of it, and whole words only", () => {
    const [made] = terms(MEANINGS);
    assert.deepEqual(told(made.marked("tails, tail and tails")), [["tails", "The rare ones."], ", tail and tails"]);
    assert.deepEqual(told(made.marked("far tails")), [["far tails", "The rarest."]]);
    assert.deepEqual(told(made.marked("widespread, spread-out, detailed")), ["widespread, spread-out, detailed"]);
    assert.deepEqual(told(made.marked("the “tails”, the tails")), ["the “tails”, the ", ["tails", "The rare ones."]]);
    assert.deepEqual(told(made.marked("outer 2.5 %")), [["outer 2.5 %", "The rare ones."]]);
  });

  test("are none where nothing is known", () => {
    assert.deepEqual(terms({})[0].marked("Half of the spread."), ["Half of the spread."]);
    assert.deepEqual(terms(undefined)[0].marked(""), []);
  });

  test("stay where they are, with the focus, while the text is the same", () => {
    const [made] = terms(MEANINGS);
    const node = document.createElement("p");
    const wrote = [];
    node.replaceChildren = (...parts) => {
      wrote.push(parts.length);
      node.textContent = parts.map((part) => part.textContent ?? part).join("");
    };
    for (const text of ["The spread.", "The spread.", "The tails."]) made.write(node, text);
    made.take({});
    made.write(node, "The tails.");
    assert.deepEqual(wrote, [3, 3, 1]);
  });

  test("open beside their word, within the window", () => {
    for (const [word, at] of [
      [{ left: 700, top: 20, bottom: 40 }, { left: 492, top: 46 }],
      [{ left: 100, top: 560, bottom: 580 }, { left: 100, top: 504 }],
      [{ left: -50, top: 0, bottom: 590 }, { left: 8, top: 8 }],
    ]) {
      const [made, { card }] = terms(MEANINGS);
      globalThis.window = { innerWidth: 800, innerHeight: 600 };
      card.getBoundingClientRect = () => ({ width: 300, height: 50 });
      card.showPopover = () => (card.shown = true);
      card.hidePopover = () => (card.shown = false);
      card.matches = () => card.shown;
      const [button] = made.marked("spread");
      button.getBoundingClientRect = () => word;
      button.onclick();
      assert.deepEqual([card.shown, card.textContent, card.style.cssText], [true, "How far.", `left:${at.left}px;top:${at.top}px`]);
      button.onclick();
      assert.equal(card.shown, false, "the same word once more shuts it");
      button.onclick();
      button.onpointerdown();
      card.shown = false; // as the browser does before the click comes
      button.onclick();
      assert.equal(card.shown, false);
    }
  });
});
