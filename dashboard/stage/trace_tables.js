// @ts-check
// What traces show as rows of numbers and words.

/** @typedef {import("./received.js").Trace} Trace */
/** @typedef {import("./panel.js").Table} Table */
/** @typedef {(traces: Trace[], across?: string, up?: string) => Table} Reader */

/**
 * How a trace is read, by its type; a scatter by its mode.
 * @type {Record<string, Reader>}
 */
const READERS = { lines: byPlace, bar: byPlace, heatmap: byClass, markers: byPoint };

/**
 * The traces that are read like the first that can be read; null where none can be.
 * @param {Trace[]} traces
 * @param {Record<string, any>} layout whose axes name the columns
 * @returns {Table | null}
 */
export function tableOfTraces(traces, { xaxis, yaxis }) {
  const read = traces.map(readerOf).find(Boolean);
  return read ? read(traces.filter((trace) => readerOf(trace) === read), xaxis?.title?.text, yaxis?.title?.text) : null;
}

/**
 * Traces without a name are ornament: outlines of earlier generations, marks and words.
 * @param {Trace} trace
 * @returns {Reader | undefined}
 */
function readerOf({ name, type = "scatter", mode = "lines", x, y, text }) {
  const kind = type === "scatter" ? mode.split("+")[0] : type;
  const read = Object.hasOwn(READERS, kind) ? READERS[kind] : undefined;
  return name && Array.isArray(x) && Array.isArray(y) && (read !== byClass || Array.isArray(text)) ? read : undefined;
}

/**
 * One row for each place along the axis, one column for each line or bar; steps repeat their last place.
 * @param {Trace[]} traces
 * @param {string} [across]
 * @returns {Table}
 */
function byPlace(traces, across = "generation") {
  const places = [...new Set(traces.flatMap((trace) => trace.x))];
  const steps = traces.every((trace) => trace.line?.shape === "hv");
  if (steps) places.pop();
  const rows = places.map((place) => [place, ...traces.map((trace) => trace.y[trace.x.indexOf(place)] ?? null)]);
  return { heads: [steps ? `${across}, from` : across, ...traces.map((trace) => trace.name)], rows };
}

/**
 * @param {Trace[]} traces
 * @param {string} [across]
 * @param {string} [up]
 * @returns {Table}
 */
function byPoint(traces, across = "across", up = "up") {
  const labelled = traces.some((trace) => Array.isArray(trace.text));
  const rows = traces.flatMap(({ name, text, x, y }) =>
    x.map((/** @type {number} */ place, /** @type {number} */ k) => [name, ...(labelled ? [text?.[k] ?? ""] : []), place, y[k]]),
  );
  return { heads: ["points", ...(labelled ? ["name"] : []), across, up], rows };
}

/**
 * @param {Trace[]} traces
 * @param {string} [across]
 * @returns {Table}
 */
function byClass([{ x, y, text }], across = "generation") {
  const rows = x.map((/** @type {number} */ place, /** @type {number} */ i) => [place, ...y.map((/** @type {string} */ _, /** @type {number} */ k) => text[k][i])]);
  return { heads: [across, ...y], rows };
}
