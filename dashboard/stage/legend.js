// @ts-check
// The row under the curves: what their marks say, and how they are drawn.

import { element } from "../browser/dom.js";
import { press, toggle } from "./controls.js";

/** @typedef {import("./received.js").PanelSpec} PanelSpec */

/**
 * How the curves are drawn: the view option, its button, the panels it concerns, and whether a panel has any use for it.
 * @typedef {object} Switch
 * @property {string} option
 * @property {string} label
 * @property {string} redraws
 * @property {(panel: PanelSpec & { log?: object, cursor?: object }) => boolean} serves
 * @property {(stage: import("./stage.js").Stage) => void} [prepare] what comes before
 */

/** @type {Switch[]} */
const SWITCHES = [
  { option: "scale", label: "Log scale", redraws: "log", serves: (panel) => Boolean(panel.log) },
  { option: "paths", label: "Every repeat", redraws: "cursor", serves: (panel) => panel.data.filter((trace) => trace.meta === "every world").length > 1 },
  { option: "reveal", label: "As it plays", redraws: "cursor", serves: (panel) => Boolean(panel.cursor), prepare: ({ playhead }) => playhead.forget() },
];

export class Legend {
  /** @param {import("./stage.js").Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.marks = element("ul");
    /** @type {string | undefined} what stands in it */
    this.marked = undefined;
    this.marks.setAttribute("aria-label", "Legend of the curves");
    this.switches = SWITCHES.map((one) => ({ ...one, button: toggle(one.label, (on) => this.setOption(one, on)) }));
    this.root = element("div", { className: "cl-legend" }, this.marks, ...this.switches.map((one) => one.button));
  }

  /** @param {import("./received.js").Received} payload */
  update(payload) {
    const words = new Map(payload.panels.flatMap((panel) => panel.legend ?? []).map(({ mark, text }) => [mark, text]));
    const { terms } = this.stage;
    const sign = JSON.stringify([...words]);
    if (sign !== this.marked) this.marks.replaceChildren(...[...words].map(([mark, text]) => element("li", {}, swatch(mark), element("span", {}, ...terms.marked(text)))));
    this.marked = sign;
    for (const { button, serves } of this.switches) button.hidden = !payload.panels.some(serves);
    this.press();
  }

  /**
   * @param {Switch} one
   * @param {boolean} on
   */
  setOption({ option, redraws, prepare }, on) {
    prepare?.(this.stage);
    this.stage.options.setOn(option, on);
    this.press();
    this.stage.redraw(redraws);
  }

  press() {
    for (const { button, option } of this.switches) press(button, this.stage.options.on(option));
  }
}

/** @param {string} mark */
function swatch(mark) {
  const drawn = element("span", { className: `cl-mark cl-mark-${mark}` });
  drawn.setAttribute("aria-hidden", "true");
  return drawn;
}
