// @ts-check
// Cells of a table, for the eye and as comma-separated values (RFC 4180).

/** @typedef {string | number | null | undefined} Cell */

/**
 * Four digits for the eye; a dash where there is nothing.
 * @param {Cell} cell
 */
export function readable(cell) {
  if (cell === null || cell === undefined) return "–";
  return typeof cell === "number" ? String(Number(cell.toPrecision(4))) : cell;
}

/**
 * A table with every digit.
 * @param {import("./panel.js").Table} table
 */
export function csv({ heads, rows }) {
  return [heads, ...rows].map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

/**
 * What begins like a formula is a word here, and no spreadsheet may reckon with it.
 * @param {Cell} cell
 */
export function quoted(cell) {
  if (typeof cell === "number" || cell === null || cell === undefined) return cell ?? "";
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
