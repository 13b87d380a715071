// Tables: what a panel shows in this generation as rows of numbers and words, to be read, or taken along as CSV.

const READS = { lines: byPlace, bar: byPlace, heatmap: byClass, markers: byPoint };

function tableOf(panel, frame) {
  if (panel instanceof PlotPanel) return plottedTable(panel, frame);
  return { images: pictureTable, words: wordTable, passages: passageTable }[panel.spec.kind](panel, frame);
}

// Traces without a name are ornament: outlines of earlier generations, marks and words.
function plottedTable(panel, frame) {
  const traces = panel.spec.data.map((trace) => ({ ...trace }));
  for (const [attribute, { values, traces: places }] of panel.updates(frame)) {
    places.forEach((place, j) => attribute.includes(".") || (traces[place][attribute] = values[j]));
  }
  const named = traces.filter((trace) => trace.name);
  const { xaxis, yaxis } = panel.spec.layout;
  const { type = "", mode = "" } = named[0];
  return READS[type || mode.split("+")[0]](named, xaxis?.title?.text, yaxis?.title?.text);
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

function pictureTable({ pixels, spec }, frame) {
  const { count, height, width } = spec;
  const first = frame * count * height;
  const line = (k) => Array.from(pixels.slice((first + k) * width, (first + k + 1) * width), (ink) => Number((ink / 255).toFixed(2)));
  const rows = Array.from({ length: count * height }, (_, k) => [Math.floor(k / height) + 1, (k % height) + 1, ...line(k)]);
  return { heads: ["picture", "line", ...Array.from({ length: width }, (_, k) => `ink ${k + 1}`)], rows };
}

function wordTable({ spec, payload }, frame) {
  const gone = (k) => (spec.gone[k] !== null && spec.gone[k] <= payload.generations[frame] ? spec.gone[k] : "");
  return { heads: ["word", `${spec.things} of ${spec.n}`, `${spec.absent} since generation`], rows: spec.words.map((word, k) => [word, spec.counts[frame][k], gone(k)]) };
}

function passageTable({ spec }, frame) {
  const read = (passage) => passage.filter((token) => token >= 0).map((token) => spec.words[token]).join(spec.joiner);
  return { heads: ["passage", "text"], rows: spec.tokens[frame].map((passage, k) => [k + 1, read(passage)]) };
}

class TableReader {
  constructor(panel, stage) {
    Object.assign(this, { panel, stage });
    this.heading = element("h3", {});
    this.rows = element("div", { className: "cl-rows", tabIndex: 0 });
    this.rows.setAttribute("role", "region");
    const acts = element("div", { className: "cl-acts" }, this.act("Save as CSV", () => this.save()), this.act("Close", () => this.dialog.close()));
    this.dialog = element("dialog", { className: "cl-table" }, this.heading, this.rows, acts);
    this.dialog.addEventListener("keydown", (event) => event.stopPropagation()); // the playhead stands still while a table is read
    this.dialog.addEventListener("close", () => this.dialog.remove());
    this.open();
  }

  act(words, then) {
    return element("button", { type: "button", textContent: words, onclick: then });
  }

  open() {
    this.stage.playhead.pause();
    this.table = tableOf(this.panel, this.stage.playhead.frame);
    const { title, kind } = this.panel.spec;
    this.heading.textContent = kind === "curve" ? title : `${title}, generation ${this.stage.playhead.generation}`;
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
