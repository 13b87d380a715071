// @ts-check
// The legend of a picture: what its lines and areas are, as marks and words that stand in rows under it.

import { svgElement } from "../browser/dom.js";

/** @typedef {import("./received.js").Trace} Trace */
/** @typedef {{ text: string, trace: Trace } | { text: string, dot: string, rim: string }} Entry a trace, or a dot of a colour with its rim */

const MARK_WIDTH = 20; // pixels, as wide as it takes to tell a dashed line from a dotted one
const MARK_GAP = 5; // between a mark and its words
const ENTRY_GAP = 14; // two entries
const LEGEND_ROW = 1.45; // of the size of type
const MOST_NAMED = 8; // entries: where there are more, as with the classes of a map, names stand in the picture

/** @type {Record<string, string>} */
const DASHES = { dash: "5 3", dot: "1.5 2", dashdot: "6 2 1.5 2" };

/**
 * The entries of a plot: those that its own legend has, or else the lines and bars that have a name.
 * @param {Trace[]} data
 * @param {import("./received.js").LegendEntry[] | undefined} legend
 * @returns {Entry[]}
 */
export function entriesOf(data, legend) {
  const shown = data.filter((trace) => trace.visible !== false);
  if (legend) {
    return legend.flatMap(({ mark, term: text }) => shown.filter((trace) => trace.legendgroup === mark).slice(0, 1).map((trace) => ({ text, trace })));
  }
  const named = shown.filter((trace) => trace.name && (trace.mode === "lines" || trace.type === "bar") && colourOfMark(trace));
  const first = named.filter((trace, k) => named.findIndex((other) => other.name === trace.name) === k);
  return first.length > MOST_NAMED ? [] : first.map((trace) => ({ text: trace.name, trace }));
}

/** @param {Trace} trace */
function colourOfMark(trace) {
  const colour = trace.type === "bar" ? trace.marker?.color : (trace.fillcolor ?? trace.line?.color);
  return typeof colour === "string" ? colour : undefined;
}

/**
 * The legend in rows of a width.
 * @param {Entry[]} entries
 * @param {number} width
 * @param {number} size of type
 * @param {string} ink
 * @param {(text: string) => number} measured how wide words are in that size
 */
export function legendRows(entries, width, size, ink, measured) {
  let [x, y] = [0, 0];
  const nodes = entries.flatMap((entry) => {
    const wide = MARK_WIDTH + MARK_GAP + measured(entry.text);
    if (x && x + wide > width) [x, y] = [0, y + size * LEGEND_ROW];
    const middle = y + size * LEGEND_ROW * 0.5;
    const words = svgElement("text", { x: x + MARK_WIDTH + MARK_GAP, y: middle + size * 0.33, "font-size": size, fill: ink }, entry.text);
    const drawn = "dot" in entry ? dot(entry, x, middle) : mark(entry.trace, x, middle, size);
    x += wide + ENTRY_GAP;
    return [...drawn, words];
  });
  return { nodes, height: entries.length ? y + size * LEGEND_ROW : 0 };
}

/**
 * @param {{ dot: string, rim: string }} entry
 * @param {number} x
 * @param {number} y
 */
function dot({ dot: fill, rim }, x, y) {
  return [svgElement("circle", { cx: x + MARK_WIDTH / 2, cy: y, r: 3.5, fill, stroke: rim, "stroke-width": 1 })];
}

/**
 * @param {Trace} trace
 * @param {number} x
 * @param {number} y the middle
 * @param {number} size of the type beside it
 */
function mark(trace, x, y, size) {
  const { fill, line, fillpattern: hatch } = trace;
  const [top, high] = [y - size * 0.4, size * 0.8];
  /** @type {SVGElement[]} */
  const nodes = [];
  const area = trace.type === "bar" ? colourOfMark(trace) : fill ? trace.fillcolor : undefined;
  if (area) nodes.push(svgElement("rect", { x, y: top, width: MARK_WIDTH, height: high, ...painted("fill", area) }));
  if (area && hatch?.shape) {
    for (let left = x; left < x + MARK_WIDTH - 1; left += 5) {
      const end = Math.min(left + high, x + MARK_WIDTH);
      nodes.push(svgElement("path", { d: `M${left} ${top + high}L${end} ${top + high - (end - left)}`, ...painted("stroke", hatch.fgcolor), "stroke-width": 0.7 }));
    }
  }
  if (trace.mode === "lines" && line?.width) {
    const stroke = { ...painted("stroke", line.color), "stroke-width": line.width, "stroke-dasharray": DASHES[line.dash] ?? "none" };
    nodes.push(svgElement("path", { d: `M${x} ${y}H${x + MARK_WIDTH}`, fill: "none", ...stroke }));
  }
  return nodes;
}

/**
 * A colour as attributes that every reader of SVG knows: opacity apart.
 * @param {"fill" | "stroke"} what
 * @param {string} colour "#rrggbb", "rgba(r,g,b,a)", or "color(srgb r g b / a)", as browsers tell what they have mixed
 * @returns {Record<string, string>}
 */
export function painted(what, colour) {
  const [, kind, inside] = /^(rgba|color)\((?:srgb )?(.*)\)$/.exec(colour) ?? [];
  if (!kind) return { [what]: colour };
  const [r, g, b, a = 1] = inside.split(/[\s,/]+/).map(Number);
  const rgb = [r, g, b].map((value) => (kind === "color" ? Math.round(255 * value) : value));
  return { [what]: `rgb(${rgb})`, [`${what}-opacity`]: String(a) };
}
