// @ts-check
// What was answered in a lesson's quiz, kept in this browser and nowhere else.

const STORED = "collapse-lab-quiz";

/** @typedef {"before" | "after"} Phase */
/** @typedef {(number | null)[]} Given numbers from 1 by the place of the question, null where it was left open */

/** @type {Record<string, Given>} of a browser that keeps nothing, for as long as the page is open */
const unstored = {};

export class Answers {
  /**
   * @param {string} name of the lesson
   * @param {number} count of its questions
   */
  constructor(name, count) {
    this.name = name;
    this.count = count;
  }

  /** @param {Phase} phase */
  key(phase) {
    return `${STORED}:${this.name}:${phase}`;
  }

  /**
   * @param {Phase} phase
   * @returns {Given}
   */
  read(phase) {
    const found = unstored[this.key(phase)] ?? this.stored(this.key(phase));
    return Array.from({ length: this.count }, (_, i) => found[i] ?? null);
  }

  /**
   * @param {string} key
   * @returns {Given}
   */
  stored(key) {
    try {
      const found = JSON.parse(localStorage.getItem(key) ?? "[]");
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  }

  /**
   * Whether the browser keeps them; one that does not gets a page that does, and is told so.
   * @param {Phase} phase
   * @param {Given} given
   */
  keep(phase, given) {
    try {
      localStorage.setItem(this.key(phase), JSON.stringify(given));
      return true;
    } catch {
      unstored[this.key(phase)] = given;
      return false;
    }
  }

  forget() {
    this.keep("before", []);
    this.keep("after", []);
  }
}
