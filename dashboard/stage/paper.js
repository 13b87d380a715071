// @ts-check
// Paper: the sizes that a picture has in a text, and a plot drawn for them.

import { wrapLines } from "./line_breaking.js";

/** @typedef {{ data: import("./received.js").Trace[], layout: Record<string, any> }} Figure Plotly's traces and layout */
/** @typedef {{ x: string, y: string }} Titles what stands along the axes */
/** @typedef {{ left: number, top: number, width: number, height: number }} Area where lines are drawn, in pixels */

/**
 * A page to draw for.
 * @typedef {object} Page
 * @property {number} width in pixels
 * @property {import("./colours.js").Palette} colours of print
 */

const INCH = 25.4; // millimetres
export const DOTS = 96; // pixels of an inch, as browsers and SVG have it
export const POINT = DOTS / 72;

/** Widths in millimetres: of one column and of two, as most journals print them. */
export const WIDTHS = { one: 85, two: 175 };

/** Sizes of type in pixels: seven to nine points are read on paper, six in small print. */
export const TYPE = { title: 9 * POINT, text: 8 * POINT, label: 7.5 * POINT, small: 6 * POINT };

export const LETTER = 0.54; // of its size: how wide a letter is, wide ones counted
const LINE = 1.2; // of its size: how high a line of type is
const WIDE = 400; // pixels: a picture of two columns, which is flatter than one of one column
const TICK = 8; // pixels between an axis and the words along it, besides its numbers
const BELOW = 1.9; // of the size of type: the room of the numbers along a level axis
const UNKNOWN_NUMBERS = 5; // letters: room for numbers that only Plotly knows

export const FONT = "'Source Sans 3', 'Source Sans Pro', Helvetica, Arial, sans-serif";

/** @param {number} millimetres */
export function pixelsOf(millimetres) {
  return (millimetres / INCH) * DOTS;
}

/** @param {number} width in pixels */
export function millimetresOf(width) {
  return Number(((width / DOTS) * INCH).toFixed(2));
}

/**
 * A plot for a page: as wide as that, with words along its axes and the room that they take.
 * @param {Figure} figure in the type of print
 * @param {Titles | undefined} titles of axes that have none on stage
 * @param {number} width
 */
export function forPaper({ data, layout }, titles, width) {
  const height = Math.round(width * (width > WIDE ? 0.42 : 0.62));
  const axes = { xaxis: titled(layout.xaxis, titles?.x), yaxis: titled(layout.yaxis, titles?.y) };
  const margin = { ...layout.margin };
  const upright = axes.yaxis;
  const words = upright?.title?.text;
  if (upright && words) {
    const letters = (height - margin.t - margin.b) / (TYPE.text * LETTER);
    const lines = wrapLines(words, letters).map((line) => line.trim());
    axes.yaxis = titled(upright, lines.join("<br>"), true);
    margin.l = TYPE.text * (LETTER * lettersOf(upright) + LINE * lines.length) + TICK;
  }
  if (axes.xaxis?.title?.text) margin.b = TYPE.text * (BELOW + LINE);
  const font = { ...layout.font, family: FONT };
  const small = data.map((trace) => (trace.mode === "text" ? { ...trace, textfont: { ...trace.textfont, size: TYPE.label } } : trace));
  return { data: small, layout: { ...layout, ...axes, margin, font, width, height, autosize: false }, width, height };
}

/**
 * How many letters the longest number along an axis has, which has four steps or so.
 * @param {Record<string, any>} axis
 */
export function lettersOf({ type = "linear", range, tickformat = "" }) {
  const top = Math.max(...(range ?? [NaN]).map(Math.abs));
  if (type !== "linear" || !(top > 0)) return UNKNOWN_NUMBERS;
  if (tickformat.includes("%")) return 4;
  const decimals = Math.max(0, -Math.floor(Math.log10(top / 4)));
  return Math.max(1, Math.floor(Math.log10(top)) + 1) + (decimals ? decimals + 1 : 0) + Number(range[0] < 0);
}

/**
 * @param {Record<string, any> | undefined} axis
 * @param {string} [words]
 * @param {boolean} [anew] in place of those that it has
 */
function titled(axis, words, anew = false) {
  if (!axis || !words || (axis.title?.text && !anew)) return axis;
  return { ...axis, title: { ...axis.title, text: words } };
}

/**
 * @param {{ layout: Record<string, any>, width: number, height: number }} drawn
 * @returns {Area}
 */
export function areaOf({ layout, width, height }) {
  const { l, r, t, b } = layout.margin;
  return { left: l, top: t, width: width - l - r, height: height - t - b };
}
