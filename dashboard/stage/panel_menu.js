// @ts-check
// The corner of a panel: its picture as a file, or its table.

import { element, textButton } from "../browser/dom.js";
import { button } from "./controls.js";
import { download, fileName } from "./files.js";
import { asPng, pictureOf } from "./pictures.js";
import { TableReader } from "./table_reader.js";

/** @typedef {"PNG" | "SVG" | "Table"} Format */

/** @type {Format[]} */
const FORMATS = ["PNG", "SVG", "Table"];

export class PanelMenu {
  /**
   * @param {import("./panel.js").Panel} panel
   * @param {import("./stage.js").Stage} stage
   */
  constructor(panel, stage) {
    this.panel = panel;
    this.stage = stage;
    this.opener = button("Picture or table", "picture", () => this.open(this.menu.hidden));
    this.opener.setAttribute("aria-expanded", "false");
    this.choices = FORMATS.map((format) => textButton(format, () => this.choose(format)));
    this.menu = element("span", { className: "cl-formats", hidden: true }, ...this.choices);
    this.root = element("div", { className: "cl-save" }, this.menu, this.opener);
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("focusout", ({ relatedTarget }) => this.root.contains(/** @type {Node | null} */ (relatedTarget)) || this.open(false));
    panel.root.append(this.root);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Escape" || this.menu.hidden) return;
    event.stopPropagation();
    this.open(false);
    this.opener.focus();
  }

  /** @param {string} title */
  name(title) {
    this.opener.title = `Picture or table of ${title}`;
    this.opener.setAttribute("aria-label", this.opener.title);
    for (const item of this.choices) item.setAttribute("aria-label", `${item.textContent} of ${title}`);
  }

  /**
   * A figure that has no table offers none.
   * @param {boolean} on
   */
  open(on) {
    this.menu.hidden = !on;
    this.opener.setAttribute("aria-expanded", String(on));
    if (!on) return;
    this.choices[FORMATS.indexOf("Table")].hidden = !this.panel.table(this.stage.playhead.frame);
    this.choices[0].focus();
  }

  /** @param {Format} format */
  choose(format) {
    this.open(false);
    this.opener.focus(); // where the focus returns to once a table is closed
    if (format === "Table") new TableReader(this.panel, this.stage);
    else this.save(format);
  }

  /** @param {"PNG" | "SVG"} format */
  async save(format) {
    try {
      const picture = await pictureOf(this.panel, this.stage);
      const file = format === "SVG" ? new Blob([picture.text], { type: "image/svg+xml" }) : await asPng(picture);
      download(file, fileName(this.panel, this.stage, format.toLowerCase()));
    } catch {
      this.stage.notify(`This picture could not be made as ${format}.`, 6000);
    }
  }
}
