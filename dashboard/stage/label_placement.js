// @ts-check
// Where the names of lines stand: beside their lines, within the plot, never on each other, and crossed as little as can be. In pixels.

/** @typedef {(number | null)[]} Columns where a line runs in each column of pixels, from the top; null where it does not */
/** @typedef {{ left: number, right: number, top: number, bottom: number }} Box */

/**
 * A name that wants a place.
 * @typedef {object} Wanted
 * @property {number} width of its words
 * @property {number} size of its type
 * @property {Columns} line that it names
 */

/**
 * The place of a name: the point that its text is anchored to, and on which side of it the text stands, as Plotly says it.
 * @typedef {object} Place
 * @property {number} x
 * @property {number} y
 * @property {string} side
 * @property {Box} box the whole line of text
 * @property {Box} ink what the letters take of it
 * @property {Box} between the letters, and what lies between them and the line
 */

const ALONG = [1, 0.85, 0.7, 0.55, 0.4, 0.25, 0.1]; // how far along its line a name may stand, best first
const SIDES = ["top left", "bottom left", "top right", "bottom right"];
const ROWS = [0, 1, 2, 3]; // how many rows away from its line, where the rows between are taken
const ROW_COST = 0.3; // a name is not to be taken for that of another line; where 1 is a line that runs through all of it
const RIM = 2; // pixels between two names

// Of the size of the type: how high a line of text is, and how far Plotly sets it off its anchor (drawing.textPointPosition).
const HEIGHT = 1.3;
const OFFSET = 0.25;
const ABOVE_INK = 0.3; // of the line of text, where no letter reaches
const BELOW_INK = 0.05;

/**
 * The columns of a line that is given by its points.
 * @param {number[]} x from left to right
 * @param {(number | null)[]} y
 * @param {number} width of the plot
 * @returns {Columns}
 */
export function columnsOf(x, y, width) {
  /** @type {Columns} */
  const columns = Array(Math.max(1, Math.ceil(width) + 1)).fill(null);
  x.forEach((right, k) => {
    const [left, from, to] = [x[k - 1], y[k - 1], y[k]];
    if (to === null) return;
    if (from !== null && from !== undefined) {
      for (let at = Math.ceil(left); at < right; at++) columns[at] = from + ((to - from) * (at - left)) / (right - left);
    }
    columns[Math.round(right)] = to;
  });
  return columns;
}

/**
 * Each name gets the place of least cost that is left to it, in their order; null where every place is taken or outside.
 * @param {Wanted[]} wanted
 * @param {Columns[]} lines that cross what lies in their way
 * @param {number} height of the plot
 * @returns {(Place | null)[]}
 */
export function placeLabels(wanted, lines, height) {
  /** @type {(Place | null)[]} */
  const found = [];
  for (const one of wanted) {
    const free = candidates(one).filter(({ box }) => isWithin(box, one.line.length - 1, height) && !found.some((taken) => taken && meet(box, taken.box)));
    const other = lines.filter((line) => line !== one.line);
    const costs = free.map(({ ink, between, row }) => other.reduce((sum, line) => sum + crossed(between, line), row * ROW_COST + crossed(ink, one.line)));
    found.push(free[costs.indexOf(Math.min(...costs))] ?? null);
  }
  return found;
}

/**
 * @param {Wanted} wanted
 * @returns {(Place & { row: number })[]} best first
 */
function candidates({ width, size, line }) {
  const known = line.flatMap((y, x) => (y === null ? [] : [x]));
  return ROWS.flatMap((row) =>
    ALONG.flatMap((share) => {
      const x = known[Math.floor(share * (known.length - 1))];
      return x === undefined ? [] : SIDES.map((side) => placeAt(x, Number(line[x]), side, row, { width, size }));
    }),
  );
}

/**
 * @param {number} x
 * @param {number} on the height of the line there
 * @param {string} side
 * @param {number} row
 * @param {{ width: number, size: number }} text
 */
function placeAt(x, on, side, row, { width, size }) {
  const above = side.startsWith("top");
  const y = on + (above ? -1 : 1) * row * HEIGHT * size;
  const left = side.endsWith("left") ? x - width : x;
  const top = y - (above ? HEIGHT + OFFSET : OFFSET) * size;
  const box = { left, right: left + width, top, bottom: top + HEIGHT * size };
  const ink = { ...box, top: box.top + ABOVE_INK * size, bottom: box.bottom - BELOW_INK * size };
  return { x, y, side, row, box, ink, between: above ? { ...ink, bottom: on } : { ...ink, top: on } };
}

/**
 * @param {Box} box
 * @param {number} width
 * @param {number} height
 */
function isWithin({ left, right, top, bottom }, width, height) {
  return left >= 0 && right <= width && top >= 0 && bottom <= height;
}

/**
 * @param {Box} one
 * @param {Box} other
 */
function meet(one, other) {
  return one.left < other.right + RIM && other.left < one.right + RIM && one.top < other.bottom && other.top < one.bottom;
}

/**
 * The share of a box's columns in which a line runs through it.
 * @param {Box} box
 * @param {Columns} line
 */
function crossed({ left, right, top, bottom }, line) {
  const under = line.slice(Math.ceil(left), Math.floor(right) + 1);
  return under.filter((y) => y !== null && y >= top && y <= bottom).length / Math.max(1, under.length);
}
