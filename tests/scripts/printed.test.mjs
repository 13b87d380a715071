import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { distance, heightsOf, lineLabels, placeLabels } from "../../dashboard/stage/line_labels.js";
import { POINT, TYPE, WIDTHS, areaOf, forPaper, lettersOf, millimetresOf, pixelsOf } from "../../dashboard/stage/paper.js";
import { entriesOf, legendRows, painted } from "../../dashboard/stage/print_legend.js";
import { withPage } from "./page.mjs";

beforeEach(withPage);

// The same numbers every time: a linear congruential generator (Numerical Recipes).
function drawer(seed) {
  let state = seed;
  return () => (state = (1664525 * state + 1013904223) % 2 ** 32) / 2 ** 32;
}

describe("paper", () => {
  const axis = (words) => ({ range: [0, 1], title: { font: { size: 3 }, ...(words ? { text: words } : {}) } });
  const figure = (x, y) => ({ data: [], layout: { xaxis: axis(x), yaxis: axis(y), font: { size: 9 }, margin: { l: 44, r: 10, t: 4, b: 22 } } });

  test("is measured in millimetres: an inch is 25.4 of them, 96 pixels and 72 points", () => {
    assert.equal(pixelsOf(25.4), 96);
    assert.equal(POINT * 72, 96);
    assert.deepEqual([WIDTHS.one, WIDTHS.two].map((wide) => millimetresOf(pixelsOf(wide))), [85, 175]);
    for (const size of Object.values(TYPE)) assert.ok(size / POINT >= 6 && size / POINT <= 9, "no journal takes smaller type");
  });

  test("has words along the axes of a panel that has none on stage, and room for them", () => {
    const { layout, width, height } = forPaper(figure(), { x: "generation", y: "Total variance (data units squared)" }, pixelsOf(85));
    assert.equal(layout.xaxis.title.text, "generation");
    assert.equal(layout.yaxis.title.text.replace("<br>", " "), "Total variance (data units squared)");
    assert.ok(layout.yaxis.title.text.includes("<br>"), "too long for one line beside a picture of one column");
    assert.ok(layout.margin.l > 40 && layout.margin.b > 22);
    assert.deepEqual([layout.width, layout.height, width], [width, height, pixelsOf(85)]);
    assert.ok(areaOf({ layout, width, height }).width > width / 2);
  });

  test("has room for the longest number along an axis", () => {
    const longest = [[0, 2.8], [0, 0.011], [0, 300], [-3, 3]].map((range) => lettersOf({ range })); // such as 0.5, 0.002, 200 and -1
    longest.forEach((letters, k) => assert.ok(letters >= ["0.5", "0.002", "200", "-1"][k].length && letters <= 6));
    assert.equal(lettersOf({ range: [0, 1], tickformat: ".0%" }), "100%".length);
    assert.equal(lettersOf({ type: "log", range: [-2, 0] }), lettersOf({}));
  });

  test("leaves the words that there are, and a map without any", () => {
    assert.equal(forPaper(figure("value", "share"), undefined, 661).layout.yaxis.title.text, "share");
    assert.equal(forPaper(figure("value", "share"), { x: "a", y: "b" }, 661).layout.xaxis.title.text, "value");
    const bare = forPaper(figure(), undefined, 661).layout;
    assert.deepEqual([bare.xaxis.title.text, bare.margin], [undefined, { l: 44, r: 10, t: 4, b: 22 }]);
  });
});

describe("labels of lines", () => {
  const area = { left: 40, top: 5, width: 250, height: 150 };
  const ranges = { x: [0, 40], y: [0, 1], log: false };
  const x = Array.from({ length: 41 }, (_, k) => k);

  test("know where their lines are: straight between two points, and nowhere in a gap", () => {
    const heights = heightsOf({ x: [0, 20, 40], y: [0, 1, null] }, area, ranges);
    assert.equal(heights.length, 251);
    assert.deepEqual([heights[0], heights[125]], [155, 5]);
    assert.ok(Math.abs(heights[50] - (155 - 150 * 0.4)) < 1e-9);
    assert.ok(heights.slice(127).every(Number.isNaN));
    const log = heightsOf({ x: [0, 40], y: [0.01, 1] }, area, { ...ranges, y: [-2, 0], log: true });
    assert.ok(Math.abs(log[125] - 80) < 1e-9, "straight where the axis is logarithmic");
    assert.ok(heightsOf({ x: [0, 40], y: [0, 1] }, area, { ...ranges, y: [-2, 0], log: true }).every(Number.isNaN), "0 has no place there");
  });

  test("stand beside the line that they name, or are led to it", () => {
    let free = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const next = drawer(seed);
      const paths = Array.from({ length: 2 + Math.floor(next() * 3) }, () => {
        const [start, rate, sway] = [0.3 + 0.6 * next(), 0.15 * next(), 0.1 * next()];
        return x.map((t) => Math.min(0.98, Math.max(0.02, start * Math.exp(-rate * t) + sway * Math.sin(t / (2 + 6 * next())))));
      });
      const lines = paths.map((y) => heightsOf({ x, y }, area, ranges));
      const labels = [0, 1].map((line) => ({ line, width: [24, 58][line], height: 10 }));
      const places = placeLabels(labels, lines, area);
      places.forEach(({ box, at, led }, k) => {
        const own = lines[labels[k].line];
        assert.ok(box.left >= area.left && box.right <= area.left + area.width, "in the picture");
        assert.ok(box.top >= area.top && box.bottom <= area.top + area.height, "in the picture");
        assert.equal(own[at.x - area.left], at.y, "the stroke ends on its own line");
        if (!led) assert.ok(lines.every((line) => distance(box, line, area) >= distance(box, own, area)), `no other line is nearer (${seed})`);
        free += Number(lines.every((line) => distance(box, line, area) >= 1));
      });
      const [a, b] = places.map(({ box }) => box);
      assert.ok(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top, `apart (${seed})`);
    }
    assert.ok(free >= 380, `crossed by no line, in ${free} of 400`);
  });

  test("never cover each other nor the edge, on a projector, a phone and beside a sidebar", () => {
    const widths = [41, 26, 58, 82]; // "your bet", "mean", "typical path" and "root mean square" in 11 pixels
    const sizes = [[175, 85], [300, 110], [100, 70], [560, 240]];
    let [left, out] = [0, 0];
    for (let seed = 1; seed <= 100; seed++) {
      const next = drawer(seed);
      const paths = widths.map(() => [next(), next(), 0.2 + 3 * next()]).map(([from, to, bend]) => x.map((t) => from + (to - from) * (t / 40) ** bend));
      for (const [width, height] of sizes) {
        const room = { left: 0, top: 0, width, height };
        const lines = paths.map((y) => heightsOf({ x, y }, room, ranges));
        const boxes = placeLabels(widths.map((wide, line) => ({ line, width: wide, height: 11 })), lines, room).flatMap((place) => (place ? [place.box] : []));
        for (const box of boxes) assert.ok(box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height, "within the plot");
        boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => assert.ok(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top, `apart (${seed})`)));
        if (width > 110) [left, out] = [left + boxes.length, out + widths.length - boxes.length];
      }
    }
    assert.equal(out, 0, `all of ${left} have a place where there is room for them`);
  });

  test("are written in their line's colour, and none for a line that is not drawn", () => {
    const line = (more) => ({ mode: "lines", x, y: x.map(() => 0.5), line: { width: 1 }, ...more });
    const data = [line({ visible: false }), line({ mode: "text" }), line({ line: { width: 0 } }), line()];
    const layout = { margin: { l: 0, r: 0, t: 0, b: 0 }, xaxis: { range: [0, 40] }, yaxis: { range: [0, 1] } };
    const drawn = { data, layout, width: 200, height: 100 };
    const name = (of) => ({ text: `line ${of}`, of, colour: "#0000ff", size: 10 });
    const labels = lineLabels(drawn, [0, 1, 2, 3].map(name), "#888888");
    assert.deepEqual(labels.map(({ name: { text }, nodes }) => [text, nodes.at(-1).attributes.fill, nodes.length]), [["line 3", "#0000ff", 1]]);
    assert.deepEqual(lineLabels(drawn, [name(0)], "#888888"), []);
    const late = line({ x: [10, 20, 30], y: [0.5, 0.5, 0.5] });
    const crowd = { ...drawn, width: 60, data: Array(6).fill(late), layout: { ...layout, yaxis: { type: "log", range: [-1, 0] } } };
    const led = lineLabels(crowd, Array.from({ length: 6 }, (_, of) => name(of)), "#888888").filter(({ nodes }) => nodes.length > 1);
    assert.ok(led.length > 0, "a stroke leads to the line where another name stands between");
    for (const { nodes } of led) assert.equal(nodes[0].attributes.stroke, "#888888");
  });

  test("all have a place where lines run together, too", () => {
    for (const path of [x.map((t) => 0.1 + 0.02 * t), x.map(() => 0.5)]) {
      const lines = Array(4).fill(heightsOf({ x, y: path }, area, ranges));
      const places = placeLabels([41, 26, 58, 82].map((width, line) => ({ line, width, height: 11 })), lines, area);
      assert.ok(places.every(Boolean));
    }
  });

  test("are left out where there is no room at all", () => {
    const small = { left: 0, top: 0, width: 60, height: 70 };
    assert.deepEqual(placeLabels([{ line: 0, width: 82, height: 11 }], [heightsOf({ x, y: x.map(() => 0.5) }, small, ranges)], small), [undefined]);
  });

  test("have no place where their line is nowhere drawn", () => {
    const nowhere = heightsOf({ x, y: x.map(() => null) }, area, ranges);
    assert.deepEqual(placeLabels([{ line: 0, width: 20, height: 10 }], [nowhere], area), [undefined]);
  });
});

describe("the legend of a picture", () => {
  const line = (more) => ({ mode: "lines", line: { width: 1, color: "#123456" }, ...more });

  test("has the marks that the stage has, each with the line or area that is drawn", () => {
    const data = [line({ legendgroup: "median" }), line({ legendgroup: "world", visible: false }), line({ name: "none" })];
    const entries = entriesOf(data, [{ mark: "median", term: "median of the worlds" }, { mark: "world", term: "world 3" }, { mark: "law", term: "closed form" }]);
    assert.deepEqual(entries, [{ text: "median of the worlds", trace: data[0] }]);
  });

  test("of other plots names what has a name, once, and nothing where names are many", () => {
    const data = [line({ name: "real data" }), line({ name: "real data" }), { mode: "text", name: "words" }, { type: "bar", name: "left", marker: { color: "#000000" } }];
    assert.deepEqual(entriesOf(data, undefined).map(({ text }) => text), ["real data", "left"]);
    assert.deepEqual(entriesOf(Array.from({ length: 9 }, (_, k) => line({ name: String(k) })), undefined), []);
  });

  test("stays within its width, in as many rows as it takes", () => {
    const entries = ["one", "two", "three"].map((text) => ({ text, trace: line({ fill: "tonexty", fillcolor: "rgba(1,2,3,0.5)", fillpattern: { shape: "/", fgcolor: "#000000" } }) }));
    const measured = (text) => 20 * text.length;
    const { nodes, height } = legendRows(entries, 130, 10, "#000000", measured);
    const words = nodes.filter(({ tag }) => tag === "text");
    assert.deepEqual(words.map((node) => node.words), ["one", "two", "three"]);
    for (const node of words) assert.ok(Number(node.attributes.x) + measured(node.words) <= 130);
    assert.equal(new Set(words.map((node) => node.attributes.y)).size, 3);
    assert.ok(height >= 30);
    const dot = legendRows([{ text: "here", dot: "#ff0000", rim: "#ffffff" }], 130, 10, "#000000", measured);
    assert.equal(dot.nodes[0].attributes.fill, "#ff0000");
    assert.equal(legendRows([], 130, 10, "#000000", measured).height, 0);
  });

  test("says opacity apart from colour, which not every reader of SVG takes as one", () => {
    assert.deepEqual(painted("fill", "rgba(1,2,3,0.5)"), { fill: "rgb(1,2,3)", "fill-opacity": "0.5" });
    assert.deepEqual(painted("fill", "rgba(1, 2, 3, 0.5)"), { fill: "rgb(1,2,3)", "fill-opacity": "0.5" });
    assert.deepEqual(painted("fill", "color(srgb 0 0.2 1 / 0.16)"), { fill: "rgb(0,51,255)", "fill-opacity": "0.16" });
    assert.deepEqual(painted("fill", "color(srgb 1 0 0)"), { fill: "rgb(255,0,0)", "fill-opacity": "1" });
    assert.deepEqual(painted("stroke", "#010203"), { stroke: "#010203" });
  });
});
