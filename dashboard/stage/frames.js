// Frames: what a panel holds at a generation, and between two of them.

function interpolated(a, b, share) {
  if (share === 0 || !Array.isArray(a) || a.length !== b?.length || typeof a[0] !== "number") return share < 0.5 ? a : b;
  return a.map((value, i) => (value === null || b[i] === null ? (share < 0.5 ? value : b[i]) : value + (b[i] - value) * share));
}

// Slow at both ends (smoothstep).
function eased(share) {
  return share * share * (3 - 2 * share);
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
