// @ts-check
// Labels of lines in a picture: each beside the line that it names, where no line crosses it and none is nearer; else led to it.

import { svgElement } from "../browser/dom.js";
import { TYPE, areaOf } from "./paper.js";
import { widthOf } from "./svg_text.js";

/** @typedef {import("./paper.js").Area} Area */
/** @typedef {number[]} Heights of a line, in pixels from the top, one for each column of pixels; NaN where it is not drawn */
/** @typedef {{ left: number, right: number, top: number, bottom: number }} Box in pixels */
/** @typedef {{ box: Box, at: { x: number, y: number }, led: boolean }} Place of a label, the point of its line, and whether a stroke leads there */

const BESIDE = 2; // pixels between a label and its line
const STEPS = [0, 6, 14, 26]; // pixels farther away, where that is what it takes
const ALONG = 24; // places along a line
const COST = { outside: 1000, covered: 200, crossed: 100, confused: 30, passed: 8, step: 0.3, place: 0.2 };

/**
 * The labels of a plot's lines as nodes of an SVG, and the traces that are left for Plotly to draw.
 * @param {{ data: import("./received.js").Trace[], layout: Record<string, any>, width: number, height: number }} drawn
 * @param {import("./colours.js").Palette} colours
 */
export function lineLabels(drawn, colours) {
  const { data, layout } = drawn;
  const lines = data.filter((trace) => trace.mode === "lines" && trace.line?.width && trace.visible !== false);
  const own = data.filter((trace) => trace.mode === "text" && lines.some(({ name }) => name && name === trace.meta));
  const area = areaOf(drawn);
  const ranges = { x: layout.xaxis?.range, y: layout.yaxis?.range, log: layout.yaxis?.type === "log" };
  const heights = own.length ? lines.map(({ x, y }) => heightsOf({ x, y }, area, ranges)) : [];
  const labels = own.map(({ text, meta }) => ({ line: lines.findIndex(({ name }) => name === meta), width: widthOf(text[0], TYPE.label) }));
  const places = placeLabels(labels, heights, area, TYPE.label);
  const nodes = places.flatMap((place, k) => (place ? written(own[k].text[0], place, colours) : []));
  return { nodes, others: data.filter((trace) => !own.includes(trace)) };
}

/**
 * @param {string} text
 * @param {Place} place
 * @param {import("./colours.js").Palette} colours
 */
function written(text, { box, at, led }, { ink, soft }) {
  const middle = Math.min(Math.max(at.x, box.left), box.right);
  const edge = at.y < box.top ? box.top : box.bottom;
  const stroke = led ? [svgElement("path", { d: `M${middle} ${edge}L${at.x} ${at.y}`, stroke: soft, "stroke-width": 0.6, fill: "none" })] : [];
  // Letters without a tail stand on a line a fifth of their size above the bottom.
  return [...stroke, svgElement("text", { x: box.left, y: box.bottom - TYPE.label * 0.2, "font-size": TYPE.label, fill: ink }, text)];
}

/**
 * @param {{ x: number[], y: (number | null)[] }} line
 * @param {Area} area
 * @param {{ x: number[], y: number[], log: boolean }} ranges of the axes; of a logarithmic one the ends are powers of ten
 * @returns {Heights}
 */
export function heightsOf({ x, y }, area, ranges) {
  const [[from, to], [low, high]] = [ranges.x, ranges.y];
  const across = x.map((value) => ((value - from) / (to - from)) * area.width);
  const down = y.map((value) => {
    const place = value === null ? NaN : ranges.log ? (value > 0 ? Math.log10(value) : NaN) : value;
    return area.top + area.height * (1 - (place - low) / (high - low));
  });
  let k = 0;
  return Array.from({ length: Math.floor(area.width) + 1 }, (_, column) => {
    while (k < across.length - 2 && across[k + 1] < column) k++;
    const share = (column - across[k]) / (across[k + 1] - across[k]);
    return share >= 0 && share <= 1 ? down[k] + share * (down[k + 1] - down[k]) : NaN;
  });
}

/**
 * Places for the labels of some lines, one after another.
 * @param {{ line: number, width: number }[]} labels each with the place of its line among all, and how wide it is
 * @param {Heights[]} lines all that are drawn
 * @param {Area} area
 * @param {number} height of a label
 * @returns {(Place | undefined)[]} none for a line that is nowhere drawn
 */
export function placeLabels(labels, lines, area, height) {
  /** @type {Place[]} */
  const placed = [];
  return labels.map(({ line, width }) => {
    const offered = places(lines[line], { width, height }, area).map((place) => ({ place, cost: place.cost + cost(place, line, lines, area, placed) }));
    const best = offered.reduce((a, b) => (b.cost < a.cost ? b : a), offered[0]);
    if (!best) return undefined;
    const { box, at, step } = best.place;
    const led = step > 0 || isConfused(box, line, lines, area);
    const place = { box, at, led };
    placed.push(place);
    return place;
  });
}

/**
 * Where a label may stand, the end of the line first.
 * @param {Heights} heights
 * @param {{ width: number, height: number }} size
 * @param {Area} area
 */
function places(heights, { width, height }, area) {
  const drawn = heights.flatMap((y, column) => (y >= area.top && y <= area.top + area.height ? [column] : []));
  const columns = Array.from({ length: drawn.length ? ALONG : 0 }, (_, k) => drawn[Math.round(((drawn.length - 1) * (ALONG - 1 - k)) / (ALONG - 1))]);
  return columns.flatMap((column, k) =>
    STEPS.flatMap((step) =>
      [-1, 1].flatMap((side) =>
        [1, 0.5, 0].map((share) => {
          const left = area.left + column - share * width;
          const edge = heights[column] + side * (BESIDE + step);
          const box = { left, right: left + width, top: side < 0 ? edge - height : edge, bottom: side < 0 ? edge : edge + height };
          return { box, step, at: { x: area.left + column, y: heights[column] }, cost: COST.step * step + COST.place * k };
        }),
      ),
    ),
  );
}

/**
 * How bad a place is: outside, over others, crossed, nearer to another line, or led to its own across others.
 * @param {{ box: Box, at: { x: number, y: number } }} place
 * @param {number} own
 * @param {Heights[]} lines
 * @param {Area} area
 * @param {Place[]} placed
 */
function cost({ box, at }, own, lines, area, placed) {
  const inside = box.left >= area.left && box.right <= area.left + area.width && box.top >= area.top && box.bottom <= area.top + area.height;
  const covered = placed.filter(({ box: other }) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom).length;
  const crossed = lines.filter((line) => distance(box, line, area) < 1).length;
  const confused = isConfused(box, own, lines, area);
  const [high, low] = [Math.min(at.y, box.bottom), Math.max(at.y, box.top)];
  const passed = lines.filter((line, k) => k !== own && line[at.x - area.left] > high && line[at.x - area.left] < low).length;
  return COST.outside * Number(!inside) + COST.covered * covered + COST.crossed * crossed + COST.confused * Number(confused) + COST.passed * passed;
}

/**
 * Whether another line is nearer to a label than its own.
 * @param {Box} box
 * @param {number} own
 * @param {Heights[]} lines
 * @param {Area} area
 */
export function isConfused(box, own, lines, area) {
  const near = distance(box, lines[own], area);
  return lines.some((line, k) => k !== own && distance(box, line, area) < near);
}

/**
 * How far a line passes above or below a box, in pixels; 0 where it crosses it.
 * @param {Box} box
 * @param {Heights} heights
 * @param {Area} area
 */
export function distance({ left, right, top, bottom }, heights, area) {
  let least = Infinity;
  for (let column = Math.max(0, Math.floor(left - area.left)); column <= Math.min(heights.length - 1, Math.ceil(right - area.left)); column++) {
    const [here, next] = [heights[column], heights[column + 1]];
    if (Number.isNaN(here)) continue;
    const [high, low] = next >= 0 || next < 0 ? [Math.min(here, next), Math.max(here, next)] : [here, here];
    least = Math.min(least, Math.max(0, top - low, high - bottom));
  }
  return least;
}
