// @ts-check
// Names of lines, on stage and on paper: each beside its line, where no line crosses it and none is nearer; else led to it.

import { svgElement } from "../browser/dom.js";
import { areaOf } from "./paper.js";
import { widthOf } from "./svg_text.js";

/** @typedef {import("./paper.js").Area} Area */
/** @typedef {number[]} Heights of a line, in pixels from the top, one for each column of pixels; NaN where it is not drawn */
/** @typedef {{ left: number, right: number, top: number, bottom: number }} Box in pixels */
/** @typedef {import("./received.js").LineName} LineName */
/** @typedef {{ name: LineName, right: number, nodes: SVGElement[] }} Label a name that has a place, up to which pixel from the left, and how it is drawn */
/** @typedef {{ box: Box, at: { x: number, y: number }, led: boolean }} Place of a label, the point of its line, and whether a stroke leads there */

const BESIDE = 2; // pixels between a label and its line
const STEPS = [0, 6, 14, 26]; // pixels farther away, where that is what it takes
const ALONG = 24; // places along a line
const RIM = 2; // pixels between two labels
const COST = { crossed: 100, confused: 30, passed: 8, step: 0.3, place: 0.2 };

/**
 * The names of a plot's lines that have a place, as nodes of an SVG over it.
 * @param {{ data: import("./received.js").Trace[], layout: Record<string, any>, width: number, height: number }} drawn
 * @param {LineName[]} names the first ones choose first
 * @param {string} soft the colour of a stroke that leads to a line
 * @returns {Label[]}
 */
export function lineLabels(drawn, names, soft) {
  const { data, layout } = drawn;
  const lines = [...data.keys()].filter((i) => data[i].mode === "lines" && data[i].line?.width && data[i].visible !== false);
  const shown = names.filter(({ of }) => lines.includes(of));
  if (!shown.length) return [];
  const area = areaOf(drawn);
  const ranges = { x: layout.xaxis.range, y: layout.yaxis.range, log: layout.yaxis.type === "log" };
  const heights = lines.map((i) => heightsOf({ x: data[i].x, y: data[i].y }, area, ranges));
  const wanted = shown.map(({ text, of, size }) => ({ line: lines.indexOf(of), width: widthOf(text, size), height: size }));
  return placeLabels(wanted, heights, area).flatMap((place, k) => (place ? [{ name: shown[k], right: place.box.right, nodes: written(shown[k], place, soft) }] : []));
}

/**
 * @param {LineName} name
 * @param {Place} place
 * @param {string} soft
 */
function written({ text, colour, size }, { box, at, led }, soft) {
  const middle = Math.min(Math.max(at.x, box.left), box.right);
  const edge = at.y < box.top ? box.top : box.bottom;
  const stroke = led ? [svgElement("path", { d: `M${middle} ${edge}L${at.x} ${at.y}`, stroke: soft, "stroke-width": 0.6, fill: "none" })] : [];
  // Letters without a tail stand on a line a fifth of their size above the bottom.
  return [...stroke, svgElement("text", { x: box.left, y: box.bottom - size * 0.2, "font-size": size, fill: colour }, text)];
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
 * Places for the labels of some lines, one after another, within the area and never on each other.
 * @param {{ line: number, width: number, height: number }[]} labels each with the place of its line among all, and how large it is
 * @param {Heights[]} lines all that are drawn
 * @param {Area} area
 * @returns {(Place | undefined)[]} none where there is no room, and for a line that is nowhere drawn
 */
export function placeLabels(labels, lines, area) {
  /** @type {Place[]} */
  const placed = [];
  return labels.map(({ line, width, height }) => {
    const free = places(lines[line], { width, height }, area).filter(({ box }) => isWithin(box, area) && !placed.some((other) => meet(box, other.box)));
    const judged = free.map((place) => ({ place, ...judge(place, line, lines, area) }));
    const best = judged.reduce((a, b) => (b.cost < a.cost ? b : a), judged[0]);
    if (!best) return undefined;
    const { box, at, step } = best.place;
    const place = { box, at, led: step > 0 || best.confused };
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
 * How bad a place is: crossed by lines, nearer to another line, or led to its own across others.
 * @param {{ box: Box, at: { x: number, y: number }, cost: number }} place
 * @param {number} own
 * @param {Heights[]} lines
 * @param {Area} area
 */
function judge({ box, at, cost }, own, lines, area) {
  const distances = lines.map((line) => distance(box, line, area));
  const crossed = distances.filter((near) => near < 1).length;
  const confused = distances.some((near, k) => k !== own && near < distances[own]);
  const [high, low] = [Math.min(at.y, box.bottom), Math.max(at.y, box.top)];
  const column = Math.round(at.x - area.left);
  const passed = lines.filter((line, k) => k !== own && line[column] > high && line[column] < low).length;
  return { cost: cost + COST.crossed * crossed + COST.confused * Number(confused) + COST.passed * passed, confused };
}

/**
 * @param {Box} box
 * @param {Area} area
 */
function isWithin({ left, right, top, bottom }, area) {
  return left >= area.left && right <= area.left + area.width && top >= area.top && bottom <= area.top + area.height;
}

/**
 * @param {Box} one
 * @param {Box} other
 */
function meet(one, other) {
  return one.left < other.right + RIM && other.left < one.right + RIM && one.top < other.bottom && other.top < one.bottom;
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
