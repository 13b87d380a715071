// @ts-check
// How wide words are.

import { element } from "../browser/dom.js";

const MEAN_LETTER = 0.55; // of its size: how wide a letter is on average, where nothing can be measured

/** @type {CanvasRenderingContext2D | null | undefined} */
let context;

/**
 * @param {string} words
 * @param {number} size of the type, in pixels
 * @param {string} [family] of the font
 */
export function textWidth(words, size, family = "sans-serif") {
  context ??= element("canvas").getContext?.("2d");
  if (!context) return words.length * size * MEAN_LETTER;
  context.font = `${size}px ${family}`;
  return context.measureText(words).width;
}
