// @ts-check
// What may be seen of a run that is drawn as it plays: nothing beyond the farthest generation that the playhead has come to.

import { reducedMotion } from "./playhead.js";

/** @typedef {import("./received.js").Trace} Trace */

/** What stands in the place of the verdict until the run has been played to its end. */
export const EARLY = {
  verdict: "Make your bet, then play.",
  line: "Everything is drawn up to the generation shown. What happened is told here at the end.",
};

export class Reveal {
  /**
   * @param {import("./view_options.js").ViewOptions} options
   * @param {import("./playhead.js").Playhead} playhead
   */
  constructor(options, playhead) {
    this.options = options;
    this.playhead = playhead;
  }

  /** Whether something of the run is not to be seen yet. */
  get withholds() {
    return this.options.on("reveal") && !this.playhead.seen;
  }

  /** The generation up to which is drawn. */
  get edge() {
    return this.withholds ? this.playhead.reached : Infinity;
  }

  /**
   * What is told above the figures: the headline, the line under it, and how sure it is.
   * @param {Pick<import("./received.js").Received, "verdict" | "line" | "detail" | "early" | "before">} received
   */
  told({ verdict, line, detail, early = EARLY, before = "" }) {
    return { before, ...(this.withholds ? { ...early, detail: "" } : { verdict, line, detail }) };
  }

  /**
   * The generation to open at. Where nothing may move a run opens at its end, but for one whose end is not to be seen.
   * @param {number | null} start what the link says
   */
  opening(start) {
    return start ?? (this.options.on("reveal") && reducedMotion() ? 0 : null);
  }
}

/**
 * A trace over generations without all that lies beyond one.
 * @param {Trace} trace
 * @param {number} edge the last generation that is drawn
 * @param {(index: number) => number} [end] the generation that a point reaches to; as usual its own
 * @returns {Trace}
 */
export function upTo(trace, edge, end = (index) => trace.x[index]) {
  const kept = trace.x.map((/** @type {unknown} */ _, /** @type {number} */ index) => end(index) <= edge);
  if (kept.every(Boolean)) return trace;
  const cut = (/** @type {any} */ values) => (Array.isArray(values) ? values.filter((_, index) => kept[index]) : values);
  if (trace.type === "heatmap") return { ...trace, x: cut(trace.x), z: trace.z.map(cut), text: trace.text.map(cut) };
  return { ...trace, x: cut(trace.x), y: cut(trace.y), text: cut(trace.text) };
}
