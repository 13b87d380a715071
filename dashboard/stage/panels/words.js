// @ts-check
// Words: a list from common to rare, each underlined by how often it is drawn and struck through once it is gone.

import { element } from "../../browser/dom.js";
import { PANELS, Panel } from "../panel.js";

/**
 * What words have besides what every panel has.
 * @typedef {object} Content
 * @property {string[]} words from common to rare
 * @property {boolean[]} unseen which of them not even the real rows of this world have
 * @property {number[][]} counts how often each is drawn, by frame
 * @property {(number | null)[]} gone the generation from which on each is gone; null where it is not
 * @property {string} absent what a word is called that is gone
 * @property {number} n of how many
 * @property {string} things what is counted
 * @property {number} top the count that is underlined in full
 */

const NEVER = "never drawn, not even among the real rows of this repeat";

export class WordPanel extends Panel {
  /** @type {number | undefined} */
  shown = undefined;

  /**
   * A list and not a picture, so that a screen reader can go through the words; it begins on the side that their script begins on.
   * @override
   * @param {import("../received.js").PanelSpec & Content} spec
   * @param {Readonly<import("../panel.js").Received>} payload
   * @param {import("../panel.js").ViewState} view
   */
  update(spec, payload, view) {
    super.update(spec, payload, view);
    this.body.removeAttribute("role");
    const words = spec.words.map((word) => element("span", { className: "cl-word", textContent: word, role: "listitem" }));
    words.forEach((word, k) => word.classList.toggle("cl-unseen", spec.unseen[k]));
    this.words = words;
    this.list = element("div", { className: "cl-words", role: "list", tabIndex: 0, dir: "auto" }, ...words);
    this.body.replaceChildren(this.list);
    this.shown = undefined;
    this.describe();
  }

  /** @override */
  describe() {
    super.describe();
    this.body.removeAttribute("aria-label");
    this.list?.setAttribute("aria-label", this.alt);
  }

  /**
   * @override
   * @param {number} position
   */
  show(position) {
    const frame = Math.round(position);
    if (frame === this.shown) return;
    this.shown = frame;
    const { counts, absent, n, things, top, unseen } = this.spec;
    this.words?.forEach((word, k) => {
      const since = this.goneSince(k, frame);
      word.classList.toggle("cl-gone", since !== null);
      word.title = unseen[k] ? NEVER : since !== null ? `${absent} since generation ${since}` : `${counts[frame][k]} of ${n} ${things}`;
      word.style.setProperty("--share", String(Math.min(1, counts[frame][k] / top)));
    });
  }

  /**
   * The generation from which on a word is gone, null where it is not gone yet in this frame.
   * @param {number} k
   * @param {number} frame
   * @returns {number | null}
   */
  goneSince(k, frame) {
    const since = this.spec.gone[k];
    return since !== null && since <= (this.payload?.generations[frame] ?? -1) ? since : null;
  }

  /**
   * @override
   * @param {number} frame
   */
  table(frame) {
    const { words, counts, absent, n, things } = this.spec;
    const rows = words.map((/** @type {string} */ word, /** @type {number} */ k) => [word, counts[frame][k], this.goneSince(k, frame) ?? ""]);
    return { heads: ["word", `${things} of ${n}`, `${absent} since generation`], rows };
  }
}

PANELS.words = WordPanel;
