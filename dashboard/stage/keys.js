// @ts-check
// Keys: what a key asks for, told from the key and from where it was struck.

/**
 * A key as it was struck.
 * @typedef {object} Struck
 * @property {string} key as the browser names it
 * @property {boolean} shift
 * @property {boolean} modified whether a key that makes it a command of the browser or the system was held
 * @property {"text" | "slider" | "button" | "other"} on what has the focus: text is written there, a slider moves by arrows itself
 * @property {boolean} inside whether that is a part of the stage
 * @property {boolean} free whether the stage may take it: it is struck inside, or nothing has the focus
 */

/**
 * How the stage stands.
 * @typedef {object} Standing
 * @property {boolean} presenting
 * @property {boolean} presets whether there are presets to open
 * @property {boolean} lookedAt whether the stage is what one looks at or points to
 */

/** @typedef {"toggle" | "previous" | "next" | "first" | "last"} Move */
/** @typedef {{ move: Move } | { presenter: string } | { hand: true } | undefined} Asked hand: nothing, but a walk ends */

/** @type {Record<string, Move>} */
const MOVES = { " ": "toggle", ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last" };

/**
 * What a key asks the stage for; undefined where it is not the stage's.
 * @param {Struck} struck
 * @param {Standing} standing
 * @returns {Asked}
 */
export function asked(struck, standing) {
  if (struck.modified || struck.on === "text") return undefined;
  const name = struck.key.length === 1 ? struck.key.toLowerCase() : struck.key;
  if (isPresenters(name, standing) && (struck.free || name !== "m")) return { presenter: name };
  if (struck.shift || !struck.free) return undefined;
  const move = Object.hasOwn(MOVES, struck.key) ? MOVES[struck.key] : undefined;
  if (!move || ownedBy(struck)) return { hand: true };
  // Space, Home and End scroll a page; they are the stage's only where it is what one looks at.
  if (!struck.inside && !standing.presenting && !struck.key.startsWith("Arrow") && !standing.lookedAt) return { hand: true };
  return { move };
}

/**
 * @param {string} name
 * @param {Standing} standing
 */
function isPresenters(name, { presenting, presets }) {
  return ["p", "?", "m"].includes(name) || (presenting && presets && /^[1-9]$/.test(name));
}

/**
 * Whether what has the focus answers to the key itself: a button to space, a slider to all but space.
 * @param {Struck} struck
 */
function ownedBy({ key, on }) {
  return on === "button" ? key === " " : on === "slider" && key !== " ";
}

/**
 * Reads a key and where it was struck.
 * @param {KeyboardEvent} event
 * @param {Element} root of the stage
 * @param {Element} frame around it, which has the focus while it is presented and nothing in it has
 * @returns {Struck}
 */
export function struck({ key, shiftKey, ctrlKey, metaKey, altKey, target }, root, frame) {
  const node = target instanceof Element ? target : document.body;
  const text = node.matches("select, input:not([type=range]), textarea, [contenteditable=true]");
  const on = text ? "text" : node.matches("input[type=range]") ? "slider" : node.matches("button") ? "button" : "other";
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
