import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { Answers } from "../../dashboard/lessons/answers.js";
import { filled, score } from "../../dashboard/lessons/quiz.js";
import { crc32 } from "../../dashboard/takeaway/crc32.js";
import { beside } from "../../dashboard/tour/places.js";

describe("a lesson's answers", () => {
  let kept;
  beforeEach(() => {
    kept = new Map();
    globalThis.localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text) };
  });

  test("are kept by lesson and phase", () => {
    assert.equal(new Answers("tails", 3).keep("before", [1, null, 2]), true);
    assert.deepEqual(new Answers("tails", 3).read("before"), [1, null, 2]);
    assert.deepEqual(new Answers("tails", 3).read("after"), [null, null, null]);
    assert.deepEqual(new Answers("cures", 3).read("before"), [null, null, null]);
  });

  test("of a lesson that had other questions fill what they can", () => {
    new Answers("tails", 1).keep("before", [2]);
    assert.deepEqual(new Answers("tails", 3).read("before"), [2, null, null]);
  });

  test("that were broken are none", () => {
    kept.set("collapse-lab-quiz:tails:before", "{");
    kept.set("collapse-lab-quiz:tails:after", '"word"');
    assert.deepEqual([new Answers("tails", 1).read("before"), new Answers("tails", 1).read("after")], [[null], [null]]);
  });

  test("can be forgotten", () => {
    const answers = new Answers("tails", 1);
    answers.keep("before", [1]);
    answers.forget();
    assert.deepEqual(answers.read("before"), [null]);
  });

  test("stay on the page where the browser keeps nothing, and it is told so", () => {
    globalThis.localStorage.setItem = () => {
      throw new Error("full");
    };
    assert.equal(new Answers("private", 1).keep("after", [1]), false);
    assert.deepEqual(new Answers("private", 1).read("after"), [1]);
  });

  test("are counted where they are right", () => {
    assert.equal(score([1, 2, null], [{ right: 1 }, { right: 1 }, { right: 3 }]), 1);
    assert.equal(filled("{done} of {all}", { done: 0, all: 5 }), "0 of 5");
  });
});

test("the checksum is that of zlib", () => {
  // The check value of CRC-32 in every catalogue of CRCs.
  assert.equal(crc32("123456789"), 0xcbf43926);
  assert.equal(crc32(""), 0);
});

describe("the tour's card", () => {
  const card = { width: 300, height: 200 };
  const page = { width: 1000, height: 800 };

  test("stands in the middle where there is nothing to light up", () => {
    assert.deepEqual(beside(null, card, page), { light: null, card: { left: 350, top: 300 } });
  });

  test("stands below what is lit, or above it", () => {
    assert.deepEqual(beside({ left: 100, top: 50, width: 80, height: 40 }, card, page), {
      light: { left: 94, top: 44, width: 92, height: 52 },
      card: { left: 100, top: 102 },
    });
    assert.deepEqual(beside({ left: 100, top: 700, width: 80, height: 40 }, card, page).card, { left: 100, top: 488 });
  });

  test("never covers what is lit, nor leaves the window, where there is room", () => {
    for (let left = 0; left <= 900; left += 60) {
      for (let top = 0; top <= 740; top += 37) {
        const lit = { left, top, width: 100, height: 60 };
        const at = beside(lit, card, page).card;
        assert.ok(at.left >= 8 && at.left + 300 <= 992 && at.top >= 0 && at.top + 200 <= 800, JSON.stringify(at));
        assert.ok(at.top >= top + 60 || at.top + 200 <= top, "below or above");
      }
    }
  });

  test("stands beside what fills the height, or in the middle of what fills all", () => {
    assert.deepEqual(beside({ left: 0, top: 0, width: 250, height: 800 }, card, page).card, { left: 262, top: 592 });
    assert.deepEqual(beside({ left: 0, top: 0, width: 1000, height: 800 }, card, page).card, { left: 350, top: 592 });
  });
});
