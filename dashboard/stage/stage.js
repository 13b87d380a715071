// @ts-check
// The stage: one playhead that moves every panel. Time lives in the browser; Python hears of it only when the hand lets go.

import { element } from "../browser/dom.js";
import { NO_SIDEBAR, around, isRunning, moveSidebar, sidebarIsOpen } from "../browser/streamlit.js";
import { isDark } from "./colours.js";
import { actionFor, isLookedAt, keyPress } from "./keys.js";
import { Legend } from "./legend.js";
import { loadPlotly } from "./library.js";
import { copyText, linkTo } from "./links.js";
import { PANELS } from "./panel.js";
import { PanelMenu } from "./panel_menu.js";
import { Playhead, reducedMotion } from "./playhead.js";
import { Presenter } from "./presenter.js";
import { Reveal } from "./revealing.js";
import { Room } from "./room.js";
import { Terms } from "./terms.js";
import { Timers } from "./timers.js";
import { Told } from "./told.js";
import { Transport } from "./transport.js";
import { ViewOptions } from "./view_options.js";

/** @typedef {import("./received.js").Received} Received */
/** @typedef {(name: string, value: any) => void} Report tells Python what the hand has set */

const NOT_LOADED = "The drawing library did not load. Reload the page to try again.";
const PHONE = 768; // pixels: Streamlit's own border between a sidebar beside the page and one over it
const PHONE_SIDEWAYS = 960; // pixels: the longest phones have 932
const READ = 6000; // milliseconds in which a sentence is read

export class Stage {
  explained = new Told();
  caption = element("p", { className: "cl-caption" });
  grid = element("div", { className: "cl-panels" });
  note = element("div", { className: "cl-note", role: "status" });
  foot = element("div", { className: "cl-foot" }, this.note);
  root = element("section", { className: "cl-stage", tabIndex: -1, ariaLabel: "Stage" });
  frame = element("dialog", { className: "cl-frame", open: true }, this.root);

  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    /** @type {Map<string, import("./panel.js").Panel>} */
    this.panels = new Map();
    /** @type {WeakMap<import("./panel.js").Panel, PanelMenu>} */
    this.menus = new WeakMap();
    /** @type {Readonly<Received> | undefined} */
    this.received = undefined;
    /** @type {import("./panel.js").ViewState | undefined} */
    this.view = undefined;
    /** @type {Report} */
    this.report = () => {};
    /** @type {{ sentence: string, frame: number } | undefined} */
    this.announced = undefined;
    this.options = new ViewOptions((name, value) => this.report(name, value));
    this.playhead = new Playhead(() => this.show(), (generation) => this.options.set("t", String(generation)));
    this.reveal = new Reveal(this.options, this.playhead);
    /** @type {Set<string>} sentences that were told once */
    this.notified = new Set();
    this.terms = new Terms(this.frame);
    this.presenter = new Presenter(this);
    this.legend = new Legend(this);
    this.transport = new Transport(this);
    this.root.dataset.stage = "";
    this.flag("ready", false);
    this.root.append(this.explained.verdict, this.explained.root, this.grid, this.legend.root, this.caption, this.foot);
    this.foot.append(this.transport.root);
    host.append(this.frame);
    this.keys = (/** @type {KeyboardEvent} */ event) => this.key(event);
    document.addEventListener("keydown", this.keys);
    this.timers = new Timers();
    this.room = new Room(this);
    this.resizing = 0;
    this.observer = new ResizeObserver(() => {
      cancelAnimationFrame(this.resizing);
      this.resizing = requestAnimationFrame(() => this.panels.forEach((panel) => panel.resize()));
    });
    this.observer.observe(this.grid);
  }

  /** What is on stage; there is something as soon as it can be touched. */
  get shown() {
    if (!this.received) throw new Error("nothing is on stage yet");
    return this.received;
  }

  /**
   * @param {Readonly<Received>} received
   * @param {Report} report
   */
  async update(received, report) {
    this.report = report;
    const update = (this.latest = Symbol("update"));
    this.flag("ready", false);
    const Plotly = await loadPlotly(received.plotly).catch(() => null);
    if (update !== this.latest) return;
    if (!Plotly) return void (this.note.textContent = NOT_LOADED);
    if (this.note.textContent === NOT_LOADED) this.note.textContent = "";
    const opened = this.received?.id !== received.id;
    if (opened && this.sidebarIsInTheWay) this.shutSidebar();
    if (opened) this.presenter.forgetWalk();
    this.options.take(received.options, opened);
    this.received = received;
    this.playhead.take({ ...received, start: this.reveal.opening(received.start) }, opened);
    const colours = received.palette[isDark(this.host) ? "dark" : "light"];
    const { options, reveal, playhead: { position } } = this;
    this.terms.take(received.terms);
    this.view = { Plotly, options, reveal, terms: this.terms, colours, type: this.presenter.type, position };
    this.room.fit(received.lowered ?? false);
    this.flag("before", Boolean(received.before));
    for (const [role, hex] of Object.entries(colours)) this.root.style.setProperty(`--cl-${role}`, hex);
    this.arrange(received.panels, this.view);
    this.transport.update(received);
    this.legend.update(received);
    this.begin(received, opened);
    this.view.position = undefined;
    this.flag("ready", true);
  }

  /**
   * @param {Readonly<Received>} received
   * @param {boolean} opened
   */
  begin({ before, takesFocus }, opened) {
    if (before) this.playhead.pause();
    this.show();
    if (!opened) return;
    if (this.options.on("present")) this.presenter.enter();
    this.playhead.open();
    if (!takesFocus) return;
    around(this.root, "page")?.scrollTo(0, 0); // the page was long, and was read down to the button that opened the stage
    if (document.activeElement === document.body) this.root.focus({ preventScroll: true });
  }

  /** On a phone it lies over the stage, once a preset was picked from it; beside a stage in a low window it leaves too little. */
  get sidebarIsInTheWay() {
    return this.room.low ? window.innerWidth <= PHONE_SIDEWAYS : this.received && window.innerWidth <= PHONE;
  }

  /** Not before the page has run to its end: controls that are taken away half way through report values nobody chose. */
  shutSidebar() {
    if (!sidebarIsOpen()) return;
    const running = isRunning();
    if (running) this.timers.after("shut", 150, () => this.shutSidebar());
    else if (running === undefined || !moveSidebar(false)) this.notifyOnce(NO_SIDEBAR);
  }

  /**
   * @param {import("./received.js").PanelSpec[]} specs
   * @param {import("./panel.js").ViewState} view
   */
  arrange(specs, view) {
    const names = new Set(specs.map((spec) => spec.name));
    for (const [name, panel] of this.panels) {
      if (names.has(name)) continue;
      panel.dispose();
      this.panels.delete(name);
    }
    this.grid.append(...specs.map((spec) => this.panelOf(spec).root));
    this.grid.dataset.curves = String(specs.filter((spec) => spec.slot === "curve").length);
    for (const spec of specs) this.panelOf(spec).update(spec, this.shown, view);
    this.tell();
    const withMap = specs.find((spec) => spec.map_picker);
    if (withMap) this.panelOf(withMap).root.append(this.transport.map);
  }

  /** @param {import("./received.js").PanelSpec} spec */
  panelOf(spec) {
    const panel = this.panels.get(spec.name) ?? new PANELS[spec.kind](spec);
    this.panels.set(spec.name, panel);
    return panel;
  }

  /** @param {import("./panel.js").Panel} panel */
  menuOf(panel) {
    const menu = this.menus.get(panel) ?? new PanelMenu(panel, this);
    this.menus.set(panel, menu);
    return menu;
  }

  show() {
    const { frame, position, playing } = this.playhead;
    if (this.withheld !== this.reveal.withholds) this.tell();
    for (const panel of this.panels.values()) panel.show(reducedMotion() ? frame : position);
    if (playing) this.caption.removeAttribute("aria-live");
    else this.caption.setAttribute("aria-live", "polite");
    const sentence = this.announced?.frame === frame ? this.announced.sentence : this.shown.captions[frame];
    if (playing) this.caption.textContent = sentence; // nobody taps on a word that goes by
    else this.terms.write(this.caption, sentence);
    this.transport.show(frame, this.shown, playing);
    this.flag("generation", this.playhead.generation);
    this.flag("playing", playing);
  }

  /** The words above the figures and on them; once more when more may be told. */
  tell() {
    this.withheld = this.reveal.withholds;
    this.explained.show(this.reveal.told(this.shown), this.terms);
    for (const panel of this.panels.values()) {
      panel.describe();
      this.menuOf(panel).name(panel.heading);
    }
  }

  /**
   * Stands under the figures in place of the caption, for as long as this generation is shown.
   * @param {string} [sentence]
   */
  announce(sentence) {
    this.announced = sentence ? { sentence, frame: this.playhead.frame } : undefined;
    this.show();
  }

  /**
   * Panels that have a feature are drawn anew.
   * @param {string} feature
   */
  redraw(feature) {
    for (const panel of this.panels.values()) if (panel.spec[feature]) panel.draw();
    this.show();
  }

  redrawAll() {
    if (!this.view) return;
    this.view.type = this.presenter.type;
    for (const panel of this.panels.values()) {
      panel.draw();
      panel.resize();
    }
    this.show();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.received) return;
    const { presets = false } = this.received;
    const state = { presenting: this.presenter.on, presets, isLookedAt: () => isLookedAt(this.root) };
    const action = actionFor(keyPress(event, this.root, this.frame), state);
    if (!action) return;
    if (!("endWalk" in action)) event.preventDefault();
    if ("presenter" in action) return this.presenter.key(action.presenter);
    this.presenter.endWalk();
    if ("move" in action) this.playhead.move(action.move);
  }

  /** Where this moment can be opened on the whole page, also from a frame in another page and from a replay. */
  link() {
    return linkTo(this.shown.link ?? window.location.href, this.playhead.generation, this.options.unshared);
  }

  async copyLink() {
    const link = this.link();
    if (await copyText(link, this.root)) return this.notify("Link copied", 2500);
    const field = element("input", { readOnly: true, value: link });
    this.notify(element("label", {}, "Link to copy", field), 20_000);
    field.select();
  }

  /**
   * @param {Node | string} words
   * @param {number} milliseconds
   */
  notify(words, milliseconds) {
    this.note.replaceChildren(words);
    this.timers.after("fade", milliseconds, () => this.note.replaceChildren());
  }

  /** @param {string} sentence which is not read out at every run of the page */
  notifyOnce(sentence) {
    if (!this.notified.has(sentence)) this.notify(sentence, READ);
    this.notified.add(sentence);
  }

  /**
   * @param {string} name
   * @param {string | number | boolean} value
   */
  flag(name, value) {
    this.root.dataset[name] = String(value);
  }

  /** Nothing may move, or be told, once the stage is gone. */
  dispose() {
    this.latest = undefined;
    this.report = () => {};
    this.timers.clear();
    cancelAnimationFrame(this.resizing);
    this.playhead.dispose();
    this.presenter.dispose();
    this.observer.disconnect();
    this.room.dispose();
    document.removeEventListener("keydown", this.keys);
    this.panels.forEach((panel) => panel.dispose());
    this.frame.remove();
  }
}
