// @ts-check
// Where things of the tour stand: which controls can be seen, and where light and card go.

/** @typedef {{ left: number, top: number, width: number, height: number }} Box in pixels of the window */
/** @typedef {{ width: number, height: number }} Size */

const EDGE = 6; // pixels of light around a control
const MARGIN = 8; // pixels between the card and the window's edge
const HEADER = 60; // pixels at the top that the page's own header covers

/** @param {Element} node */
export function visible(node) {
  const { width, height, right, left } = node.getBoundingClientRect();
  return width > 0 && height > 0 && right > 0 && left < window.innerWidth;
}

/** @param {Element} node */
export function inSight(node) {
  const { top, bottom } = node.getBoundingClientRect();
  return top > HEADER && bottom <= window.innerHeight; // the transport of a low window stands on its edge
}

/**
 * What a control is called by those who do not see it.
 * @param {Element} node
 */
export function nameOf(node) {
  return (node.getAttribute("aria-label") ?? node.textContent ?? "").trim();
}

/**
 * Where the light and the card stand: the card below what is lit, above it, or beside it, wherever there is room.
 * @param {Box | null} lit the control; null where there is none to see
 * @param {Size} card
 * @param {Size} page
 * @returns {{ light: Box | null, card: { left: number, top: number } }}
 */
export function beside(lit, card, page) {
  const middle = { left: (page.width - card.width) / 2, top: (page.height - card.height) / 2 };
  if (!lit) return { light: null, card: middle };
  const light = { left: lit.left - EDGE, top: lit.top - EDGE, width: lit.width + 2 * EDGE, height: lit.height + 2 * EDGE };
  const below = lit.top + lit.height + 2 * EDGE;
  const above = lit.top - card.height - 2 * EDGE;
  const left = Math.max(MARGIN, Math.min(page.width - card.width - MARGIN, lit.left));
  if (below + card.height < page.height) return { light, card: { left, top: below } };
  if (above > 0) return { light, card: { left, top: above } };
  const right = lit.left + lit.width + 2 * EDGE;
  const top = Math.max(MARGIN, page.height - card.height - MARGIN);
  return { light, card: { left: right + card.width < page.width ? right : middle.left, top } };
}
