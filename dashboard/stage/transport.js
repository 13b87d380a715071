// @ts-check
// The transport: one row of controls. It changes the stage through a few verbs and shows what the stage tells it.

import { element } from "../browser/dom.js";
import { button, choice, icon, press, toggle } from "./controls.js";

/** @typedef {import("./received.js").Choice} Choice */

const SPEEDS = [0.25, 0.5, 1, 2, 4];

export class Transport {
  /** @param {import("./stage.js").Stage} stage */
  constructor(stage) {
    const { playhead, options, presenter } = stage;
    this.play = button("Play", "play", () => playhead.toggle());
    this.scrubber = element("input", { type: "range", min: "0", step: "1", value: "0" });
    this.scrubber.setAttribute("aria-label", "Generation shown");
    this.scrubber.oninput = () => playhead.scrub(Number(this.scrubber.value));
    this.scrubber.onchange = () => playhead.commitSoon();
    this.counter = element("output", { className: "cl-counter" });
    this.loop = toggle("Loop", (on) => press(this.loop, (playhead.loop = on)), "loop");
    this.speed = choice("Speed", SPEEDS.map((speed) => [String(speed), `${speed}×`]), (speed) => (playhead.speed = Number(speed)));
    this.speed.value = "1";
    this.world = choice("World", [], (world) => options.set("world", String(Number(world) + 1))); // links count from 1
    this.map = choice("Map", [], (map) => options.set("map", map)); // stands on the map's own panel
    this.present = button("Present (P)", "screen", () => presenter.toggle());
    this.walk = toggle("Moments", () => presenter.walk());
    this.walk.classList.add("cl-when-presenting");
    this.copy = button("Copy link", "link", () => stage.copyLink());
    this.copy.append(element("span", { textContent: "Copy link" }));
    this.copy.className = "cl-text";
    /** @type {Map<HTMLSelectElement, string>} the choices that each list offers */
    this.offered = new Map();
    this.root = this.row(playhead);
  }

  /** @param {import("./playhead.js").Playhead} playhead */
  row(playhead) {
    const buttons = [
      button("First generation", "first", () => playhead.jump(0)),
      button("Previous generation", "previous", () => playhead.step(-1)),
      this.play,
      button("Next generation", "next", () => playhead.step(1)),
      button("Last generation", "last", () => playhead.jump(Infinity)),
    ];
    const root = element(
      "div",
      { className: "cl-transport" },
      element("div", { className: "cl-buttons" }, ...buttons),
      element("div", { className: "cl-scrub" }, this.scrubber, this.counter),
      element("div", { className: "cl-options" }, this.speed, this.loop, this.walk, this.world, this.present, this.copy),
    );
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Playback");
    return root;
  }

  /** @param {import("./received.js").Received} payload */
  update(payload) {
    this.scrubber.max = String(payload.generations.length - 1);
    this.offer(this.world, payload.worlds, payload.world);
    this.offer(this.map, payload.maps, payload.map);
  }

  /**
   * An open list is left alone while the run grows, unless its choices are others.
   * @param {HTMLSelectElement} select
   * @param {Choice[]} choices
   * @param {string} value
   */
  offer(select, choices, value) {
    const said = JSON.stringify(choices);
    if (this.offered.get(select) !== said) select.replaceChildren(...choices.map((one) => new Option(one.text, one.value)));
    this.offered.set(select, said);
    select.hidden = choices.length < 2;
    select.value = value;
  }

  /**
   * @param {number} frame
   * @param {import("./received.js").Received} payload
   * @param {boolean} playing
   */
  show(frame, payload, playing) {
    const generation = payload.generations[frame];
    const last = payload.generations[payload.generations.length - 1];
    this.scrubber.value = String(frame);
    this.scrubber.setAttribute("aria-valuetext", `generation ${generation} of ${last}`);
    this.counter.textContent = `${generation} / ${last}`;
    const label = playing ? "Pause" : "Play";
    if (this.play.title !== label) {
      this.play.title = label;
      this.play.setAttribute("aria-label", label);
      this.play.replaceChildren(icon(playing ? "pause" : "play"));
    }
  }
}
