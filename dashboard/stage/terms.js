// @ts-check
// Words that explain themselves: a term of the glossary is a button wherever it stands, and what it means opens beside it.

import { element } from "../browser/dom.js";

const APART = 6; // pixels between a word and what it means
const EDGE = 8; // pixels that are left at the window's edge

export class Terms {
  /** @param {HTMLElement} host the frame of the stage, above which nothing is hidden */
  constructor(host) {
    this.card = element("div", { className: "cl-term-card", popover: "auto", role: "status" });
    host.append(this.card);
    /** @type {HTMLElement | undefined} the word that the card explains */
    this.word = undefined;
    this.again = false;
    /** @type {Record<string, string>} */
    this.meanings = {};
    /** @type {RegExp | undefined} */
    this.pattern = undefined;
    /** @type {WeakMap<HTMLElement, string>} what stands in a node, and what is explained in it */
    this.written = new WeakMap();
  }

  /** @param {Record<string, string>} [meanings] by the form in which a word stands, in small letters */
  take(meanings = {}) {
    this.meanings = meanings;
    const forms = Object.keys(meanings).sort((a, b) => b.length - a.length);
    const escaped = forms.map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    this.pattern = forms.length ? new RegExp(`“[^”]*”|(?<![\\w-])(?:${escaped.join("|")})(?![\\w-])`, "gi") : undefined;
  }

  /**
   * The words of a text, with every term as a button where it is first met.
   * @param {string} text
   * @param {Set<string>} [met] the meanings that were explained before; those of this text are added
   * @returns {(Node | string)[]}
   */
  marked(text, met = new Set()) {
    /** @type {(Node | string)[]} */
    const parts = [];
    let at = 0;
    for (const { 0: word, index } of this.pattern ? text.matchAll(this.pattern) : []) {
      const meaning = this.meanings[word.toLowerCase()];
      if (!meaning || met.has(meaning)) continue; // words between quotation marks are data
      met.add(meaning);
      parts.push(text.slice(at, index), this.term(word, meaning));
      at = index + word.length;
    }
    return [...parts, text.slice(at)].filter((part) => part !== "");
  }

  /**
   * Writes a text with its terms; what stands there already is left alone, with the focus that it may have.
   * @param {HTMLElement} node
   * @param {string} text
   * @param {Set<string>} [met] as in `marked`
   */
  write(node, text, met) {
    const parts = this.marked(text, met);
    const sign = JSON.stringify(parts.map((part) => (typeof part === "string" ? part : [part.textContent, /** @type {HTMLElement} */ (part).title])));
    if (this.written.get(node) === sign && node.textContent === text) return;
    this.written.set(node, sign);
    node.replaceChildren(...parts);
  }

  /**
   * @param {string} words
   * @param {string} meaning
   */
  term(words, meaning) {
    const button = element("button", { type: "button", className: "cl-term", textContent: words, title: meaning });
    button.onpointerdown = () => (this.again = this.isOpenAt(button)); // the browser shuts the card before the click comes
    button.onclick = () => {
      const again = this.again || this.isOpenAt(button);
      this.again = false;
      if (again) this.card.hidePopover();
      else this.open(button, meaning);
    };
    return button;
  }

  /** @param {HTMLElement} word */
  isOpenAt(word) {
    return this.word === word && this.card.matches(":popover-open");
  }

  /**
   * @param {HTMLElement} word
   * @param {string} meaning
   */
  open(word, meaning) {
    this.word = word;
    this.card.style.cssText = ""; // where it stood before it may have been narrower
    this.card.textContent = meaning;
    this.card.showPopover();
    const [at, card] = [word.getBoundingClientRect(), this.card.getBoundingClientRect()];
    const below = at.bottom + APART + card.height <= window.innerHeight - EDGE;
    const left = Math.max(EDGE, Math.min(at.left, window.innerWidth - EDGE - card.width));
    const top = Math.max(EDGE, below ? at.bottom + APART : at.top - APART - card.height);
    this.card.style.cssText = `left:${left}px;top:${top}px`;
  }
}
