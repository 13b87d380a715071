// @ts-check
// Passages: text that can be read, each token tinted by how rare it is in the real text.

import { element } from "../../browser/dom.js";
import { PANELS, Panel } from "../panel.js";

/**
 * What passages have besides what every panel has.
 * @typedef {object} Content
 * @property {number[][][]} tokens by frame, passage and place; negative where a passage has ended
 * @property {string[]} words what each token is
 * @property {string} joiner between tokens
 * @property {number[]} rarity of each token: the step of the tint
 * @property {number} prompt how many tokens of a passage are given
 */

export class PassagePanel extends Panel {
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
    this.body.setAttribute("role", "region"); // it scrolls, so a keyboard must get there
    this.body.tabIndex = 0;
    this.body.classList.add("cl-passages");
    this.shown = undefined;
  }

  /**
   * @override
   * @param {number} position
   */
  show(position) {
    const frame = Math.round(position);
    if (frame === this.shown) return;
    this.shown = frame;
    this.body.replaceChildren(...this.passages(frame).map((tokens) => this.paragraph(tokens, this.payload?.generations[frame] ?? 0)));
  }

  /**
   * @param {number} frame
   * @returns {number[][]}
   */
  passages(frame) {
    return this.spec.tokens[frame].map((/** @type {number[]} */ passage) => passage.filter((token) => token >= 0));
  }

  /**
   * @override
   * @param {number} frame
   */
  table(frame) {
    const { words, joiner } = this.spec;
    return { heads: ["passage", "text"], rows: this.passages(frame).map((tokens, k) => [k + 1, tokens.map((token) => words[token]).join(joiner)]) };
  }

  /**
   * Generation 0 is real text from end to end; later a prompt is real and what follows it the model's. A passage begins on the side
   * that its script begins on.
   * @param {number[]} tokens
   * @param {number} generation
   */
  paragraph(tokens, generation) {
    const { words, joiner, rarity, prompt } = this.spec;
    const spans = tokens.map((token) => [element("span", { className: `cl-rare${rarity[token]}`, textContent: words[token] }), joiner]);
    if (!prompt || !generation) return element("p", { dir: "auto" }, ...spans.flat());
    const given = element("em", { className: "cl-prompt", title: "the prompt: real text" }, ...spans.slice(0, prompt).flat());
    return element("p", { dir: "auto" }, given, ...spans.slice(prompt).flat());
  }
}

PANELS.passages = PassagePanel;
