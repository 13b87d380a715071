// @ts-check
// Controls of the stage: buttons with a picture, switches and choices, each with a name for those who do not see it.

import { element, svgElement } from "../browser/dom.js";

const ICONS = {
  first: "M6 5v14M19 5l-9 7 9 7z",
  previous: "M17 5l-9 7 9 7z",
  play: "M7 4l13 8-13 8z",
  pause: "M7 4v16M17 4v16",
  next: "M7 5l9 7-9 7z",
  last: "M18 5v14M5 5l9 7-9 7z",
  loop: "M17 2l4 4-4 4M3 11V9a3 3 0 0 1 3-3h15M7 22l-4-4 4-4M21 13v2a3 3 0 0 1-3 3H3",
  picture: "M12 3v12M7 10l5 5 5-5M4 20h16",
  screen: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  link: "M10 14a5 5 0 0 0 7 0l3-3a5 5 0 0 0-7-7l-1 1M14 10a5 5 0 0 0-7 0l-3 3a5 5 0 0 0 7 7l1-1",
};

/** @typedef {keyof typeof ICONS} Icon */

/** @param {Icon} name */
export function icon(name) {
  return svgElement("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svgElement("path", { d: ICONS[name] }));
}

/**
 * @param {string} label
 * @param {Icon} picture
 * @param {() => void} act
 */
export function button(label, picture, act) {
  const node = element("button", { type: "button", title: label, onclick: act }, icon(picture));
  node.setAttribute("aria-label", label);
  return node;
}

/**
 * A button that stays pressed.
 * @param {string} label
 * @param {(on: boolean) => void} act
 * @param {Icon} [picture] in place of the label
 */
export function toggle(label, act, picture) {
  const node = element("button", { type: "button", title: label, onclick: () => act(node.getAttribute("aria-pressed") !== "true") });
  node.append(picture ? icon(picture) : label);
  node.setAttribute("aria-label", label);
  node.setAttribute("aria-pressed", "false");
  node.className = picture ? "" : "cl-text";
  return node;
}

/**
 * @param {HTMLButtonElement} node
 * @param {boolean} on
 */
export function press(node, on) {
  node.setAttribute("aria-pressed", String(on));
}

/**
 * @param {string} label
 * @param {[value: string, text: string][]} options
 * @param {(value: string) => void} act
 */
export function choice(label, options, act) {
  const select = element("select", { onchange: () => act(select.value) }, ...options.map(([value, text]) => new Option(text, value)));
  select.setAttribute("aria-label", label);
  select.title = label;
  return select;
}
