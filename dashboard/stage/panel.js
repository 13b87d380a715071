// A panel of the stage. Each kind is one script in panels/, which adds its class to PANELS under the name that figures ask for.

const PANELS = {};

class Panel {
  constructor(spec) {
    this.title = element("figcaption", { className: "cl-title" });
    this.body = element("div", { className: "cl-body" });
    this.body.setAttribute("role", "img");
    this.root = element("figure", { className: `cl-panel cl-${spec.slot}` }, this.title, this.body);
    this.root.dataset.panel = spec.name;
  }

  // Whether it shows all generations at once, so that its table is not one of a single generation.
  get wholeRun() {
    return false;
  }

  update(spec, payload) {
    this.spec = spec;
    this.root.classList.toggle("cl-lead", spec.lead ?? false); // stands first where panels stand below each other
    this.payload = payload;
    this.title.textContent = spec.title;
    this.title.title = spec.help ?? "";
    this.body.setAttribute("aria-label", spec.alt);
  }

  show(position) {
    this.position = position;
  }

  // What it shows in a frame, as { heads, rows }; each kind has its own, or null where it has no table.
  table() {
    return null;
  }

  // Its body as a node of an SVG: its words, where the page has set them.
  async drawing() {
    return svgElement("g", {}, ...textOf(this.body, this.payload.colours.ink));
  }

  resize() {}

  dispose() {
    this.root.remove();
  }
}
