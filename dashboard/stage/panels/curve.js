// @ts-check
// A curve: a plot of all generations with a cursor at the one shown, and its value beside the title.

import { element, svgElement } from "../../browser/dom.js";
import { interpolated } from "../frames.js";
import { PANELS } from "../panel.js";
import { areaOf } from "../paper.js";
import { PlotPanel } from "../plot.js";

/**
 * What a curve has besides what every panel has.
 * @typedef {object} Content
 * @property {Cursor} cursor
 * @property {Record<string, any>} [log] the vertical axis where it is logarithmic
 * @property {Titles} [titles] of the axes, where there is room for them
 * @property {string} [placeless] what has no place on that one; empty where everything has
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

export class CurvePanel extends PlotPanel {
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

  /** @override */
  draw() {
    const words = (this.view?.options.on("scale") && this.spec.placeless) || "";
    if (this.note) Object.assign(this.note, { textContent: words, hidden: !words }); // before the figure, which takes the room that is left
    this.body.setAttribute("aria-label", words ? `${this.spec.alt} ${words}` : this.spec.alt);
    super.draw();
  }

  /**
   * @override
   * @param {number} position
   */
  show(position) {
    this.position = position;
    if (!this.margin || !this.payload || !this.value) return;
    const { cursor, layout } = this.spec;
    const { l, r, t, b } = this.margin;
    const i = Math.round(position);
    this.value.textContent = cursor.texts[i] ?? "";
    this.value.title = cursor.help ?? "";
    const width = this.body.clientWidth - l - r;
    const height = this.body.clientHeight - t - b;
    const [from, to] = layout.xaxis.range;
    const { generations } = this.payload;
    const generation = interpolated([generations[Math.floor(position)]], [generations[Math.ceil(position)]], position % 1)[0];
    const x = this.body.offsetLeft + l + (width * (generation - from)) / (to - from);
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

  /** @override */
  resize() {
    super.resize();
    if (this.position !== undefined) this.show(this.position);
  }
}

PANELS.curve = CurvePanel;
