// Tables: what a panel shows in this generation as rows of numbers and words, to be read, or taken along as CSV.

// How a trace is read, by its type; a scatter by its mode.
const READERS = { lines: byPlace, bar: byPlace, heatmap: byClass, markers: byPoint };

function readerOf({ name, type = "scatter", mode = "lines", x, y, text }) {
  const kind = type === "scatter" ? mode.split("+")[0] : type;
  const read = Object.hasOwn(READERS, kind) ? READERS[kind] : undefined;
  // Traces without a name are ornament: outlines of earlier generations, marks and words.
  return name && Array.isArray(x) && Array.isArray(y) && (read !== byClass || Array.isArray(text)) ? read : undefined;
}

// The traces that are read like the first that can be read, as { heads, rows }; null where none can be.
function tableOfTraces(traces, { xaxis, yaxis }) {
  const read = traces.map(readerOf).find(Boolean);
  return read ? read(traces.filter((trace) => readerOf(trace) === read), xaxis?.title?.text, yaxis?.title?.text) : null;
}

// One row for each place along the axis, one column for each line or bar; steps repeat their last place.
function byPlace(traces, across = "generation") {
  const places = [...new Set(traces.flatMap((trace) => trace.x))];
  if (traces.every((trace) => trace.line?.shape === "hv")) {
    places.pop();
    across = `${across}, from`;
  }
  const rows = places.map((place) => [place, ...traces.map((trace) => trace.y[trace.x.indexOf(place)] ?? null)]);
  return { heads: [across, ...traces.map((trace) => trace.name)], rows };
}

function byPoint(traces, across = "across", up = "up") {
  const labelled = traces.some((trace) => Array.isArray(trace.text));
  const rows = traces.flatMap((trace) => trace.x.map((x, k) => [trace.name, ...(labelled ? [trace.text?.[k] ?? ""] : []), x, trace.y[k]]));
  return { heads: ["points", ...(labelled ? ["name"] : []), across, up], rows };
}

function byClass([{ x, y, text }], across) {
  return { heads: [across, ...y], rows: x.map((place, i) => [place, ...y.map((_, k) => text[k][i])]) };
}

class TableReader {
  constructor(panel, stage) {
    Object.assign(this, { panel, stage });
    this.heading = element("h3", {});
    this.rows = element("div", { className: "cl-rows", tabIndex: 0 });
    this.rows.setAttribute("role", "region");
    const acts = element("div", { className: "cl-acts" }, textButton("Save as CSV", () => this.save()), textButton("Close", () => this.dialog.close()));
    this.dialog = element("dialog", { className: "cl-table" }, this.heading, this.rows, acts);
    this.dialog.addEventListener("keydown", (event) => event.stopPropagation()); // the playhead stands still while a table is read
    this.dialog.addEventListener("close", () => this.dialog.remove());
    this.open();
  }

  open() {
    this.stage.playhead.pause();
    this.table = this.panel.table(this.stage.playhead.frame);
    const { title } = this.panel.spec;
    this.heading.textContent = this.panel.wholeRun ? title : `${title}, generation ${this.stage.playhead.generation}`;
    this.dialog.setAttribute("aria-label", `Table of ${this.heading.textContent}`);
    this.rows.setAttribute("aria-label", "Rows of the table");
    const head = (text) => Object.assign(element("th", { textContent: text }), { scope: "col" });
    const line = (row) => element("tr", {}, ...row.map((cell) => element("td", { textContent: readable(cell), className: typeof cell === "number" ? "cl-number" : "" })));
    const { heads, rows } = this.table;
    this.rows.replaceChildren(element("table", {}, element("thead", {}, element("tr", {}, ...heads.map(head))), element("tbody", {}, ...rows.map(line))));
    this.stage.root.append(this.dialog);
    this.dialog.showModal();
  }

  save() {
    const { heads, rows } = this.table;
    const text = [heads, ...rows].map((row) => row.map(quoted).join(",")).join("\r\n");
    download(new Blob([`${text}\r\n`], { type: "text/csv" }), pictureName(this.panel, this.stage, "csv"));
  }
}

function readable(cell) {
  if (cell === null || cell === undefined) return "–";
  return typeof cell === "number" ? String(Number(cell.toPrecision(4))) : cell;
}

// What begins like a formula is a word here, and no spreadsheet may reckon with it.
function quoted(cell) {
  if (typeof cell === "number" || cell === null || cell === undefined) return cell ?? "";
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
