// @ts-check
// The corner of a panel: its picture as a file, or its table.

import { element, textButton } from "../browser/dom.js";
import { button } from "./controls.js";
import { download, fileName } from "./files.js";
import { WIDTHS } from "./paper.js";
import { asPng, pictureOf } from "./pictures.js";
import { TableReader } from "./table_reader.js";

/**
 * What a panel is saved as: the ending of the file, and how wide it is printed, in millimetres.
 * @typedef {{ ending: "svg" | "png", wide: number }} Format
 */

/** @type {Record<string, Format>} */
const PICTURES = {
  PNG: { ending: "png", wide: WIDTHS.two },
  [`SVG ${WIDTHS.one} mm`]: { ending: "svg", wide: WIDTHS.one },
  [`SVG ${WIDTHS.two} mm`]: { ending: "svg", wide: WIDTHS.two },
};
const TABLE = "Table";

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
    this.table = textButton(TABLE, () => this.read());
    this.choices = [...Object.entries(PICTURES).map(([words, format]) => textButton(words, () => this.save(words, format))), this.table];
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
    this.table.hidden = !this.panel.table(this.stage.playhead.frame);
    this.choices[0].focus();
  }

  close() {
    this.open(false);
    this.opener.focus(); // where the focus returns to once a table is closed
  }

  read() {
    this.close();
    new TableReader(this.panel, this.stage);
  }

  /**
   * @param {string} words the format in words
   * @param {Format} format
   */
  async save(words, { ending, wide }) {
    this.close();
    try {
      const picture = await pictureOf(this.panel, this.stage, wide);
      const file = ending === "svg" ? new Blob([picture.text], { type: "image/svg+xml" }) : await asPng(picture);
      download(file, fileName(this.panel, this.stage, `${wide}mm.${ending}`));
    } catch {
      this.stage.notify(`This picture could not be made as ${words}.`, 6000);
    }
  }
}
