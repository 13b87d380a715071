// @ts-check
// A panel of the stage. Each kind is one script in panels/, which adds its class to PANELS under the name that figures ask for.

import { element, svgElement } from "../browser/dom.js";
import { textOf } from "./svg_text.js";

/** @typedef {import("./received.js").PanelSpec} PanelSpec */
/** @typedef {import("./received.js").Received} Received */

/**
 * What the browser adds to what it received.
 * @typedef {object} ViewState
 * @property {any} Plotly the drawing library
 * @property {import("./view_options.js").ViewOptions} options as the hand has set them
 * @property {import("./colours.js").Palette} colours of the page's theme
 * @property {number} type how much larger type is than on a page
 * @property {number} [position] where panels are drawn at, while they are updated
 * @property {import("./revealing.js").Reveal} [reveal] what of the run may be seen; all of it where nothing is said
 */

/**
 * What a panel shows in a frame, as a table.
 * @typedef {object} Table
 * @property {(string | number)[]} heads
 * @property {(string | number | null)[][]} rows
 */

/**
 * The kinds of panels by name.
 * @type {Record<string, new (spec: any) => Panel>}
 */
export const PANELS = {};

export class Panel {
  /** @param {PanelSpec} spec */
  constructor(spec) {
    /** @type {any} what it shows: a `PanelSpec` with the content of its kind */
    this.spec = spec;
    this.title = element("figcaption", { className: "cl-title" });
    this.body = element("div", { className: "cl-body" });
    this.body.setAttribute("role", "img");
    this.root = element("figure", { className: `cl-panel cl-${spec.slot}` }, this.title, this.body);
    this.root.dataset.panel = spec.name;
    /** @type {number | undefined} */
    this.position = undefined;
    /** @type {HTMLElement | undefined} a value beside the title */
    this.value = undefined;
    /** @type {HTMLElement | undefined} words under the figure */
    this.note = undefined;
  }

  /** Whether it shows all generations at once, so that its table is not one of a single generation. */
  get wholeRun() {
    return false;
  }

  /**
   * @param {PanelSpec} spec
   * @param {Readonly<Received>} payload
   * @param {ViewState} view
   */
  update(spec, payload, view) {
    this.spec = spec;
    this.payload = payload;
    this.view = view;
    this.root.classList.toggle("cl-lead", spec.lead ?? false);
    this.title.title = spec.help ?? "";
    this.describe();
  }

  /** The words above it: while the run is withheld, such that do not give its end away. */
  get heading() {
    return (this.view?.reveal?.withholds && this.spec.early_title) || this.spec.title;
  }

  /** The same for those who do not see it. */
  get alt() {
    return this.view?.reveal?.withholds ? `${this.heading}, up to the generation shown.` : this.spec.alt;
  }

  /** Says in words what it shows; once more when more may be told. */
  describe() {
    this.title.textContent = this.heading;
    this.body.setAttribute("aria-label", this.alt);
  }

  /** Once more, after the hand has changed how it is looked at. */
  draw() {}

  /** @param {number} position a frame, or between two */
  show(position) {
    this.position = position;
  }

  /**
   * Each kind has its own, or null where it has no table.
   * @param {number} _frame
   * @returns {Table | null}
   */
  table(_frame) {
    return null;
  }

  /**
   * Its body as a node of an SVG: its words, where the page has set them.
   * @returns {Promise<SVGElement>}
   */
  async drawing() {
    return svgElement("g", {}, ...textOf(this.body, this.colours.ink));
  }

  /** @returns {import("./colours.js").Palette} */
  get colours() {
    return this.view?.colours ?? {};
  }

  resize() {}

  dispose() {
    this.root.remove();
  }
}
