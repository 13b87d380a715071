// @ts-check
// A curve: a plot of all generations with a cursor at the one shown, and its value beside the title.

import { element, svgElement } from "../../browser/dom.js";
import { coloured } from "../colours.js";
import { interpolated } from "../frames.js";
import { lineLabels } from "../line_labels.js";
import { PANELS } from "../panel.js";
import { areaOf } from "../paper.js";
import { PlotPanel, withGaps } from "../plot.js";
import { upTo } from "../revealing.js";

/** @typedef {import("../received.js").Trace} Trace */
/** @typedef {import("../received.js").LineName} LineName */

/**
 * What a curve has besides what every panel has.
 * @typedef {object} Content
 * @property {Cursor} cursor
 * @property {Record<string, any>} [log] the vertical axis where it is logarithmic
 * @property {Titles} [titles] of the axes, where there is room for them
 * @property {LineName[]} [names] of lines, which find their places where they are drawn; the first ones choose first
 * @property {string} [placeless] what has no place on that one; empty where everything has
 * @property {number[]} [foreknown] the traces that tell nothing of the run, and may be seen before it is played
 */

/**
 * @typedef {object} Titles
 * @property {string} x
 * @property {string} y
 */

/**
 * @typedef {object} Cursor
 * @property {(number | null)[]} values where its dot stands, one a frame; null where there is none
 * @property {string[]} texts the value in words, one a frame
 * @property {string} [help] what the value tells when a pointer rests on it
 */

const LENGTHENED = ["x", "y", "text"]; // what of a trace is longer, the more may be seen

export class CurvePanel extends PlotPanel {
  /** @type {number | undefined} the generation up to which it is drawn */
  edge = undefined;
  /** @type {import("../line_labels.js").Label[]} */
  labels = [];

  /** @param {import("../received.js").PanelSpec & Content} spec */
  constructor(spec) {
    super(spec);
    this.line = element("div", { className: "cl-cursor" });
    this.dot = element("div", { className: "cl-dot" });
    this.value = element("span", { className: "cl-value" });
    this.note = element("p", { className: "cl-curve-note", hidden: true });
    this.names = svgElement("svg", { class: "cl-names", "aria-hidden": "true" });
    this.root.append(this.note, this.names, this.line, this.dot);
    this.title.after(this.value);
  }

  /** @override */
  get wholeRun() {
    return true;
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
    this.name();
  }

  /** The names of its lines find their places, on the whole lines, so that they stay there while these are drawn. */
  name() {
    if (!this.view || !this.spec.names?.length) return this.names?.replaceChildren();
    const { colours, options, type } = this.view;
    const [width, height] = [this.body.clientWidth, this.body.clientHeight];
    const figure = this.figure(options, 0, colours, type, [], this.spec.data);
    const names = coloured(this.spec.names, colours).map((/** @type {LineName} */ name) => ({ ...name, size: name.size * type }));
    this.labels = lineLabels({ ...figure, width, height }, names, colours.soft);
    this.names.replaceChildren(...this.labels.flatMap(({ nodes }) => nodes));
    this.names.style.cssText = `width:${width}px;height:${height}px;transform:translate(${this.body.offsetLeft}px,${this.body.offsetTop}px)`;
    this.uncover();
  }

  /** A name is seen once all of the line beside it is. */
  uncover() {
    const { edge = Infinity } = this.view?.reveal ?? {};
    const { l = 0, r = 0 } = this.margin ?? {};
    const end = edge === Infinity ? Infinity : l + (this.body.clientWidth - l - r) * this.across(edge);
    for (const { name, right, nodes } of this.labels) {
      const seen = right <= end || this.spec.foreknown?.includes(name.of);
      for (const node of nodes) node.setAttribute("visibility", seen ? "visible" : "hidden");
    }
  }

  /** More may be seen, or all: lines go on where they end, which takes Plotly half as long as to draw all anew. */
  advance() {
    const { reveal, options, Plotly } = this.view ?? {};
    const traces = this.traces().map((trace) => ({ ...trace }));
    if (reveal?.edge === Infinity || traces.some(({ type }) => type === "heatmap")) return this.draw();
    this.edge = reveal?.edge;
    this.uncover();
    if (options?.on("scale")) withGaps(traces);
    const places = [...traces.keys()].filter((i) => options?.on("paths") || traces[i].meta !== "every world");
    const data = places.map((i) => LENGTHENED.reduce((part, name) => (traces[i][name] ? { ...part, [name]: traces[i][name] } : part), {}));
    const atOnce = { mode: "immediate", frame: { duration: 0, redraw: false }, transition: { duration: 0 } };
    this.drawn = Plotly.animate(this.body, { data, traces: places }, atOnce).catch(() => {}); // it refuses where the next one comes sooner
  }

  /**
   * Its lines up to the generation that may be seen.
   * @override
   * @returns {Trace[]}
   */
  traces() {
    const { edge = Infinity } = this.view?.reveal ?? {};
    const foreknown = this.spec.foreknown ?? [];
    if (edge === Infinity) return this.spec.data;
    return this.spec.data.map((/** @type {Trace} */ trace, /** @type {number} */ i) => (foreknown.includes(i) ? trace : upTo(trace, edge)));
  }

  /**
   * Where a generation stands between the left end of the axis (0) and the right one (1).
   * @param {number} generation
   */
  across(generation) {
    const [from, to] = this.spec.layout.xaxis.range;
    return (generation - from) / (to - from);
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

  /**
   * The generation shown: a line across, a dot at its value, and both in words.
   * @override
   * @param {{ layout: Record<string, any>, width: number, height: number }} drawn
   * @param {import("../colours.js").Palette} colours
   */
  overlay(drawn, { ink, synthetic, paper }) {
    const frame = Math.round(this.position ?? 0);
    const { left, top, width, height } = areaOf(drawn);
    const [from, to] = drawn.layout.xaxis.range;
    const generation = this.payload?.generations[frame] ?? 0;
    const x = left + (width * (generation - from)) / (to - from);
    const nodes = [svgElement("line", { x1: x, x2: x, y1: top, y2: top + height, stroke: ink, "stroke-opacity": 0.35, "stroke-width": 0.8 })];
    const share = this.height(this.spec.cursor.values[frame]);
    const text = `generation ${generation}: ${this.spec.cursor.texts[frame] ?? ""}`;
    if (share < 0 || share > 1) return { nodes, entries: [] };
    const dot = { cx: x, cy: top + height * (1 - share), r: 3.5, fill: synthetic, stroke: paper, "stroke-width": 1 };
    return { nodes: [...nodes, svgElement("circle", dot)], entries: [{ text, dot: synthetic, rim: paper }] };
  }

  /**
   * Names that fitted one room may not fit another.
   * @override
   */
  resize() {
    super.resize();
    this.name();
    if (this.position !== undefined) this.show(this.position);
  }
}

PANELS.curve = CurvePanel;
