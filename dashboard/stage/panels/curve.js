// @ts-check
// A curve: a plot of all generations with a cursor at the one shown, and its value beside the title.

import { element, svgElement } from "../../browser/dom.js";
import { interpolated } from "../frames.js";
import { columnsOf, placeLabels } from "../label_placement.js";
import { PANELS } from "../panel.js";
import { PlotPanel, withGaps } from "../plot.js";
import { upTo } from "../revealing.js";
import { textWidth } from "../text_width.js";

/** @typedef {import("../received.js").Trace} Trace */

/**
 * What a curve has besides what every panel has.
 * @typedef {object} Content
 * @property {Cursor} cursor
 * @property {Record<string, any>} [log] the vertical axis where it is logarithmic
 * @property {string} [placeless] what has no place on that one; empty where everything has
 * @property {Label[]} [labels] names of lines, which find their places here; the first ones choose first
 * @property {number[]} [foreknown] the traces that tell nothing of the run, and may be seen before it is played
 */

/**
 * @typedef {object} Label
 * @property {number} trace which it is
 * @property {number} of the trace that it names
 */

/**
 * @typedef {object} Cursor
 * @property {(number | null)[]} values where its dot stands, one a frame; null where there is none
 * @property {string[]} texts the value in words, one a frame
 * @property {string} [help] what the value tells when a pointer rests on it
 */

const LENGTHENED = ["x", "y", "text"]; // what of a trace is longer, the more may be seen
const NARROWEST = { width: 150, height: 100 }; // pixels of a figure that has no place on the page yet

export class CurvePanel extends PlotPanel {
  /** @type {number | undefined} the generation up to which it is drawn */
  edge = undefined;
  /** @type {{ room: string, placed: Trace[] } | undefined} the names of its lines, and for what room they were placed */
  labelled = undefined;

  /** @param {import("../received.js").PanelSpec & Content} spec */
  constructor(spec) {
    super(spec);
    this.line = element("div", { className: "cl-cursor" });
    this.dot = element("div", { className: "cl-dot" });
    this.value = element("span", { className: "cl-value" });
    this.note = element("p", { className: "cl-curve-note", hidden: true });
    this.root.append(this.note, this.line, this.dot);
    this.title.after(this.value);
  }

  /** @override */
  get wholeRun() {
    return true;
  }

  /**
   * @override
   * @param {import("../received.js").PanelSpec & Content} spec
   * @param {Readonly<import("../panel.js").Received>} payload
   * @param {import("../panel.js").ViewState} view
   */
  update(spec, payload, view) {
    this.labelled = undefined;
    super.update(spec, payload, view);
  }

  /** @override */
  get alt() {
    const words = this.note?.textContent;
    return words ? `${super.alt} ${words}` : super.alt;
  }

  /**
   * What has no place on a logarithmic axis is counted over the whole run, so it is said once all of it was seen.
   * @override
   */
  describe() {
    const { options, reveal } = this.view ?? {};
    const words = (options?.on("scale") && !reveal?.withholds && this.spec.placeless) || "";
    if (this.note) Object.assign(this.note, { textContent: words, hidden: !words }); // before the figure, which takes the room that is left
    super.describe();
  }

  /** @override */
  draw() {
    this.describe();
    this.edge = this.view?.reveal?.edge;
    super.draw();
  }

  /** More may be seen, or all: lines go on where they end, which takes Plotly half as long as to draw all anew. */
  advance() {
    const { reveal, options, Plotly } = this.view ?? {};
    const traces = this.traces().map((trace) => ({ ...trace }));
    if (reveal?.edge === Infinity || traces.some(({ type }) => type === "heatmap")) return this.draw();
    this.edge = reveal?.edge;
    if (options?.on("scale")) withGaps(traces);
    const places = [...traces.keys()].filter((i) => options?.on("paths") || traces[i].meta !== "every world");
    const data = places.map((i) => LENGTHENED.reduce((part, name) => (traces[i][name] ? { ...part, [name]: traces[i][name] } : part), {}));
    const atOnce = { mode: "immediate", frame: { duration: 0, redraw: false }, transition: { duration: 0 } };
    this.drawn = Plotly.animate(this.body, { data, traces: places }, atOnce).catch(() => {}); // it refuses where the next one comes sooner
  }

  /**
   * Its lines with their names, up to the generation that may be seen.
   * @override
   * @returns {Trace[]}
   */
  traces() {
    const { edge = Infinity } = this.view?.reveal ?? {};
    const foreknown = this.spec.foreknown ?? [];
    const named = this.named();
    if (edge === Infinity) return named;
    return named.map((trace, i) => (foreknown.includes(i) ? trace : upTo(trace, edge, (index) => this.reach(trace, index))));
  }

  /** The room that the lines have, in pixels, and how large the type is on it. */
  get room() {
    const { l, r, t, b } = this.spec.layout.margin;
    const type = this.view?.type ?? 1;
    const width = (this.body.clientWidth || NARROWEST.width) - type * (l + r);
    return { width, height: (this.body.clientHeight || NARROWEST.height) - type * (t + b), type };
  }

  /** @returns {Trace[]} */
  named() {
    const { labels = [], data } = this.spec;
    if (!labels.length) return data;
    const room = JSON.stringify([this.room, this.view?.options.on("scale")]);
    if (this.labelled?.room !== room) this.labelled = { room, placed: this.placed(labels) };
    return this.labelled.placed;
  }

  /**
   * @param {Label[]} labels
   * @returns {Trace[]}
   */
  placed(labels) {
    const data = [...this.spec.data];
    const { height, type } = this.room;
    const named = new Set(labels.map(({ of }) => of));
    const drawn = data.map((trace, i) => (named.has(i) || isNamedLine(trace) ? this.columns(trace) : []));
    const wanted = labels.map(({ trace, of }) => ({ width: this.width(data[trace], 0), size: data[trace].textfont.size * type, line: drawn[of] }));
    placeLabels(wanted, drawn.filter((line) => line.length), height).forEach((place, k) => {
      const { trace } = labels[k];
      const x = place && Math.min(this.generationAt(place.x), this.spec.layout.xaxis.range[1]); // Plotly leaves out what is beyond the axis by a hair
      const at = place ? { x: [x], y: [this.valueAt(1 - place.y / height)], textposition: place.side } : { x: [], y: [], text: [] };
      data[trace] = { ...data[trace], ...at };
    });
    return data;
  }

  /**
   * Where a line runs, in pixels.
   * @param {Trace} trace
   */
  columns({ x, y }) {
    const { width, height } = this.room;
    const up = y.map((/** @type {number | null} */ value) => ((share) => (share < 0 ? null : height * (1 - share)))(this.height(value)));
    return columnsOf(x.map((/** @type {number} */ generation) => width * this.across(generation)), up, width);
  }

  /**
   * Where a generation stands between the left end of the axis (0) and the right one (1).
   * @param {number} generation
   */
  across(generation) {
    const [from, to] = this.spec.layout.xaxis.range;
    return (generation - from) / (to - from);
  }

  /** @param {number} pixels from the left */
  generationAt(pixels) {
    const [from, to] = this.spec.layout.xaxis.range;
    return from + ((to - from) * pixels) / this.room.width;
  }

  /** @param {number} share of the height */
  valueAt(share) {
    const log = this.view?.options.on("scale") && this.spec.log;
    const [low, high] = (log ? this.spec.log : this.spec.layout.yaxis).range;
    const value = low + (high - low) * share;
    return log ? 10 ** value : value;
  }

  /**
   * The pixels that a text takes.
   * @param {Trace} trace
   * @param {number} index
   */
  width({ text, textfont }, index) {
    return textWidth(text[index], textfont.size * this.room.type, this.spec.layout.font?.family);
  }

  /**
   * The generation that a point of a trace reaches to, with the words that stand at it.
   * @param {Trace} trace
   * @param {number} index
   */
  reach(trace, index) {
    const words = trace.mode === "text" && !trace.textposition?.endsWith("left") ? this.width(trace, index) : 0;
    return trace.x[index] + this.generationAt(words) - this.generationAt(0);
  }

  /**
   * @override
   * @param {number} position
   */
  show(position) {
    this.position = position;
    if (this.edge !== this.view?.reveal?.edge) this.advance();
    if (!this.margin || !this.payload || !this.value) return;
    const { cursor } = this.spec;
    const { l, r, t, b } = this.margin;
    const i = Math.round(position);
    this.value.textContent = cursor.texts[i] ?? "";
    this.value.title = cursor.help ?? "";
    const width = this.body.clientWidth - l - r;
    const height = this.body.clientHeight - t - b;
    const { generations } = this.payload;
    const generation = interpolated([generations[Math.floor(position)]], [generations[Math.ceil(position)]], position % 1)[0];
    const x = this.body.offsetLeft + l + width * this.across(generation);
    const top = this.body.offsetTop + t;
    const share = this.height(cursor.values[i]);
    this.line.style.cssText = `transform:translate(${x}px,${top}px);height:${height}px`;
    this.dot.style.cssText = `transform:translate(${x}px,${top + height * (1 - share)}px);opacity:${share >= 0 && share <= 1 ? 1 : 0}`;
  }

  /**
   * Where a value stands between the bottom (0) and the top (1) of the axis; -1 where it has no place on it.
   * @param {number | null} value
   */
  height(value) {
    const log = this.view?.options.on("scale") && this.spec.log;
    const [low, high] = (log ? this.spec.log : this.spec.layout.yaxis).range;
    if (value === null || (log && value <= 0)) return -1;
    return ((log ? Math.log10(value) : value) - low) / (high - low);
  }

  /** @override */
  overlay() {
    const { ink, synthetic, paper } = this.colours;
    const line = middle(this.line, this.body);
    const ends = { x1: line.x, x2: line.x, y1: line.y - line.height / 2, y2: line.y + line.height / 2 };
    /** @type {SVGElement[]} */
    const marks = [svgElement("line", { ...ends, stroke: ink, "stroke-opacity": 0.45, "stroke-width": 1.5 })];
    if (this.dot.style.opacity === "1") {
      const dot = middle(this.dot, this.body);
      marks.push(svgElement("circle", { cx: dot.x, cy: dot.y, r: 4.5, fill: synthetic, stroke: paper, "stroke-width": 2 }));
    }
    return marks;
  }

  /**
   * Names that fitted one room may not fit another.
   * @override
   */
  resize() {
    if (this.labelled && this.labelled.placed !== this.named()) this.draw();
    super.resize();
    if (this.position !== undefined) this.show(this.position);
  }
}

/** @param {Trace} trace */
function isNamedLine({ mode, name, line }) {
  return mode === "lines" && name !== undefined && line?.width > 0;
}

/**
 * The middle of a node, in pixels of another.
 * @param {Element} node
 * @param {Element} inside
 */
function middle(node, inside) {
  const box = inside.getBoundingClientRect();
  const { left, top, width, height } = node.getBoundingClientRect();
  return { x: left - box.left + width / 2, y: top - box.top + height / 2, height };
}

PANELS.curve = CurvePanel;
