// @ts-check
// Words as nodes of an SVG: every run of letters where the page has set it, and how wide words are.

import { element, svgElement } from "../browser/dom.js";
import { FONT, LETTER } from "./paper.js";
import { painted } from "./print_legend.js";

/**
 * @param {HTMLElement} body whose words stand in spans
 * @param {string} ink the colour of words that have none
 */
export function textOf(body, ink) {
  const box = body.getBoundingClientRect();
  const origin = { left: box.left - body.scrollLeft, top: box.top - body.scrollTop };
  return [...body.querySelectorAll("span")].flatMap((span) => spanText(span, origin, ink));
}

/**
 * @param {HTMLSpanElement} span
 * @param {{ left: number, top: number }} origin
 * @param {string} ink
 */
function spanText(span, origin, ink) {
  /** @type {SVGElement[]} */
  const nodes = [];
  const { color, backgroundColor, fontSize, textDecorationLine, borderBottomColor, borderBottomWidth } = getComputedStyle(span);
  /** @type {Record<string, string>} */
  const struck = textDecorationLine === "none" ? {} : { "text-decoration": textDecorationLine };
  const line = parseFloat(borderBottomWidth);
  for (const { text, rect } of pieces(span.firstChild)) {
    const [x, y, width, height] = [rect.left - origin.left, rect.top - origin.top, rect.width, rect.height];
    if (backgroundColor !== "rgba(0, 0, 0, 0)") nodes.push(svgElement("rect", { x, y, width, height, ...painted("fill", backgroundColor) }));
    if (line) nodes.push(svgElement("rect", { x, y: y + height, width, height: line, ...painted("fill", borderBottomColor) }));
    // Letters stand on a line about 78 % down their box, in the fonts of the page.
    const place = { x, y: y + height * 0.78, textLength: width, lengthAdjust: "spacingAndGlyphs" };
    nodes.push(svgElement("text", { ...place, "font-size": parseFloat(fontSize), ...painted("fill", color || ink), ...struck }, text));
  }
  return nodes;
}

/**
 * The lines that a text node is broken into.
 * @param {Node | null} node
 */
function pieces(node) {
  /** @type {{ text: string, rect: DOMRect }[]} */
  const found = [];
  if (!(node instanceof Text)) return found;
  const range = document.createRange();
  for (let at = 0; at < node.length; at++) {
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const rect = range.getClientRects()[0];
    if (!rect?.width) continue;
    const last = found[found.length - 1];
    if (last && Math.abs(last.rect.top - rect.top) < 2) {
      last.text += node.data[at];
      last.rect = new DOMRect(last.rect.left, last.rect.top, rect.right - last.rect.left, rect.height);
    } else found.push({ text: node.data[at], rect });
  }
  return found;
}

/**
 * How wide words are in a picture, in pixels.
 * @param {string} text
 * @param {number} size of type
 * @param {string} [family] of fonts; as usual those of print
 */
export function widthOf(text, size, family = FONT) {
  const context = element("canvas").getContext?.("2d");
  if (!context) return text.length * size * LETTER;
  context.font = `${size}px ${family}`;
  return context.measureText(text).width;
}
