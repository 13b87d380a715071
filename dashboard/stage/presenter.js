// Presenting: the stage alone, large, over everything else; and a walk through the run that stops where there is something to say.

const PRESET_KEYS = "1 to 9";
const KEYS = [
  ["Space", "play or pause"],
  ["← →", "one generation back or on"],
  ["Home End", "first or last generation"],
  ["M", "walk through the moments of this run"],
  [PRESET_KEYS, "open a preset"],
  ["P", "present, or go back to the page"],
  ["?", "show or hide these keys"],
  ["Esc", "leave"],
];
const PAUSE_AT_A_HIGHLIGHT = 4500;

class Presenter {
  constructor(stage) {
    this.stage = stage;
    this.on = false;
    this.help = element("div", { className: "cl-keys", hidden: true }, ...KEYS.map(([key, does]) => element("p", {}, element("kbd", { textContent: key }), does)));
    this.help.setAttribute("role", "note");
    this.help.setAttribute("aria-label", "Keys");
    stage.frame.append(this.help);
    stage.frame.addEventListener("cancel", (event) => {
      event.preventDefault(); // the browser would close the stage itself
      if (this.help.hidden) this.leave();
      else this.help.hidden = true;
    });
    stage.frame.addEventListener("pointerdown", ({ target }) => target.closest(".cl-when-presenting") || this.endWalk(), true);
    this.unfilled = () => document.fullscreenElement || (this.filled && this.leave());
    this.fitted = () => this.on && this.fit();
    document.addEventListener("fullscreenchange", this.unfilled);
    window.addEventListener("resize", this.fitted);
  }

  // A modal dialog lies above the whole page, and what is under it takes neither focus nor clicks.
  enter() {
    if (this.on) return;
    this.on = true;
    this.stage.frame.close();
    this.stage.frame.showModal();
    this.stage.flag("presenting", true);
    this.fit();
    this.stage.root.focus();
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

  // Type grows with the screen: what fits a laptop must be read from the last row.
  fit() {
    const type = Math.max(1, Math.min(2.2, window.innerWidth / 1040, window.innerHeight / 585));
    this.stage.frame.style.setProperty("--type", type.toFixed(3));
    this.stage.redrawAll();
  }

  get type() {
    return this.on ? Number(this.stage.frame.style.getPropertyValue("--type")) || 1 : 1;
  }

  key(key) {
    if (key === "p") return this.toggle();
    if (key === "?") return this.toggleHelp();
    if (key === "m") return this.walk();
    this.stage.report("preset", Number(key) - 1);
  }

  handles(key) {
    return ["p", "?", "m"].includes(key) || (this.on && this.stage.payload.presets && /^[1-9]$/.test(key));
  }

  // Presets are opened on Explore alone: a lesson has its own run, and a replay has no other.
  toggleHelp() {
    const named = [...this.help.querySelectorAll("kbd")].find((node) => node.textContent === PRESET_KEYS);
    named.parentElement.hidden = !this.stage.payload.presets;
    this.help.hidden = !this.help.hidden;
  }

  // The walk: on to the next highlight, a while there, and on, until a hand touches anything.
  walk() {
    if (this.walking) return this.endWalk();
    this.walking = true;
    this.stage.flag("walking", true);
    press(this.stage.transport.walk, true);
    this.stage.playhead.jump(0);
    this.visit(0);
  }

  visit(which) {
    const highlight = this.stage.payload.highlights?.[which];
    if (!this.walking || !highlight) return this.endWalk();
    this.stage.playhead.goTo(this.stage.playhead.frameOf(highlight.t), () => {
      this.stage.announce(highlight.text);
      this.resting = setTimeout(() => this.visit(which + 1), PAUSE_AT_A_HIGHLIGHT);
    });
  }

  endWalk() {
    if (!this.walking) return;
    this.walking = false;
    clearTimeout(this.resting);
    this.stage.flag("walking", false);
    press(this.stage.transport.walk, false);
    this.stage.announce();
    this.stage.playhead.commit(this.stage.playhead.frame);
  }

  dispose() {
    this.walking = false;
    clearTimeout(this.resting);
    document.removeEventListener("fullscreenchange", this.unfilled);
    window.removeEventListener("resize", this.fitted);
  }
}
