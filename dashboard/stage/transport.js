// The transport: one row of controls. It changes the stage through a few verbs and shows what the stage tells it.

const ICONS = {
  first: "M6 5v14M19 5l-9 7 9 7z",
  previous: "M17 5l-9 7 9 7z",
  play: "M7 4l13 8-13 8z",
  pause: "M7 4v16M17 4v16",
  next: "M7 5l9 7-9 7z",
  last: "M18 5v14M5 5l9 7-9 7z",
  loop: "M17 2l4 4-4 4M3 11V9a3 3 0 0 1 3-3h15M7 22l-4-4 4-4M21 13v2a3 3 0 0 1-3 3H3",
  picture: "M12 3v12M7 10l5 5 5-5M4 20h16",
  screen: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  link: "M10 14a5 5 0 0 0 7 0l3-3a5 5 0 0 0-7-7l-1 1M14 10a5 5 0 0 0-7 0l-3 3a5 5 0 0 0 7 7l1-1",
};

function icon(name) {
  return svgElement("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svgElement("path", { d: ICONS[name] }));
}

function button(label, picture, act) {
  const node = element("button", { type: "button", title: label, onclick: act }, icon(picture));
  node.setAttribute("aria-label", label);
  return node;
}

function toggle(label, act, picture) {
  const node = element("button", { type: "button", title: label, onclick: () => act(node.getAttribute("aria-pressed") !== "true") });
  node.append(picture ? icon(picture) : label);
  node.setAttribute("aria-label", label);
  node.setAttribute("aria-pressed", "false");
  node.className = picture ? "" : "cl-text";
  return node;
}

function press(node, on) {
  node.setAttribute("aria-pressed", String(on));
}

function choice(label, options, act) {
  const select = element("select", { onchange: () => act(select.value) }, ...options.map(([value, text]) => new Option(text, value)));
  select.setAttribute("aria-label", label);
  select.title = label;
  return select;
}

class Transport {
  constructor(stage) {
    this.stage = stage;
    this.play = button("Play", "play", () => stage.playhead.toggle());
    this.scrubber = element("input", { type: "range", min: 0, step: 1, value: 0 });
    this.scrubber.setAttribute("aria-label", "Generation shown");
    this.scrubber.oninput = () => stage.playhead.scrub(Number(this.scrubber.value));
    this.scrubber.onchange = () => stage.playhead.commitSoon();
    this.counter = element("output", { className: "cl-counter" });
    this.loop = toggle("Loop", (on) => press(this.loop, (stage.playhead.loop = on)), "loop");
    this.speed = choice("Speed", [0.25, 0.5, 1, 2, 4].map((s) => [s, `${s}×`]), (s) => (stage.playhead.speed = Number(s)));
    this.speed.value = "1";
    this.world = choice("World", [], (world) => stage.options.set("world", String(Number(world) + 1))); // links count from 1
    this.map = choice("Map", [], (map) => stage.options.set("map", map)); // stands on the map's own panel
    this.present = button("Present (P)", "screen", () => stage.presenter.toggle());
    this.walk = toggle("Moments", () => stage.presenter.walk());
    this.walk.classList.add("cl-when-presenting");
    this.copy = button("Copy link", "link", () => stage.copyLink());
    this.copy.append(element("span", { textContent: "Copy link" }));
    this.copy.className = "cl-text";
    this.root = element(
      "div",
      { className: "cl-transport" },
      element(
        "div",
        { className: "cl-buttons" },
        button("First generation", "first", () => stage.playhead.jump(0)),
        button("Previous generation", "previous", () => stage.playhead.step(-1)),
        this.play,
        button("Next generation", "next", () => stage.playhead.step(1)),
        button("Last generation", "last", () => stage.playhead.jump(Infinity)),
      ),
      element("div", { className: "cl-scrub" }, this.scrubber, this.counter),
      element("div", { className: "cl-options" }, this.speed, this.loop, this.walk, this.world, this.present, this.copy),
    );
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "Playback");
  }

  update(payload) {
    this.scrubber.max = payload.generations.length - 1;
    this.offer(this.world, payload.worlds, payload.world);
    this.offer(this.map, payload.maps, payload.map);
  }

  // An open list is left alone while the run grows, unless its choices are others.
  offer(select, choices, value) {
    const said = JSON.stringify(choices);
    if (select.said !== said) select.replaceChildren(...choices.map((choice) => new Option(choice.text, choice.value)));
    select.said = said;
    select.hidden = choices.length < 2;
    select.value = value;
  }

  show(frame, payload, playing) {
    const generation = payload.generations[frame];
    this.scrubber.value = frame;
    this.scrubber.setAttribute("aria-valuetext", `generation ${generation} of ${payload.generations.at(-1)}`);
    this.counter.textContent = `${generation} / ${payload.generations.at(-1)}`;
    const label = playing ? "Pause" : "Play";
    if (this.play.title !== label) {
      this.play.title = label;
      this.play.setAttribute("aria-label", label);
      this.play.replaceChildren(icon(label.toLowerCase()));
    }
  }
}
