// @ts-check
// The tour: lights up one real control after the other. Everything under it can be used while it is lit.

import { element, textButton } from "../browser/dom.js";
import { NO_SIDEBAR, around, moveSidebar, wholeControl } from "../browser/streamlit.js";
import { beside, inSight, nameOf, visible } from "./places.js";

/**
 * What the page hands over.
 * @typedef {object} Offer
 * @property {Stop[]} stops
 * @property {Record<string, string>} words
 * @property {number} asked how often the visitor has asked for it
 * @property {boolean} offer whether to offer it to somebody who was not offered it before
 */

/**
 * @typedef {object} Stop
 * @property {string} title
 * @property {string} text
 * @property {string[]} names accessible names that the control may have
 * @property {string} part a class of the stage's own, in place of names
 */

/** @type {WeakMap<HTMLElement, Tour>} */
const tours = new WeakMap();

const SEEN = "collapse-lab-tour";
const SLIDING = 400; // milliseconds in which a sidebar has come out
const ROW = 72; // letter heights (rem) of a window whose row of pages has room for the offer beside them

/** A browser that keeps nothing is treated as one that has seen it, so that nobody is asked again and again. */
const storage = {
  seen() {
    try {
      return localStorage.getItem(SEEN) !== null;
    } catch {
      return true;
    }
  },
  keep() {
    try {
      localStorage.setItem(SEEN, "1");
    } catch {
      // nothing to be done
    }
  },
};

class Tour {
  note = element("aside", { className: "cl-tour-offer" });
  light = element("div", { className: "cl-tour-light" });
  title = element("h2", { id: "cl-tour-title" });
  text = element("p", { id: "cl-tour-text" });
  place = element("span", { className: "cl-tour-place" });
  trouble = element("p", { className: "cl-tour-trouble", hidden: true, role: "status" });
  back = textButton("", () => this.go(this.at - 1));
  next = textButton("", () => (this.at + 1 < this.stops.length ? this.go(this.at + 1) : this.end()), { className: "cl-tour-main" });
  skip = textButton("", () => this.end());

  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    /** @type {Stop[]} */
    this.stops = [];
    /** @type {Record<string, string>} */
    this.words = {};
    this.asked = 0;
    this.at = -1;
    this.offered = this.opened = false;
    this.revealed = false; // whether the control of this stop was brought into view
    this.following = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.waiting = undefined;
    const row = element("div", { className: "cl-tour-buttons" }, this.place, this.skip, this.back, this.next);
    this.card = element("div", { className: "cl-tour-card", role: "dialog" }, this.title, this.text, this.trouble, row);
    this.card.setAttribute("aria-labelledby", this.title.id);
    this.card.setAttribute("aria-describedby", this.text.id);
    this.keys = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && this.escape();
    this.resized = () => this.note.isConnected && this.putOffer();
    document.addEventListener("keydown", this.keys);
    window.addEventListener("resize", this.resized);
  }

  /** @param {Offer} data */
  update({ stops, words, asked, offer }) {
    this.stops = stops;
    this.words = words;
    if (asked > this.asked) this.whenReady(() => this.start());
    else if (offer && !storage.seen() && !this.offered) this.whenReady(() => this.offer());
    this.asked = asked;
  }

  /**
   * Not before there is something to show.
   * @param {() => void} act
   */
  whenReady(act) {
    clearTimeout(this.waiting);
    if (document.querySelector('[data-stage][data-ready="true"]')) act();
    else this.waiting = setTimeout(() => this.whenReady(act), 200);
  }

  /** @param {HTMLElement} node which gets the page's colours */
  dress(node) {
    const style = getComputedStyle(this.host);
    for (const name of ["background-color", "text-color", "primary-color", "font"]) {
      node.style.setProperty(`--tour-${name}`, style.getPropertyValue(`--st-${name}`));
    }
  }

  offer() {
    this.offered = true;
    storage.keep();
    const { offer, start, decline } = this.words;
    const yes = textButton(start, () => this.start(), { className: "cl-tour-main" });
    const no = textButton(decline, () => this.clear());
    this.note.ariaLabel = offer;
    this.note.replaceChildren(element("p", { textContent: offer }), element("div", { className: "cl-tour-buttons" }, yes, no));
    this.dress(this.note);
    this.putOffer();
  }

  /** In the row of the pages where it has room there, else in the stage's own flow: it covers neither headline nor controls. */
  putOffer() {
    const letter = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const foot = window.innerWidth < ROW * letter ? document.querySelector("[data-stage] .cl-foot") : null;
    this.note.classList.toggle("cl-tour-strip", foot !== null);
    if (this.note.parentElement !== (foot ?? document.body)) (foot ?? document.body).prepend(this.note);
  }

  /** Leaves the tour, or the offer where nothing else has the focus. */
  escape() {
    const focused = document.activeElement;
    if (this.at >= 0) this.end();
    else if (focused === document.body || this.note.contains(focused)) this.clear();
  }

  start() {
    this.clear();
    storage.keep();
    this.before = /** @type {HTMLElement | null} */ (document.activeElement);
    this.back.textContent = this.words.back;
    this.skip.textContent = this.words.skip;
    for (const node of [this.light, this.card]) {
      this.dress(node);
      document.body.append(node);
    }
    this.go(0);
    this.follow();
  }

  /** @param {number} at */
  go(at) {
    this.at = at;
    const last = at + 1 === this.stops.length;
    const { title, text } = this.stops[at];
    this.title.textContent = title;
    this.text.textContent = text;
    this.place.textContent = this.words.place.replace("{at}", String(at + 1)).replace("{all}", String(this.stops.length));
    this.back.hidden = at === 0;
    this.skip.hidden = last;
    this.next.textContent = last ? this.words.done : this.words.next;
    this.next.focus({ preventScroll: true });
    this.revealed = false;
  }

  /** The control of the present stop, if it is on the page. */
  get target() {
    const { names, part } = this.stops[this.at];
    if (part) return document.querySelector(`[data-stage] .${part}`);
    const candidates = [...document.querySelectorAll("button, [role=slider], input")].filter((node) => !this.card.contains(node));
    for (const name of names) {
      const named = candidates.filter((node) => nameOf(node) === name);
      const found = named.find(visible) ?? named[0];
      if (found) return found.matches("[role=slider], input") ? wholeControl(found) : found;
    }
    return null;
  }

  /**
   * Controls in a drawer that is shut are brought out, and the drawer is shut again when the tour goes on to the stage.
   * @param {Element} target
   */
  reveal(target) {
    this.revealed = true;
    const inside = around(target, "sidebar");
    this.tell("");
    if (inside && !visible(target)) this.drawer(true);
    else if (!inside && this.opened) this.drawer(false);
    if (!inSight(target)) target.scrollIntoView({ block: "center", inline: "nearest" });
  }

  /** @param {boolean} open */
  drawer(open) {
    const moved = moveSidebar(open);
    this.opened = open && moved;
    if (!moved) this.tell(NO_SIDEBAR);
    if (open) setTimeout(() => this.at >= 0 && this.target?.scrollIntoView({ block: "center" }), SLIDING);
  }

  /** @param {string} trouble what a hand has to do instead of the tour; empty where there is nothing */
  tell(trouble) {
    this.trouble.textContent = trouble;
    this.trouble.hidden = !trouble;
  }

  /** The page may move under the tour, and controls may come late: the light is put where its control is, as long as it is lit. */
  follow() {
    if (this.at < 0) return;
    const { target } = this;
    if (target && !this.revealed) this.reveal(target);
    this.put(target);
    this.following = requestAnimationFrame(() => this.follow());
  }

  /** @param {Element | null} target */
  put(target) {
    const box = target && visible(target) ? target.getBoundingClientRect() : null;
    this.light.hidden = !box;
    const { offsetWidth: width, offsetHeight: height } = this.card;
    const { light, card } = beside(box, { width, height }, { width: window.innerWidth, height: window.innerHeight });
    if (light) this.light.style.cssText += `;left:${light.left}px;top:${light.top}px;width:${light.width}px;height:${light.height}px`;
    this.card.style.left = `${card.left}px`;
    this.card.style.top = `${card.top}px`;
  }

  end() {
    if (this.opened) moveSidebar(false);
    this.opened = false;
    this.clear();
    this.before?.focus?.({ preventScroll: true });
  }

  clear() {
    this.at = -1;
    cancelAnimationFrame(this.following);
    for (const node of [this.note, this.light, this.card]) node.remove();
  }

  dispose() {
    clearTimeout(this.waiting);
    document.removeEventListener("keydown", this.keys);
    window.removeEventListener("resize", this.resized);
    this.clear();
  }
}

/** @param {{ data: [Offer], parentElement: HTMLElement }} mounted */
export default function ({ data: [offer], parentElement }) {
  const tour = tours.get(parentElement) ?? new Tour(parentElement);
  tours.set(parentElement, tour);
  tour.update(offer);
  return () => {
    tours.get(parentElement)?.dispose();
    tours.delete(parentElement);
  };
}
