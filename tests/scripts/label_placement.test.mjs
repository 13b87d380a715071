import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { columnsOf, placeLabels } from "../../dashboard/stage/label_placement.js";

const SIZE = 11;
// Widths of the page's font at that size, and plots as they are on a projector, on a phone and on a narrow window with a sidebar.
const WORDS = { "your bet": 41, mean: 26, "typical path": 58, "root mean square": 82 };
const PLOTS = [{ width: 175, height: 85 }, { width: 300, height: 110 }, { width: 100, height: 70 }, { width: 560, height: 240 }];

function placed(plot, heights, words = Object.keys(WORDS)) {
  const lines = heights.map((share) => columnsOf(share.map((_, k) => (plot.width * k) / (share.length - 1)), share.map((s) => plot.height * s), plot.width));
  const wanted = words.map((word, k) => ({ width: WORDS[word], size: SIZE, line: lines[k] }));
  return placeLabels(wanted, lines, plot.height);
}

const apart = (one, other) => one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;

function assertReadable(plot, places) {
  const boxes = places.filter(Boolean).map((place) => place.box);
  for (const { left, right, top, bottom } of boxes) assert.ok(left >= 0 && top >= 0 && right <= plot.width && bottom <= plot.height, "within the plot");
  boxes.forEach((one, i) => boxes.slice(i + 1).forEach((other) => assert.ok(apart(one, other), "names never cover each other")));
}

// Park and Miller's minimal generator: the same numbers in every run.
function* random(seed) {
  for (let state = seed; ; ) yield (state = (state * 48271) % 2147483647) / 2147483647;
}

describe("names of lines", () => {
  test("never cover each other nor the edge, whatever the lines and the plot", () => {
    const draw = random(18);
    const next = () => draw.next().value;
    for (let run = 0; run < 200; run++) {
      const heights = Object.keys(WORDS).map(() => {
        const [from, to, bend] = [next(), next(), 0.2 + 3 * next()];
        return Array.from({ length: 31 }, (_, k) => from + (to - from) * (k / 30) ** bend);
      });
      for (const plot of PLOTS) assertReadable(plot, placed(plot, heights));
    }
  });

  test("all have a place on a projector and on a phone, where lines run together too", () => {
    const together = Array(4).fill(Array.from({ length: 31 }, (_, k) => 0.1 + (0.8 * k) / 30));
    const flat = Array(4).fill(Array(31).fill(0.5));
    for (const plot of PLOTS.slice(0, 2)) {
      for (const heights of [together, flat]) {
        const places = placed(plot, heights);
        assert.ok(places.every(Boolean));
        assertReadable(plot, places);
      }
    }
  });

  test("stand where no line crosses them", () => {
    const [mean] = placed(PLOTS[0], [Array(31).fill(0.5), Array(31).fill(0.42)], ["mean"]);
    assert.match(mean.side, /^bottom/, "another line runs just above");
    const row = Array(31).fill(0.5);
    const crowd = [0.42, 0.36, 0.58, 0.64].map((share) => Array(31).fill(share));
    const [near] = placed(PLOTS[1], [row, ...crowd], ["mean"]);
    assert.equal(near.y, 55, "beside its own line, also where lines are many: behind another one it would name that");
    const [low] = placed(PLOTS[0], [Array(31).fill(0.98)], ["mean"]);
    assert.match(low.side, /^top/, "there is no room below");
  });

  test("are left out where there is no room at all, and where there is no line", () => {
    assert.deepEqual(placed({ width: 60, height: 70 }, [Array(31).fill(0.5)], ["root mean square"]), [null]);
    assert.deepEqual(placeLabels([{ width: 10, size: 11, line: Array(50).fill(null) }], [], 70), [null]);
  });
});

describe("the columns of a line", () => {
  test("lie between its points, and have its gaps", () => {
    assert.deepEqual(columnsOf([0, 2, 4, 6], [0, 4, null, 1], 6), [0, 2, 4, null, null, null, 1]);
  });

  test("are those of a bent line between whole pixels too", () => {
    assert.deepEqual(columnsOf([0, 1.5, 3], [0, 3, 0], 3), [0, 2, 2, 0]);
  });
});
