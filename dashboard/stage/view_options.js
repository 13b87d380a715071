// @ts-check
// The view options that Python declares and the hand sets: the word of each, as a link would have it.

/** @typedef {import("./received.js").Option} Option */

export class ViewOptions {
  /** @param {(name: string, value: string | null) => void} report is told what the hand sets */
  constructor(report) {
    this.report = report;
    /** @type {Record<string, Option>} */
    this.declared = {};
    /** @type {Set<string>} those that the hand has set */
    this.byHand = new Set();
  }

  /**
   * An experiment that is opened brings its own; until another is, what the hand has set stays, whatever Python knew when it sent the
   * payload.
   * @param {Record<string, Option>} declared
   * @param {boolean} opened
   */
  take(declared, opened) {
    if (opened) this.byHand.clear();
    const known = (/** @type {string} */ name, /** @type {Option} */ option) => (this.byHand.has(name) && this.declared[name]) || option;
    const kept = Object.entries(declared).map(([name, option]) => [name, { ...option, value: known(name, option).value }]);
    this.declared = Object.fromEntries(kept);
  }

  /**
   * @param {string} name
   * @param {string | null} value
   */
  set(name, value) {
    if (this.declared[name]) this.declared[name].value = value;
    this.byHand.add(name);
    this.report(name, value);
  }

  /**
   * Of an option with two choices: whether it is not as usual.
   * @param {string} name
   */
  on(name) {
    const option = this.declared[name];
    return option !== undefined && option.value === option.choices[1];
  }

  /**
   * @param {string} name of an option with two choices
   * @param {boolean} on whether it shall not be as usual
   */
  setOn(name, on) {
    this.set(name, this.declared[name]?.choices[Number(on)]);
  }

  /** Those that a link that is handed on leaves out. */
  get unshared() {
    return Object.keys(this.declared).filter((name) => !this.declared[name].shared);
  }
}
