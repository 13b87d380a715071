// @ts-check
// What is waited for, by a name: waiting for it anew takes the place of waiting for it before.

export class Timers {
  constructor() {
    /** @type {Record<string, ReturnType<typeof setTimeout>>} */
    this.running = {};
  }

  /**
   * @param {string} name
   * @param {number} milliseconds
   * @param {() => void} act
   */
  after(name, milliseconds, act) {
    this.stop(name);
    this.running[name] = setTimeout(act, milliseconds);
  }

  /** @param {string} name */
  stop(name) {
    clearTimeout(this.running[name]);
  }

  clear() {
    Object.keys(this.running).forEach((name) => this.stop(name));
  }
}
