// @ts-check
// A panel that Plotly draws: restyled from frame to frame, and interpolated between two.

import { svgElement } from "../browser/dom.js";
import { coloured } from "./colours.js";
import { eased, interpolated } from "./frames.js";
import { withTraces } from "./library.js";
import { lineLabels } from "./line_labels.js";
import { PANELS, Panel } from "./panel.js";
import { TYPE, forPaper } from "./paper.js";
import { entriesOf } from "./print_legend.js";
import { tableOfTraces } from "./trace_tables.js";

/** @typedef {import("./received.js").Trace} Trace */
/** @typedef {import("./received.js").LineName} LineName */
/** @typedef {Map<string, { values: any[], traces: number[] }>} Updates what changes, by attribute: values, and the traces they are of */

/**
 * What a plot may have besides what every panel has.
 * @typedef {object} Content
 * @property {OnionSkin[]} [onion_skin] traces that show an earlier generation of another
 * @property {Record<string, any>} [log] the vertical axis where it is logarithmic
 * @property {LineName[]} [names] of lines, which find their places where they are drawn; the first ones choose first
 */

/**
 * @typedef {object} OnionSkin
 * @property {number} trace which it is
 * @property {number} of the trace whose shape it has
 * @property {number} lag how many frames earlier
 */

const PLOT_TYPE = TYPE.text / 12; // of the type on stage, which is 12 pixels

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
    const { Plotly, colours, position: at, type } = this.view;
    const position = at ?? this.position ?? 0;
    const { data, layout } = this.figure(this.view.options, position, colours, type, this.frames);
    /** @type {{ l: number, r: number, t: number, b: number }} */
    this.margin = layout.margin;
    this.body.classList.add("cl-plot");
    this.position = position;
    this.drawn = withTraces(Plotly, data).react(this.body, data, { ...layout, autosize: true }, CONFIG);
    this.shown = position;
  }

  /**
   * What Plotly draws at a position.
   * @param {import("./view_options.js").ViewOptions} options
   * @param {number} position
   * @param {import("./colours.js").Palette} colours
   * @param {number} type how much larger type is than on a page
   * @param {import("./received.js").Frame[]} [frames] in these colours
   * @param {Trace[]} [traces] as they are before a frame changes them
   * @returns {import("./paper.js").Figure}
   */
  figure(options, position, colours, type, frames, traces = this.traces()) {
    const { data, layout } = enlarged(coloured({ data: traces, layout: this.spec.layout }, colours), type);
    const axes = this.spec.log && options.on("scale") ? { yaxis: { ...layout.yaxis, ...this.spec.log } } : {};
    if ("yaxis" in axes) withGaps(data);
    if (!options.on("paths")) for (const trace of data) if (trace.meta === "every world") trace.visible = false;
    for (const [attribute, { values, traces }] of this.updates(position, frames)) {
      traces.forEach((trace, j) => assign(data[trace], attribute.split("."), values[j]));
    }
    return { data, layout: { ...layout, ...axes } };
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
   * @param {import("./received.js").Frame[]} [frames]
   * @returns {Updates}
   */
  updates(position, frames = this.frames) {
    /** @type {Updates} */
    const updates = new Map();
    if (!frames?.length) return updates;
    const i = Math.min(Math.floor(position), frames.length - 1);
    const share = eased(position - Math.floor(position));
    const frame = frames[i];
    const next = frames[Math.min(i + 1, frames.length - 1)];
    frame.traces.forEach((trace, j) => {
      for (const [attribute, value] of Object.entries(frame.data[j])) addUpdate(updates, attribute, interpolated(value, next.data[j][attribute], share), trace);
    });
    // Earlier generations as outlines of the same shape.
    for (const { trace, of, lag } of /** @type {OnionSkin[]} */ (this.spec.onion_skin ?? [])) {
      const past = frames[Math.max(0, i - lag)];
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

  /**
   * @override
   * @param {import("./paper.js").Page} page
   */
  async drawing({ width, colours }) {
    if (!this.view) throw new Error("nothing is drawn yet");
    const { options, Plotly } = this.view;
    const frames = coloured(this.spec.frames, colours);
    const drawn = forPaper(this.figure(options, this.position ?? 0, colours, PLOT_TYPE, frames), this.spec.titles, width);
    const names = coloured(this.spec.names ?? [], colours).map((/** @type {LineName} */ name) => ({ ...name, text: name.term, size: TYPE.label }));
    const labels = lineLabels(drawn, names, colours.soft).flatMap(({ nodes }) => nodes);
    const { data, layout, height } = drawn;
    const image = await withTraces(Plotly, data).toImage({ data, layout, config: CONFIG }, { format: "svg", width, height });
    const text = decodeURIComponent(image.slice(image.indexOf(",") + 1));
    const plot = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
    plot.style.overflow = "visible";
    const { nodes: over, entries } = this.overlay(drawn, colours);
    return { node: svgElement("g", {}, plot, ...over, ...labels), height, legend: [...entriesOf(data, this.spec.legend), ...entries] };
  }

  /**
   * What stands over the plot besides, and what the legend says of it.
   * @param {ReturnType<typeof forPaper>} _drawn
   * @param {import("./colours.js").Palette} _colours
   * @returns {{ nodes: SVGElement[], entries: import("./print_legend.js").Entry[] }}
   */
  overlay(_drawn, _colours) {
    return { nodes: [], entries: [] };
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
