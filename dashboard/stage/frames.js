// @ts-check
// Frames: what a panel holds at a generation, and between two of them.

/**
 * Between two values of the same kind. Lists of numbers go over into each other, everything else changes half way.
 * @template Value
 * @param {Value} a
 * @param {Value} b
 * @param {number} share how far from a to b, 0 to 1
 * @returns {Value}
 */
export function interpolated(a, b, share) {
  const nearer = share < 0.5 ? a : b;
  if (share === 0 || !Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return nearer;
  if (typeof a.find((value) => value !== null) !== "number") return nearer;
  const between = a.map((value, i) => (value === null || b[i] === null ? (share < 0.5 ? value : b[i]) : value + (b[i] - value) * share));
  return /** @type {Value} */ (between);
}

/**
 * Slow at both ends (smoothstep), 0 to 1.
 * @param {number} share
 */
export function eased(share) {
  return share * share * (3 - 2 * share);
}

/** @param {string} base64 */
export function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
