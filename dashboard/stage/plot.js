// @ts-check
// A panel that Plotly draws: restyled from frame to frame, and interpolated between two.

import { svgElement } from "../browser/dom.js";
import { coloured } from "./colours.js";
import { eased, interpolated } from "./frames.js";
import { withTraces } from "./library.js";
import { PANELS, Panel } from "./panel.js";
import { tableOfTraces } from "./trace_tables.js";

/** @typedef {import("./received.js").Trace} Trace */
/** @typedef {Map<string, { values: any[], traces: number[] }>} Updates what changes, by attribute: values, and the traces they are of */

/**
 * What a plot may have besides what every panel has.
 * @typedef {object} Content
 * @property {OnionSkin[]} [onion_skin] traces that show an earlier generation of another
 * @property {Record<string, any>} [log] the vertical axis where it is logarithmic
 */

/**
 * @typedef {object} OnionSkin
 * @property {number} trace which it is
 * @property {number} of the trace whose shape it has
 * @property {number} lag how many frames earlier
 */

const CONFIG = { displayModeBar: false, displaylogo: false, showSendToCloud: false, responsive: false, doubleClick: "reset" };

/**
 * @param {any} target
 * @param {string[]} path
 * @param {any} value
 */
export function assign(target, path, value) {
  for (const key of path.slice(0, -1)) target = target[key] ??= {};
  target[path[path.length - 1]] = value;
}

/**
 * The same drawing with larger type and the room it takes.
 * @param {any} value traces, a layout or a part of them
 * @param {number} by
 * @param {string} [name] of the part
 * @returns {any}
 */
export function enlarged(value, by, name = "") {
  if (by === 1 || value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return typeof value[0] === "object" ? value.map((item) => enlarged(item, by)) : value;
  const grows = /font$|^margin$/.test(name);
  const larger = Object.entries(value).map(([key, item]) => [key, grows && typeof item === "number" ? item * by : enlarged(item, by, key)]);
  return Object.fromEntries(larger);
}

/**
 * Nothing has no logarithm: a line has a gap there instead of a plunge.
 * @param {Trace[]} data
 */
export function withGaps(data) {
  for (const trace of data) if (trace.mode === "lines" && trace.line?.width) trace.y = trace.y.map((/** @type {number} */ y) => (y > 0 ? y : null));
}

export class PlotPanel extends Panel {
  /** @type {number | undefined} */
  shown = undefined;

  /**
   * @override
   * @param {import("./panel.js").PanelSpec} spec
   * @param {Readonly<import("./panel.js").Received>} payload
   * @param {import("./panel.js").ViewState} view
   */
  update(spec, payload, view) {
    super.update(spec, payload, view);
    /** @type {import("./received.js").Frame[]} */
    this.frames = spec.frames.map((frame) => coloured(frame, view.colours));
    this.draw();
  }

  /** @override */
  draw() {
    if (!this.view) return;
    const { Plotly, colours, options, position: at, type } = this.view;
    const { data, layout } = enlarged(coloured({ data: this.traces(), layout: this.spec.layout }, colours), type);
    /** @type {{ l: number, r: number, t: number, b: number }} */
    this.margin = layout.margin;
    this.body.classList.add("cl-plot");
    const axes = this.spec.log && options.on("scale") ? { yaxis: { ...layout.yaxis, ...this.spec.log } } : {};
    if ("yaxis" in axes) withGaps(data);
    if (!options.on("paths")) for (const trace of data) if (trace.meta === "every world") trace.visible = false;
    const position = at ?? this.position ?? 0;
    this.position = position;
    for (const [attribute, { values, traces }] of this.updates(position)) {
      traces.forEach((trace, j) => assign(data[trace], attribute.split("."), values[j]));
    }
    this.drawn = withTraces(Plotly, data).react(this.body, data, { ...layout, ...axes, autosize: true }, CONFIG);
    this.shown = position;
  }

  /**
   * @override
   * @param {number} position
   */
  show(position) {
    super.show(position);
    if (this.shown === position) return;
    this.shown = position;
    this.apply(this.updates(position));
  }

  /**
   * The traces that may be seen, as they are before a frame changes them.
   * @returns {Trace[]}
   */
  traces() {
    return this.spec.data;
  }

  /**
   * What the traces look like at a position.
   * @param {number} position
   * @returns {Updates}
   */
  updates(position) {
    /** @type {Updates} */
    const updates = new Map();
    if (!this.frames?.length) return updates;
    const i = Math.min(Math.floor(position), this.frames.length - 1);
    const share = eased(position - Math.floor(position));
    const frame = this.frames[i];
    const next = this.frames[Math.min(i + 1, this.frames.length - 1)];
    frame.traces.forEach((trace, j) => {
      for (const [attribute, value] of Object.entries(frame.data[j])) addUpdate(updates, attribute, interpolated(value, next.data[j][attribute], share), trace);
    });
    // Earlier generations as outlines of the same shape.
    for (const { trace, of, lag } of /** @type {OnionSkin[]} */ (this.spec.onion_skin ?? [])) {
      const past = this.frames[Math.max(0, i - lag)];
      for (const [attribute, value] of Object.entries(past.data[past.traces.indexOf(of)])) addUpdate(updates, attribute, value, trace);
    }
    return updates;
  }

  /**
   * In one go, for each restyling draws the whole plot; a trace that an attribute does not speak of keeps its own.
   * @param {Updates} updates
   */
  apply(updates) {
    const every = [...new Set([...updates.values()].flatMap(({ traces }) => traces))];
    if (!every.length) return;
    /** @type {Record<string, any[]>} */
    const change = {};
    for (const [attribute, { values, traces }] of updates) change[attribute] = every.map((trace) => values[traces.indexOf(trace)]);
    this.drawn = this.view?.Plotly.restyle(this.body, change, every);
  }

  /**
   * @override
   * @param {number} frame
   */
  table(frame) {
    const traces = this.traces().map((trace) => ({ ...trace }));
    for (const [attribute, { values, traces: places }] of this.updates(frame)) {
      places.forEach((place, j) => attribute.includes(".") || (traces[place][attribute] = values[j]));
    }
    return tableOfTraces(traces, this.spec.layout);
  }

  /** @override */
  async drawing() {
    const { clientWidth: width, clientHeight: height } = this.body;
    const image = await this.view?.Plotly.toImage(this.body, { format: "svg", width, height });
    const text = decodeURIComponent(image.slice(image.indexOf(",") + 1));
    const plot = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
    plot.style.overflow = "visible";
    return svgElement("g", {}, plot, ...this.overlay());
  }

  /**
   * What stands over the plot as elements of its own, as nodes of an SVG.
   * @returns {SVGElement[]}
   */
  overlay() {
    return [];
  }

  /** @override */
  resize() {
    if (this.body.isConnected && this.body.clientWidth) this.view?.Plotly.Plots.resize(this.body);
  }

  /**
   * Plotly stumbles over a plot that is purged while it is still being drawn.
   * @override
   */
  dispose() {
    super.dispose();
    const purge = () => this.view?.Plotly.purge(this.body);
    Promise.resolve(this.drawn).then(purge, purge);
  }
}

/**
 * @param {Updates} updates
 * @param {string} attribute
 * @param {any} value
 * @param {number} trace
 */
function addUpdate(updates, attribute, value, trace) {
  const { values, traces } = updates.get(attribute) ?? { values: [], traces: [] };
  updates.set(attribute, { values: [...values, value], traces: [...traces, trace] });
}

PANELS.plot = PlotPanel;
