// @ts-check
// A panel of the stage. Each kind is one script in panels/, which adds its class to PANELS under the name that figures ask for.

import { element, svgElement } from "../browser/dom.js";
import { POINT } from "./paper.js";
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
 * @property {import("./terms.js").Terms} [terms] words that explain themselves
 * @property {import("./revealing.js").Reveal} [reveal] what of the run may be seen; all of it where nothing is said
 */

/**
 * What a panel shows in a frame, as a table.
 * @typedef {object} Table
 * @property {(string | number)[]} heads
 * @property {(string | number | null)[][]} rows
 */

/**
 * A panel's body for a page: a node of an SVG, how high it is, and what a legend says of it.
 * @typedef {object} Drawing
 * @property {SVGElement} node
 * @property {number} height
 * @property {import("./print_legend.js").Entry[]} [legend]
 */

const WORD_TYPE = (8 * POINT) / 14; // of the type on a page, which is 14 pixels there and eight points on paper

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
    /** @type {string | undefined} what the title explains */
    this.helped = undefined;
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
    const { heading: words, view, spec } = this;
    if (!view?.terms) this.title.textContent = words;
    else if (!spec.help) view.terms.write(this.title, words);
    else if (this.title.textContent !== words || this.helped !== spec.help) {
      this.helped = spec.help;
      this.title.replaceChildren(view.terms.term(words, spec.help));
    }
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
   * Its body drawn for a page: its words, where the browser sets them in that width, size and colours.
   * @param {import("./paper.js").Page} page
   * @returns {Promise<Drawing>}
   */
  async drawing({ width, colours }) {
    // Nothing of it is seen: the page is as it was before the browser draws again.
    const { style } = this.root;
    const before = style.cssText;
    Object.assign(style, { position: "fixed", left: "0", top: "0", width: `${width}px`, height: "auto", color: colours.ink });
    style.setProperty("--type", String(WORD_TYPE));
    for (const [role, hex] of Object.entries(colours)) style.setProperty(`--cl-${role}`, hex);
    const node = svgElement("g", {}, ...textOf(this.body, colours.ink));
    const height = this.body.scrollHeight;
    style.cssText = before;
    return { node, height };
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
