import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { PANELS } from "../../dashboard/stage/panel.js";
import "../../dashboard/stage/panels/curve.js";
import "../../dashboard/stage/panels/passages.js";
import "../../dashboard/stage/panels/words.js";
import { assign, enlarged, withGaps } from "../../dashboard/stage/plot.js";
import { ViewOptions } from "../../dashboard/stage/view_options.js";
import { withPage } from "./page.mjs";

const SPEC = { name: "one", title: "One", alt: "One figure", slot: "first", help: "", data: [], layout: {}, frames: [] };

function viewState(Plotly = {}, scale = "linear") {
  const options = new ViewOptions(() => {});
  options.take({ scale: { value: scale, choices: ["linear", "log"], shared: true } }, true);
  return { Plotly, options, colours: { ink: "#000000", synthetic: "#0072b2" }, type: 1 };
}

function panelOf(kind, spec, generations = [0, 5, 10], view = viewState()) {
  const panel = new PANELS[kind]({ ...SPEC, kind, ...spec });
  panel.update({ ...SPEC, kind, ...spec }, Object.freeze({ generations }), view);
  return panel;
}

beforeEach(withPage);

describe("words", () => {
  const spec = { words: ["the", "of"], unseen: [false, false], counts: [[9, 1], [10, 0], [10, 0]], gone: [null, 5], absent: "gone", n: 10, things: "tokens", top: 5 };

  test("are struck through from the generation on in which they are gone", () => {
    const panel = panelOf("words", spec);
    const struck = [0, 1, 2].map((frame) => (panel.show(frame), panel.words.map((word) => word.classList.contains("cl-gone"))));
    assert.deepEqual(struck, [[false, false], [false, true], [false, true]]);
  });

  test("say how often they are drawn, and since when they are gone", () => {
    const panel = panelOf("words", spec);
    panel.show(1);
    assert.deepEqual(panel.words.map((word) => word.title), ["10 of 10 tokens", "gone since generation 5"]);
    assert.equal(panel.words[0].style["--share"], "1", "a line is never longer than its word");
  });

  test("that were never drawn are not said to be gone", () => {
    const panel = panelOf("words", { ...spec, unseen: [false, true] });
    panel.show(2);
    assert.match(panel.words[1].title, /^never drawn/);
  });

  test("begin on the side that their script begins on", () => {
    assert.equal(panelOf("words", { ...spec, words: ["ספר", "ים"] }).list.dir, "auto");
  });

  test("are a table of their own", () => {
    assert.deepEqual(panelOf("words", spec).table(1), { heads: ["word", "tokens of 10", "gone since generation"], rows: [["the", 10, ""], ["of", 0, 5]] });
  });
});

describe("passages", () => {
  const spec = { tokens: [[[0, 1]], [[1, -1]]], words: ["a", "cat"], joiner: " ", rarity: [0, 3], prompt: 1 };

  test("are read with what joins their tokens, up to where they end", () => {
    const panel = panelOf("passages", spec, [0, 1]);
    assert.deepEqual([panel.table(0).rows, panel.table(1).rows], [[[1, "a cat"]], [[1, "cat"]]]);
  });

  test("begin on the side that their script begins on, real or after a prompt", () => {
    const panel = panelOf("passages", { ...spec, words: ["ספר", "ים"] }, [0, 1]);
    const sides = [0, 1].map((frame) => (panel.show(frame), panel.body.children.map((passage) => passage.dir)));
    assert.deepEqual(sides, [["auto"], ["auto"]]);
  });

  test("mark a prompt as given, but not in generation 0, which is real from end to end", () => {
    const panel = panelOf("passages", spec, [0, 1]);
    const tags = [0, 1].map((frame) => (panel.show(frame), panel.body.children[0].children.find((child) => child.tag)?.tag));
    assert.deepEqual(tags, ["span", "em"]);
    assert.equal(panel.body.children[0].words, "cat ");
  });
});

describe("plots", () => {
  const frames = [0, 1].map((t) => ({ traces: [0], data: [{ y: [10 * t, 20 * t], "marker.symbol": t ? "x" : "o" }] }));
  const spec = { data: [{ name: "drawn", x: [0, 1], y: [0, 0] }, { x: [0, 1], y: [0, 0] }], frames, onion_skin: [{ trace: 1, of: 0, lag: 1 }] };
  const drawn = [];
  const Plotly = { react: (_, data) => drawn.push(structuredClone(data)), restyle: (_, change, traces) => drawn.push({ change, traces }) };

  beforeEach(() => (drawn.length = 0));

  test("stand between two frames, slowly at both ends", () => {
    const panel = panelOf("plot", spec, [0, 1], viewState(Plotly));
    panel.show(0.25); // smoothstep: 0.15625
    assert.deepEqual(drawn.at(-1), { change: { y: [[1.5625, 3.125], [0, 0]], "marker.symbol": ["o", "o"] }, traces: [0, 1] });
  });

  test("are restyled once for all traces, and not at all where nothing moved", () => {
    const panel = panelOf("plot", spec, [0, 1], viewState(Plotly));
    const before = drawn.length;
    panel.show(1);
    panel.show(1);
    assert.equal(drawn.length, before + 1);
  });

  test("have a table of the generation, where a trace has a name", () => {
    assert.deepEqual(panelOf("plot", spec, [0, 1], viewState(Plotly)).table(1).rows, [[0, 10], [1, 20]]);
  });

  test("grow their type and margins, and nothing else", () => {
    const layout = { margin: { l: 10 }, xaxis: { tickfont: { size: 12, color: "red" }, range: [0, 5] }, width: 3 };
    assert.deepEqual(enlarged(layout, 2), { margin: { l: 20 }, xaxis: { tickfont: { size: 24, color: "red" }, range: [0, 5] }, width: 3 });
    assert.equal(enlarged(layout, 1), layout);
  });

  test("on a logarithmic axis lines have gaps where there is nothing", () => {
    const data = [{ mode: "lines", line: { width: 2 }, y: [1, 0, -1] }, { mode: "lines", line: { width: 0 }, y: [0] }];
    withGaps(data);
    assert.deepEqual(data.map((trace) => trace.y), [[1, null, null], [0]]);
  });

  test("a path of names leads into a trace", () => {
    const trace = { marker: { size: 3 } };
    assign(trace, ["marker", "symbol"], "x");
    assign(trace, ["line", "width"], 1);
    assert.deepEqual(trace, { marker: { size: 3, symbol: "x" }, line: { width: 1 } });
  });
});

describe("curves", () => {
  const spec = { cursor: { values: [1], texts: ["1"] }, layout: { yaxis: { range: [0, 4] }, margin: {} }, log: { range: [-2, 2] } };
  const Plotly = { react() {} };

  test("have their dot at the height of its value", () => {
    const panel = panelOf("curve", spec, [0], viewState(Plotly));
    assert.deepEqual([0, 1, 4, null].map((value) => panel.height(value)), [0, 0.25, 1, -1]);
  });

  describe("in a run that is drawn as it plays", () => {
    const line = { mode: "lines", name: "median", x: [0, 1, 2], y: [3, 2, 1], line: { width: 2 } };
    const playing = { ...spec, alt: "From 3 to 1.", early_title: "Early", cursor: { values: [3, 2, 1], texts: ["3", "2", "1"] } };
    playing.layout = { xaxis: { range: [0, 2] }, yaxis: { range: [0, 4] }, margin: { l: 0, r: 0, t: 0, b: 0 } };
    playing.data = [line, { ...line, name: undefined }];
    playing.names = [{ text: "mean", of: 0, colour: "@ink", size: 11 }];
    playing.foreknown = [1];
    const drawn = [];
    const lengthened = [];
    const reveal = { edge: 1, withholds: true };
    const animate = async (_, change) => lengthened.push(change);
    const view = { ...viewState({ react: (_, data) => drawn.push(data), animate }), reveal };

    test("end at the farthest generation shown, but for what is foreknown", () => {
      const panel = panelOf("curve", playing, [0, 1, 2], view);
      assert.deepEqual(drawn.at(-1).map((trace) => trace.x), [[0, 1], [0, 1, 2]]);
      assert.deepEqual(panel.table(0).rows, [[0, 3], [1, 2]], "the table has no more than the figure");
      reveal.edge = 2;
      panel.show(2);
      assert.deepEqual(lengthened.at(-1), { data: [{ x: [0, 1, 2], y: [3, 2, 1] }, { x: [0, 1, 2], y: [3, 2, 1] }], traces: [0, 1] });
      reveal.edge = Infinity;
      panel.show(0);
      assert.deepEqual(drawn.at(-1)[0].x, [0, 1, 2]);
      const before = drawn.length;
      panel.show(1);
      assert.equal(drawn.length, before, "nothing is drawn anew where no more may be seen");
    });

    test("have their names once what is beside them is drawn, within the figure", () => {
      const panel = panelOf("curve", playing, [0, 1, 2], view);
      Object.assign(panel.body, { clientWidth: 200, clientHeight: 100 });
      const visible = [0, 0.5, 1, 2, Infinity].map((edge) => (Object.assign(reveal, { edge }), panel.name(), panel.labels[0].nodes.at(-1).attributes.visibility));
      assert.deepEqual(visible.slice(0, 1).concat(visible.slice(-2)), ["hidden", "visible", "visible"]);
      assert.ok(panel.labels[0].right <= 200);
      panel.spec = { ...panel.spec, foreknown: [0] };
      reveal.edge = 0;
      panel.name();
      assert.equal(panel.labels[0].nodes.at(-1).attributes.visibility, "visible", "a bet is known before");
    });

    test("say nothing of their end", () => {
      Object.assign(reveal, { edge: 1, withholds: true });
      const panel = panelOf("curve", playing, [0, 1, 2], view);
      assert.deepEqual([panel.heading, panel.body.attributes["aria-label"]], ["Early", "Early, up to the generation shown."]);
      reveal.withholds = false;
      panel.describe();
      assert.deepEqual([panel.heading, panel.body.attributes["aria-label"]], ["One", "From 3 to 1."]);
    });
  });

  test("on a logarithmic axis too, where nothing has no place", () => {
    const panel = panelOf("curve", spec, [0], viewState(Plotly, "log"));
    assert.deepEqual([0.01, 1, 100, 0].map((value) => panel.height(value)), [0, 0.5, 1, -1]);
  });

  test("say what has no place on a logarithmic axis, and nothing of it on another", () => {
    const gap = { ...spec, data: [], alt: "A curve.", placeless: "No place." };
    const [plain, logged, whole] = [[gap, "linear"], [gap, "log"], [{ ...gap, placeless: "" }, "log"]].map(([one, scale]) =>
      panelOf("curve", one, [0], viewState(Plotly, scale)),
    );
    assert.deepEqual([plain, logged, whole].map((panel) => panel.note.textContent), ["", "No place.", ""]);
    assert.deepEqual([plain, logged, whole].map((panel) => panel.note.hidden), [true, false, true]);
    assert.deepEqual([plain, logged].map((panel) => panel.body.attributes["aria-label"]), ["A curve.", "A curve. No place."]);
  });
});
