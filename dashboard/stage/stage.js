// The stage: one playhead that moves every panel. Time lives in the browser; Python hears of it only when the hand lets go.

const stages = new WeakMap();
const NOT_LOADED = "The drawing library did not load. Reload the page to try again.";

class Stage {
  constructor(host) {
    Object.assign(this, { host, panels: new Map() });
    this.options = new ViewOptions((name, value) => this.report(name, value));
    this.playhead = new Playhead(() => this.show(), (generation) => this.options.set("t", String(generation)));
    this.verdict = element("h2", { className: "cl-verdict" });
    this.detail = element("p", { className: "cl-detail" });
    this.caption = element("p", { className: "cl-caption" });
    this.grid = element("div", { className: "cl-panels" });
    this.note = element("div", { className: "cl-note" });
    this.note.setAttribute("role", "status");
    this.legend = new Legend(this);
    this.transport = new Transport(this);
    this.root = element("section", { className: "cl-stage", tabIndex: -1 }, this.verdict, this.detail, this.grid, this.legend.root, this.caption, this.transport.root, this.note);
    this.root.setAttribute("aria-label", "Stage");
    this.root.dataset.stage = "";
    this.flag("ready", false);
    this.frame = element("dialog", { className: "cl-frame", open: true }, this.root);
    host.append(this.frame);
    this.presenter = new Presenter(this);
    this.keys = (event) => this.key(event);
    document.addEventListener("keydown", this.keys);
    this.observer = new ResizeObserver(() => {
      cancelAnimationFrame(this.resizing);
      this.resizing = requestAnimationFrame(() => this.panels.forEach((panel) => panel.resize()));
    });
    this.observer.observe(this.grid);
  }

  async update(payload, report) {
    this.report = report;
    const update = (this.latest = Symbol("update"));
    this.flag("ready", false);
    try {
      payload.Plotly = await loadPlotly(payload.plotly);
    } catch {
      if (update !== this.latest) return;
      this.note.textContent = NOT_LOADED;
      return;
    }
    if (update !== this.latest) return;
    if (this.note.textContent === NOT_LOADED) this.note.textContent = "";
    const opened = this.payload?.id !== payload.id;
    if (opened && this.payload && window.innerWidth <= 768) this.shutDrawer(); // which it was picked from
    this.options.take(payload.options ?? {}, opened);
    this.payload = Object.assign(payload, { options: this.options, type: this.presenter.type });
    this.playhead.take(payload, opened);
    payload.position = this.playhead.position;
    this.fitUnderNotices(payload.lowered ?? false);
    clearTimeout(this.fitting);
    this.fitting = setTimeout(() => this.fitUnderNotices(payload.lowered ?? false), 600); // what comes above may still be on its way
    this.flag("before", payload.before ?? false);
    this.theme();
    this.arrange();
    this.transport.update(payload);
    this.legend.update(payload);
    this.verdict.textContent = payload.verdict;
    this.detail.textContent = payload.before ? "The run before, until the new one has something to show." : payload.detail;
    if (payload.before) this.playhead.pause();
    this.show();
    if (this.options.on("present") && opened) this.presenter.enter();
    if (opened) this.playhead.open();
    if (opened && payload.takesFocus && document.activeElement === document.body) this.root.focus({ preventScroll: true });
    payload.position = undefined;
    this.flag("ready", true);
  }

  // What is told above the stage takes its room from the figures, so that the transport stays in view.
  fitUnderNotices(lowered) {
    this.flag("lowered", lowered);
    const page = this.root.closest("[data-testid=stMain]");
    if (this.presenter.on) return;
    if (!lowered || !page) return this.root.style.removeProperty("--above");
    const top = this.root.getBoundingClientRect().top - page.getBoundingClientRect().top + page.scrollTop;
    this.root.style.setProperty("--above", `calc(${Math.round(top)}px + 0.75rem)`);
  }

  // Not before the page has run to its end: controls that are taken away half way through report values nobody chose.
  shutDrawer() {
    clearTimeout(this.shutting);
    const running = document.querySelector("[data-test-script-state]")?.dataset.testScriptState === "running";
    if (running) this.shutting = setTimeout(() => this.shutDrawer(), 150);
    else document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
  }

  theme() {
    const dark = isDark(this.host);
    this.payload.colours = this.payload.palette[dark ? "dark" : "light"];
    for (const [role, hex] of Object.entries(this.payload.colours)) this.root.style.setProperty(`--cl-${role}`, hex);
  }

  arrange() {
    const names = new Set(this.payload.panels.map((panel) => panel.name));
    for (const [name, panel] of this.panels) {
      if (names.has(name)) continue;
      panel.dispose();
      this.panels.delete(name);
    }
    for (const spec of this.payload.panels) {
      if (!this.panels.has(spec.name)) this.panels.set(spec.name, new PANELS[spec.kind](spec));
      const panel = this.panels.get(spec.name);
      this.grid.append(panel.root);
    }
    this.grid.dataset.curves = this.payload.panels.filter((panel) => panel.slot === "curve").length;
    for (const spec of this.payload.panels) {
      const panel = this.panels.get(spec.name);
      panel.update(spec, this.payload);
      (panel.saver ??= new PictureSaver(panel, this)).name(spec.title);
    }
    [...this.panels.values()].find((panel) => panel.spec.map_picker)?.root.append(this.transport.map);
  }

  show() {
    const { frame, position, playing } = this.playhead;
    for (const panel of this.panels.values()) panel.show(reducedMotion() ? frame : position);
    if (playing) this.caption.removeAttribute("aria-live");
    else this.caption.setAttribute("aria-live", "polite");
    this.caption.textContent = this.announced?.frame === frame ? this.announced.sentence : this.payload.captions[frame];
    this.transport.show(frame, this.payload, playing);
    this.flag("generation", this.playhead.generation);
    this.flag("playing", playing);
  }

  // Stands under the figures in place of the caption, for as long as this generation is shown.
  announce(sentence) {
    this.announced = sentence && { sentence, frame: this.playhead.frame };
    this.show();
  }

  // Panels that have a feature are drawn anew.
  redraw(feature) {
    for (const panel of this.panels.values()) if (panel.spec[feature]) panel.draw(this.payload);
    this.show();
  }

  redrawAll() {
    if (!this.payload) return;
    this.payload.type = this.presenter.type;
    for (const panel of this.panels.values()) {
      panel.draw?.(this.payload);
      panel.resize();
    }
    this.show();
  }

  key(event) {
    const target = event.target;
    const inside = this.root.contains(target);
    if (!this.payload || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.matches?.("select, input:not([type=range]), textarea, [contenteditable=true]")) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const free = inside || target === document.body || target === this.frame;
    if (this.presenter.handles(name) && (free || name !== "m")) {
      event.preventDefault();
      return this.presenter.key(name);
    }
    if (event.shiftKey || !free) return;
    this.presenter.endWalk();
    const slider = target.matches?.("input[type=range]");
    const acts = {
      " ": () => this.playhead.toggle(),
      ArrowLeft: () => this.playhead.step(-1),
      ArrowRight: () => this.playhead.step(1),
      Home: () => this.playhead.jump(0),
      End: () => this.playhead.jump(Infinity),
    };
    if (!(event.key in acts) || (event.key === " " && target.matches?.("button")) || (slider && event.key !== " ")) return;
    if (!inside && !this.presenter.on && !event.key.startsWith("Arrow") && !this.isLookedAt()) return;
    event.preventDefault();
    acts[event.key]();
  }

  // Space, Home and End scroll a page; they are the stage's only where it is what one looks at or points to.
  isLookedAt() {
    if (this.root.matches(":hover")) return true;
    const { top, bottom, height } = this.root.getBoundingClientRect();
    const seen = Math.min(bottom, window.innerHeight) - Math.max(top, 0);
    return seen > 0.6 * Math.min(height, window.innerHeight);
  }

  // Where this moment can be opened on the whole page, also from a frame in another page and from a replay.
  link() {
    const link = new URL(this.payload.link ?? window.location.href);
    for (const name of ["embed", "embed_options", ...this.options.unshared]) link.searchParams.delete(name);
    link.searchParams.set("t", this.playhead.generation);
    return link.href;
  }

  async copyLink() {
    const link = this.link();
    const copied = await this.copy(link);
    this.notify(copied ? "Link copied" : element("input", { readOnly: true, value: link, ariaLabel: "Link to copy" }), copied ? 2500 : 20000);
    if (!copied) this.note.querySelector("input").select();
  }

  notify(words, milliseconds) {
    this.note.replaceChildren(words);
    clearTimeout(this.fading);
    this.fading = setTimeout(() => this.note.replaceChildren(), milliseconds);
  }

  // The clipboard is closed to pages on plain http; the older way still works there.
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = element("textarea", { value: text, className: "cl-offscreen" });
      this.root.append(area);
      area.select();
      const copied = document.execCommand("copy");
      area.remove();
      return copied;
    }
  }

  flag(name, value) {
    this.root.dataset[name] = String(value);
  }

  // Nothing may move, or be told, once the stage is gone.
  dispose() {
    this.latest = undefined;
    this.report = () => {};
    clearTimeout(this.fitting);
    clearTimeout(this.fading);
    clearTimeout(this.shutting);
    cancelAnimationFrame(this.resizing);
    this.playhead.dispose();
    this.presenter.dispose();
    this.observer.disconnect();
    document.removeEventListener("keydown", this.keys);
    this.panels.forEach((panel) => panel.dispose());
    this.frame.remove();
  }
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!stages.has(parentElement)) stages.set(parentElement, new Stage(parentElement));
  const stage = stages.get(parentElement);
  const [payload, context] = data;
  stage.update({ ...JSON.parse(payload), ...context }, (name, value) => (name === "preset" ? setTriggerValue : setStateValue)(name, value));
  return () => {
    stages.get(parentElement)?.dispose();
    stages.delete(parentElement);
  };
}
