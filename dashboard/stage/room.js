// @ts-check
// The room that figures have: between what is told above the stage, its headline, and the controls at its foot.

import { NO_PAGE, around } from "../browser/streamlit.js";

const LATE_NOTICES = 600; // milliseconds in which what comes above the stage has come

export class Room {
  /** @param {import("./stage.js").Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {boolean | undefined} whether something is told above the stage; unknown until it is drawn */
    this.lowered = undefined;
    this.observer = new ResizeObserver(() => this.measure());
    for (const node of stage.root.children) if (node !== stage.grid) this.observer.observe(node);
  }

  /** In a low window the figures are given what headline and controls leave of it; the style sheet does the sum. */
  measure() {
    const { root, grid, caption, foot } = this.stage;
    const [whole, figures, told, controls] = [root, grid, caption, foot].map((node) => node.getBoundingClientRect());
    const stays = getComputedStyle(caption).position === "sticky";
    const taken = { over: figures.top - whole.top, told: stays ? told.height : 0, foot: controls.height };
    for (const [part, height] of Object.entries(taken)) root.style.setProperty(`--${part}`, `${Math.ceil(height)}px`);
    if (this.lowered !== undefined) this.fitUnderNotices(this.lowered); // larger type moves what is above, too
  }

  /** Whether the window is low, as the style sheet sees it. */
  get low() {
    return getComputedStyle(this.stage.root).getPropertyValue("--low").trim() === "1";
  }

  /**
   * What is told above the stage takes its room from the figures, so that the transport stays in view.
   * @param {boolean} lowered
   */
  fit(lowered) {
    this.lowered = lowered;
    this.fitUnderNotices(lowered);
    this.stage.timers.after("fit", LATE_NOTICES, () => this.fitUnderNotices(lowered)); // what comes above may still be on its way
  }

  /** @param {boolean} lowered */
  fitUnderNotices(lowered) {
    const { root, presenter } = this.stage;
    this.stage.flag("lowered", lowered);
    if (presenter.on) return;
    const page = around(root, "page");
    if (!page) return lowered ? this.stage.notifyOnce(NO_PAGE) : undefined;
    const top = Math.round(root.getBoundingClientRect().top - page.getBoundingClientRect().top + page.scrollTop);
    root.style.setProperty("--above", `calc(${top}px + 0.75rem)`);
    root.style.setProperty("--top", `${top}px`);
  }

  dispose() {
    this.observer.disconnect();
  }
}
