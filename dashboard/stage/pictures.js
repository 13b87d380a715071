// @ts-check
// Pictures: any panel as one SVG of its own, as it stands on stage, with version, seed and link in small print; or that SVG as PNG.

import { element, svgElement } from "../browser/dom.js";
import { wrapLines } from "./line_breaking.js";

/** @typedef {import("./panel.js").Panel} Panel */
/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {{ text: string, width: number, height: number }} Picture an SVG, and its size in pixels */

const PAD = 12;
const TITLE = 14; // sizes of type, in pixels
const NOTE = 10;
const SMALL = 8.5;
const LETTER = 0.62; // of its size: how wide a letter of the page's fonts is, the widest of them
const WIDE_ENOUGH = 1600; // pixels of a PNG, at least: two columns of a paper at 230 dots per inch

/**
 * @param {Panel} panel
 * @param {Stage} stage
 * @returns {Promise<Picture>}
 */
export async function pictureOf(panel, stage) {
  const { ink, soft, paper } = panel.colours;
  const width = panel.body.clientWidth + 2 * PAD;
  const root = svgElement("svg", { xmlns: "http://www.w3.org/2000/svg", width, "font-family": "system-ui, sans-serif", "xml:space": "preserve" });
  let y = PAD;
  /** @type {(text: string, size: number, fill: string, weight?: number) => void} */
  const write = (text, size, fill, weight = 400) => {
    for (const line of wrapLines(text, (width - 2 * PAD) / (size * LETTER))) {
      y += size * 1.3;
      root.append(svgElement("text", { x: PAD, y: y - size * 0.25, "font-size": size, "font-weight": weight, fill }, line));
    }
  };
  const value = panel.value?.textContent;
  write(value ? `${panel.heading}: ${value}` : panel.heading, TITLE, ink, 600);
  y += 4;
  const body = await panel.drawing();
  body.setAttribute("transform", `translate(${PAD},${y})`);
  root.append(body);
  y += Math.max(panel.body.clientHeight, panel.body.scrollHeight) + 6;
  if (panel.note?.textContent) write(panel.note.textContent, NOTE, soft);
  for (const line of credits(stage)) write(line, SMALL, soft);
  const height = Math.ceil(y + PAD);
  root.prepend(svgElement("rect", { width, height, fill: paper }));
  root.setAttribute("height", String(height));
  root.setAttribute("viewBox", `0 0 ${width} ${height}`);
  return { text: new XMLSerializer().serializeToString(root), width, height };
}

/**
 * The small print: what made the picture, and where it can be opened.
 * @param {Stage} stage
 */
function credits(stage) {
  const { credit, world } = stage.shown;
  const made = `${credit.software} · seed ${credit.seed} · world ${Number(world) + 1} · generation ${stage.playhead.generation}`;
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
  const scale = Math.max(2, WIDE_ENOUGH / width);
  const canvas = element("canvas", { width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("canvas"))), "image/png"));
}
