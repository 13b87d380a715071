// @ts-check
// Pictures that go into a text: any panel as one SVG on white paper, as wide as one column or two, with words along its axes, a legend,
// and version, seed and link in small print; or that SVG as PNG.

import { element, svgElement } from "../browser/dom.js";
import { wrapLines } from "./line_breaking.js";
import { DOTS, FONT, LETTER, TYPE, millimetresOf, pixelsOf } from "./paper.js";
import { legendRows } from "./print_legend.js";
import { widthOf } from "./svg_text.js";

/** @typedef {import("./panel.js").Panel} Panel */
/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {{ text: string, width: number, height: number }} Picture an SVG, and its size in pixels */

const PAD = 4; // pixels
const SHARP = 300; // dots per inch of a PNG, as journals ask for

/**
 * @param {Panel} panel
 * @param {Stage} stage
 * @param {number} wide how many millimetres
 * @returns {Promise<Picture>}
 */
export async function pictureOf(panel, stage, wide) {
  const colours = stage.shown.palette.print;
  const { ink, soft, paper } = colours;
  const width = pixelsOf(wide);
  const inner = width - 2 * PAD;
  const root = svgElement("svg", { xmlns: "http://www.w3.org/2000/svg", "font-family": FONT, "xml:space": "preserve" });
  let y = PAD;
  /** @type {(text: string, size: number, fill: string, weight?: number) => void} */
  const write = (text, size, fill, weight = 400) => {
    for (const line of wrapLines(text, inner / (size * LETTER))) {
      y += size * 1.3;
      root.append(svgElement("text", { x: PAD, y: y - size * 0.25, "font-size": size, "font-weight": weight, fill }, line));
    }
  };
  write(panel.heading, TYPE.title, ink, 600);
  y += 4;
  const { node, height: body, legend = [] } = await panel.drawing({ width: inner, colours });
  node.setAttribute("transform", `translate(${PAD},${y})`);
  root.append(node);
  y += body + 4;
  const rows = legendRows(legend, inner, TYPE.label, ink, (text) => widthOf(text, TYPE.label));
  root.append(svgElement("g", { class: "legend", transform: `translate(${PAD},${y})` }, ...rows.nodes));
  y += rows.height + 4;
  if (panel.note?.textContent) write(panel.note.textContent, TYPE.label, soft);
  for (const line of credits(stage)) write(line, TYPE.small, soft);
  const height = Math.ceil(y + PAD);
  root.prepend(svgElement("rect", { width, height, fill: paper }));
  const size = { width: `${wide}mm`, height: `${millimetresOf(height)}mm`, viewBox: `0 0 ${width} ${height}` };
  for (const [name, value] of Object.entries(size)) root.setAttribute(name, value);
  return { text: new XMLSerializer().serializeToString(root), width, height };
}

/**
 * The small print: what made the picture, and where it can be opened.
 * @param {Stage} stage
 */
function credits(stage) {
  const { credit, world } = stage.shown;
  const made = `${credit.software} · seed ${credit.seed} · replicate ${Number(world) + 1} · generation ${stage.playhead.generation}`;
  return [made, stage.link()];
}

/**
 * @param {Picture} picture
 * @returns {Promise<Blob>}
 */
export async function asPng({ text, width, height }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const scale = SHARP / DOTS;
  const canvas = element("canvas", { width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("canvas"))), "image/png"));
}
