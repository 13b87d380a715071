// @ts-check
// Images: the same cells in every generation, each pixel between the page's colour and that of synthetic data.

import { element, svgElement } from "../../browser/dom.js";
import { picture } from "../colours.js";
import { bytesOf } from "../frames.js";
import { PANELS, Panel } from "../panel.js";

/**
 * What images have besides what every panel has.
 * @typedef {object} Content
 * @property {string} pixels a byte each, base64: frames, pictures, lines, pixels of a line
 * @property {number} count how many pictures
 * @property {number} height of a picture, in pixels
 * @property {number} width
 */

export class ImagePanel extends Panel {
  canvas = element("canvas", { className: "cl-images" });
  pixels = new Uint8Array();
  /** @type {number | undefined} */
  shown = undefined;

  /**
   * @override
   * @param {import("../received.js").PanelSpec & Content} spec
   * @param {Readonly<import("../panel.js").Received>} payload
   * @param {import("../panel.js").ViewState} view
   */
  update(spec, payload, view) {
    super.update(spec, payload, view);
    this.pixels = bytesOf(spec.pixels);
    this.body.replaceChildren(this.canvas);
    this.shown = undefined;
  }

  /**
   * A wide panel gets wide rows of pictures, so that they are as large as they can be.
   * @returns {number} how many stand in a row
   */
  arrange() {
    const { count, height, width } = this.spec;
    const ratio = (this.body.clientWidth || 1) / (this.body.clientHeight || 1);
    const columns = Math.max(1, Math.min(count, Math.round(Math.sqrt((count * ratio * (height + 1)) / (width + 1)))));
    this.canvas.width = columns * (width + 1) - 1;
    this.canvas.height = Math.ceil(count / columns) * (height + 1) - 1;
    return columns;
  }

  /**
   * @override
   * @param {number} position
   */
  show(position) {
    const frame = Math.round(position);
    if (frame === this.shown) return;
    this.shown = this.position = frame;
    const columns = this.arrange();
    this.paint(this.canvas, frame, columns, this.colours);
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number} frame
   * @param {number} columns how many pictures stand in a row
   * @param {import("../colours.js").Palette} colours
   */
  paint(canvas, frame, columns, { paper, synthetic }) {
    const { count, height, width } = this.spec;
    const context = canvas.getContext("2d");
    for (let k = 0; k < count; k++) {
      const first = (frame * count + k) * height * width;
      const image = picture(width, height, (p) => this.pixels[first + p] / 255, paper, synthetic);
      context?.putImageData(image, (k % columns) * (width + 1), Math.floor(k / columns) * (height + 1));
    }
  }

  /**
   * @override
   * @param {number} frame
   */
  table(frame) {
    const { count, height, width } = this.spec;
    const first = frame * count * height;
    const line = (/** @type {number} */ k) => Array.from(this.pixels.slice((first + k) * width, (first + k + 1) * width), share);
    const rows = Array.from({ length: count * height }, (_, k) => [Math.floor(k / height) + 1, (k % height) + 1, ...line(k)]);
    return { heads: ["picture", "line", ...Array.from({ length: width }, (_, k) => `ink ${k + 1}`)], rows };
  }

  /**
   * @override
   * @param {import("../paper.js").Page} page
   */
  async drawing({ width, colours }) {
    const { width: across, height: down } = this.canvas;
    const canvas = element("canvas", { width: across, height: down });
    this.paint(canvas, this.shown ?? 0, (across + 1) / (this.spec.width + 1), colours);
    const height = (width * down) / across;
    const image = svgElement("image", { width, height, href: canvas.toDataURL("image/png"), style: "image-rendering:pixelated" });
    return { node: svgElement("g", {}, image), height };
  }

  /** @override */
  resize() {
    const frame = this.shown;
    this.shown = undefined;
    if (frame !== undefined) this.show(frame);
  }
}

/** @param {number} ink a byte */
function share(ink) {
  return Number((ink / 255).toFixed(2));
}

PANELS.images = ImagePanel;
