// @ts-check
// Presenting: the stage alone, large, over everything else; and a walk through the run that stops where there is something to say.

import { element } from "../browser/dom.js";
import { press } from "./controls.js";

const PRESET_KEYS = ["1 to 9", "open a preset"];
const KEYS = [
  ["Space", "play or pause"],
  ["← →", "one generation back or on"],
  ["Home End", "first or last generation"],
  ["M", "walk through the moments of this run"],
  PRESET_KEYS,
  ["P", "present, or go back to the page"],
  ["?", "show or hide these keys"],
  ["Esc", "leave"],
];
const NO_MOMENTS = "The moments of this run are told once it has been played to its end.";
const PAUSE_AT_A_HIGHLIGHT = 4500; // milliseconds: a sentence can be read aloud

// Type on a screen of this size is as large as on a page; it grows with the screen, so that it is read from the last row.
const PAGE = { width: 1040, height: 585 };
const LARGEST_TYPE = 2.2; // times that of a page; what is larger no longer fits the figures' own places

export class Presenter {
  /** @param {import("./stage.js").Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.on = false;
    this.filled = false;
    this.walking = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.resting = undefined;
    const lines = KEYS.map(keyLine);
    this.presets = lines[KEYS.indexOf(PRESET_KEYS)];
    this.help = element("div", { className: "cl-keys", hidden: true, role: "note", ariaLabel: "Keys" }, ...lines);
    stage.foot.append(this.help);
    stage.frame.addEventListener("cancel", (event) => {
      event.preventDefault(); // the browser would close the stage itself
      if (this.help.hidden) this.leave();
      else this.help.hidden = true;
    });
    stage.frame.addEventListener("pointerdown", ({ target }) => {
      if (!(target instanceof Element && target.closest(".cl-when-presenting"))) this.endWalk();
    }, true);
    this.unfilled = () => document.fullscreenElement || (this.filled && this.leave());
    this.fitted = () => this.on && this.fit();
    document.addEventListener("fullscreenchange", this.unfilled);
    window.addEventListener("resize", this.fitted);
  }

  /** A modal dialog lies above the whole page, and what is under it takes neither focus nor clicks. */
  enter() {
    if (this.on) return;
    this.on = true;
    this.stage.frame.close();
    this.stage.frame.showModal();
    this.stage.frame.scrollTop = 0; // the browser has scrolled to what it focused
    this.stage.flag("presenting", true);
    this.fit();
    this.stage.root.focus({ preventScroll: true });
    this.stage.options.setOn("present", true);
  }

  leave() {
    if (!this.on) return;
    this.endWalk();
    this.on = this.filled = false;
    this.help.hidden = true;
    this.stage.frame.close();
    this.stage.frame.show();
    this.stage.flag("presenting", false);
    this.stage.frame.style.removeProperty("--type");
    if (document.fullscreenElement) document.exitFullscreen();
    this.stage.redrawAll();
    this.stage.options.setOn("present", false);
  }

  toggle() {
    if (this.on) return this.leave();
    this.enter();
    // Only a browser window that is asked by hand gives its whole screen; where it does not, the window is filled.
    document.documentElement.requestFullscreen?.().then(() => (this.filled = true), () => {});
  }

  fit() {
    const type = Math.max(1, Math.min(LARGEST_TYPE, window.innerWidth / PAGE.width, window.innerHeight / PAGE.height));
    this.stage.frame.style.setProperty("--type", type.toFixed(3));
    this.stage.redrawAll();
  }

  get type() {
    return this.on ? Number(this.stage.frame.style.getPropertyValue("--type")) || 1 : 1;
  }

  /** @param {string} key "p", "?", "m", or the place of a preset */
  key(key) {
    if (key === "p") return this.toggle();
    if (key === "?") return this.toggleHelp();
    if (key === "m") return this.walk();
    this.stage.report("preset", Number(key) - 1);
  }

  /** Presets are opened on Explore alone: a lesson has its own run, and a replay has no other. */
  toggleHelp() {
    this.presets.hidden = !this.stage.shown.presets;
    this.help.hidden = !this.help.hidden;
  }

  /** The walk: on to the next highlight, a while there, and on, until a hand touches anything. */
  walk() {
    if (this.walking) return this.endWalk();
    if (this.stage.reveal.withholds) return this.stage.notify(NO_MOMENTS, PAUSE_AT_A_HIGHLIGHT);
    this.walking = true;
    this.stage.flag("walking", true);
    press(this.stage.transport.walk, true);
    this.stage.playhead.jump(0);
    this.visit(0);
  }

  /** @param {number} which */
  visit(which) {
    const highlight = this.stage.shown.highlights[which];
    if (!this.walking || !highlight) return this.endWalk();
    this.stage.playhead.goTo(this.stage.playhead.frameOf(highlight.t), () => {
      this.stage.announce(highlight.text);
      this.resting = setTimeout(() => this.visit(which + 1), PAUSE_AT_A_HIGHLIGHT);
    });
  }

  /** Another run is opened: a walk through the one before has nothing more to stop at, and nothing more to say. */
  forgetWalk() {
    this.walking = false;
    this.stage.announced = undefined;
    clearTimeout(this.resting);
    this.stage.flag("walking", false);
    press(this.stage.transport.walk, false);
  }

  endWalk() {
    if (!this.walking) return;
    this.forgetWalk();
    this.stage.playhead.commit(this.stage.playhead.frame);
  }

  dispose() {
    this.walking = false;
    clearTimeout(this.resting);
    document.removeEventListener("fullscreenchange", this.unfilled);
    window.removeEventListener("resize", this.fitted);
  }
}

/** @param {string[]} line a key, and what it does */
function keyLine([key, does]) {
  return element("p", {}, element("kbd", { textContent: key }), does);
}
