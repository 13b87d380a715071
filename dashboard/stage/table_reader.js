// @ts-check
// What a panel shows in this generation, as a table to be read, or taken along as CSV.

import { element, textButton } from "../browser/dom.js";
import { csv, readable } from "./csv.js";
import { download, fileName } from "./files.js";

export class TableReader {
  /**
   * @param {import("./panel.js").Panel} panel which has a table of the generation on stage
   * @param {import("./stage.js").Stage} stage
   */
  constructor(panel, stage) {
    this.panel = panel;
    this.stage = stage;
    this.heading = element("h3");
    this.rows = element("div", { className: "cl-rows", tabIndex: 0 });
    this.rows.setAttribute("role", "region");
    const acts = element("div", { className: "cl-acts" }, textButton("Save as CSV", () => this.save()), textButton("Close", () => this.dialog.close()));
    this.dialog = element("dialog", { className: "cl-table" }, this.heading, this.rows, acts);
    this.dialog.addEventListener("keydown", (event) => event.stopPropagation()); // the playhead stands still while a table is read
    this.dialog.addEventListener("close", () => this.dialog.remove());
    this.open();
  }

  open() {
    const { playhead, root } = this.stage;
    playhead.scrub(playhead.frame);
    this.table = this.panel.table(playhead.frame) ?? { heads: [], rows: [] };
    const { heading, wholeRun } = this.panel;
    this.heading.textContent = wholeRun ? heading : `${heading}, generation ${playhead.generation}`;
    this.dialog.setAttribute("aria-label", `Table of ${this.heading.textContent}`);
    this.rows.setAttribute("aria-label", "Rows of the table");
    const heads = this.table.heads.map((text) => element("th", { textContent: String(text), scope: "col" }));
    const lines = this.table.rows.map((row) => element("tr", {}, ...row.map(cellOf)));
    this.rows.replaceChildren(element("table", {}, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...lines)));
    root.append(this.dialog);
    this.dialog.showModal();
  }

  save() {
    if (this.table) download(new Blob([csv(this.table)], { type: "text/csv" }), fileName(this.panel, this.stage, "csv"));
  }
}

/** @param {import("./csv.js").Cell} cell */
function cellOf(cell) {
  return typeof cell === "number"
    ? element("td", { textContent: readable(cell), className: "cl-number" })
    : element("td", { textContent: readable(cell), dir: "auto" });
}
