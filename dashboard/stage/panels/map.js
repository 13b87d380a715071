// @ts-check
// The map: what the hand finds under a point is told on a card, with its nearest real row ringed on the map.

import { element } from "../../browser/dom.js";
import { picture } from "../colours.js";
import { bytesOf } from "../frames.js";
import { PANELS } from "../panel.js";
import { PlotPanel } from "../plot.js";

/**
 * What a map has besides what every panel has.
 * @typedef {object} Content
 * @property {string} note under the map
 * @property {Card} card
 */

/**
 * What the card tells of rows that are drawn and of real ones. Where rows are pictures, both are packed into base64.
 * @typedef {object} Card
 * @property {number} [height] of a picture, in pixels
 * @property {number} [width]
 * @property {string | number[][][]} drawn by frame and row: 16 shades, two pixels a byte; or the values of the columns
 * @property {string | number[][]} real by row
 * @property {string[]} [columns] names of the columns
 * @property {number[][]} nearest which real row is nearest, by frame and row
 * @property {number[][]} far 1 where even that one is unlike it, else 0
 * @property {number[][]} places of real rows on the map
 * @property {(string | number)[] | null} [labels] classes of real rows
 */

export class MapPanel extends PlotPanel {
  /** @param {import("../received.js").PanelSpec & Content} spec */
  constructor(spec) {
    super(spec);
    this.card = element("div", { className: "cl-card", hidden: true });
    this.note = element("p", { className: "cl-map-note" });
    this.root.append(this.note, this.card);
    this.listening = false;
    /** @type {Record<string, Uint8Array> | null} */
    this.pictures = null;
  }

  /**
   * @override
   * @param {import("../received.js").PanelSpec & Content} spec
   * @param {Readonly<import("../panel.js").Received>} payload
   * @param {import("../panel.js").ViewState} view
   */
  update(spec, payload, view) {
    if (this.note) this.note.textContent = spec.note; // before the figure, which takes the room that is left
    super.update(spec, payload, view);
    this.hide();
    const { drawn, real } = spec.card;
    this.pictures = typeof drawn === "string" && typeof real === "string" ? { drawn: bytesOf(drawn), real: bytesOf(real) } : null;
    this.ring = spec.data.length - 1;
    this.points = spec.frames[0].traces[0];
    if (!this.listening) this.listen();
  }

  listen() {
    this.listening = true;
    const plot = /** @type {any} */ (this.body); // Plotly gives it `on`
    plot.on("plotly_hover", (/** @type {any} */ { points: [point], event }) => point.curveNumber === this.points && this.tell(point.pointNumber, event));
    plot.on("plotly_unhover", () => this.hide());
  }

  /**
   * @param {number} row
   * @param {MouseEvent} event
   */
  tell(row, event) {
    const frame = Math.round(this.position ?? 0);
    const { nearest, far, labels, places } = this.spec.card;
    const real = nearest[frame][row];
    const kind = labels ? ` (class ${labels[real]})` : "";
    const generation = this.payload?.generations[frame];
    this.card.replaceChildren(
      this.column(generation ? `Born in generation ${generation}` : "A real row", "drawn", frame * nearest[0].length + row, [frame, row]),
      this.column(`Nearest real row${kind}`, "real", real, [real]),
    );
    if (far[frame][row]) this.card.append(element("p", { className: "cl-far", textContent: "Unlike any real row known here" }));
    this.place(event);
    this.view?.Plotly.restyle(this.body, { x: [[places[real][0]]], y: [[places[real][1]]] }, [this.ring]);
  }

  /**
   * @param {string} title
   * @param {"drawn" | "real"} name
   * @param {number} index of its picture
   * @param {number[]} path to its values
   */
  column(title, name, index, path) {
    return element("div", {}, element("b", { textContent: title }), this.pictures ? this.picture(this.pictures[name], index) : this.values(name, path));
  }

  /**
   * @param {"drawn" | "real"} name
   * @param {number[]} path
   */
  values(name, path) {
    const { card } = this.spec;
    const row = path.reduce((value, step) => value[step], card[name]);
    const line = (/** @type {string} */ column, /** @type {number} */ j) => element("tr", {}, element("td", { textContent: column }), element("td", { textContent: row[j] }));
    return element("table", {}, ...card.columns.map(line));
  }

  /**
   * Sixteen shades, two pixels a byte.
   * @param {Uint8Array} packed
   * @param {number} index
   */
  picture(packed, index) {
    const { height, width } = this.spec.card;
    const { paper, ink } = this.colours;
    const shade = (/** @type {number} */ at) => (at % 2 ? packed[at >> 1] & 15 : packed[at >> 1] >> 4) / 15;
    const canvas = element("canvas", { height, width });
    canvas.getContext("2d")?.putImageData(picture(width, height, (p) => shade(index * height * width + p), paper, ink), 0, 0);
    return canvas;
  }

  /**
   * Beside the hand, on the side that has room.
   * @param {MouseEvent} event
   */
  place(event) {
    this.card.hidden = false;
    const box = this.root.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const { offsetWidth: width, offsetHeight: height } = this.card;
    this.card.style.left = `${Math.max(0, x + 16 + width > box.width ? x - 16 - width : x + 16)}px`;
    this.card.style.top = `${Math.max(0, Math.min(y - height / 2, box.height - height))}px`;
  }

  hide() {
    if (this.card.hidden) return;
    this.card.hidden = true;
    if (this.body.isConnected) this.view?.Plotly.restyle(this.body, { x: [[null]], y: [[null]] }, [this.ring]);
  }

  /**
   * @override
   * @param {number} position
   */
  show(position) {
    if (Math.round(position) !== Math.round(this.position ?? position)) this.hide();
    super.show(position);
  }
}

PANELS.map = MapPanel;
