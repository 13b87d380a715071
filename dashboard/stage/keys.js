// @ts-check
// Keys: what a key asks for, told from the key and from where it was struck.

/**
 * A key as it was struck.
 * @typedef {object} KeyPress
 * @property {string} key as the browser names it
 * @property {boolean} shift
 * @property {boolean} modified whether a key that makes it a command of the browser or the system was held
 * @property {"field" | "slider" | "button" | "other"} on what has the focus: a field takes every key itself, a slider its arrows
 * @property {boolean} inside whether that is a part of the stage
 * @property {boolean} free whether the stage may take it: it is struck inside, or nothing has the focus
 */

/**
 * How the stage stands.
 * @typedef {object} StageState
 * @property {boolean} presenting
 * @property {boolean} presets whether there are presets to open
 * @property {() => boolean} isLookedAt whether the stage is what one looks at or points to
 */

/** @typedef {"toggle" | "previous" | "next" | "first" | "last"} Move */
/** @typedef {{ move: Move } | { presenter: string } | { endWalk: true } | undefined} Action */

/** @type {Record<string, Move>} */
const MOVES = { " ": "toggle", ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last" };

/**
 * What a key asks the stage for; undefined where it is not the stage's.
 * @param {KeyPress} press
 * @param {StageState} state
 * @returns {Action}
 */
export function actionFor(press, state) {
  if (press.modified || press.on === "field") return undefined;
  const name = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (isPresenters(name, state) && (press.free || name !== "m")) return { presenter: name };
  if (press.shift || !press.free) return undefined;
  const move = Object.hasOwn(MOVES, press.key) ? MOVES[press.key] : undefined;
  if (!move || ownedBy(press)) return { endWalk: true };
  // Space, Home and End scroll a page; they are the stage's only where it is what one looks at.
  if (!press.inside && !state.presenting && !press.key.startsWith("Arrow") && !state.isLookedAt()) return { endWalk: true };
  return { move };
}

/**
 * @param {string} name
 * @param {StageState} state
 */
function isPresenters(name, { presenting, presets }) {
  return ["p", "?", "m"].includes(name) || (presenting && presets && /^[1-9]$/.test(name));
}

/**
 * Whether what has the focus answers to the key itself: a button to space, a slider to all but space.
 * @param {KeyPress} press
 */
function ownedBy({ key, on }) {
  return on === "button" ? key === " " : on === "slider" && key !== " ";
}

/**
 * Reads a key and where it was struck.
 * @param {KeyboardEvent} event
 * @param {Element} root of the stage
 * @param {Element} frame around it, which has the focus while it is presented and nothing in it has
 * @returns {KeyPress}
 */
export function keyPress({ key, shiftKey, ctrlKey, metaKey, altKey, target }, root, frame) {
  const node = target instanceof Element ? target : document.body;
  const field = node.matches("select, input:not([type=range]), textarea, [contenteditable]:not([contenteditable=false])");
  const on = field ? "field" : node.matches("input[type=range]") ? "slider" : node.matches("button") ? "button" : "other";
  const inside = root.contains(node);
  return { key, shift: shiftKey, modified: ctrlKey || metaKey || altKey, on, inside, free: inside || node === document.body || node === frame };
}

const MOST = 0.6; // of it, or of the window: what one looks at

/**
 * Whether an element is what one looks at, or points to.
 * @param {Element} root
 */
export function isLookedAt(root) {
  if (root.matches(":hover")) return true;
  const { top, bottom, height } = root.getBoundingClientRect();
  const seen = Math.min(bottom, window.innerHeight) - Math.max(top, 0);
  return seen > MOST * Math.min(height, window.innerHeight);
}
