// @ts-check
// Words in lines, for pictures: an SVG breaks none itself.

/**
 * A text in lines of at most so many letters, broken between words, and within words that are longer than a line.
 * @param {string} text
 * @param {number} letters at least one
 */
export function wrapLines(text, letters) {
  const longest = Math.max(1, Math.floor(letters));
  const lines = [""];
  for (const word of text.match(/\S+\s*/g) ?? []) {
    for (let rest = word; rest; ) {
      const last = lines.length - 1;
      const room = longest - lines[last].length;
      if (rest.trimEnd().length <= room) {
        lines[last] += rest;
        rest = "";
      } else if (lines[last]) lines.push("");
      else {
        lines[last] = rest.slice(0, room);
        rest = rest.slice(room);
        lines.push("");
      }
    }
  }
  return lines.filter(Boolean);
}
