// Panels: each knows how to draw itself and how to show a position between two generations.

const CONFIG = { displayModeBar: false, displaylogo: false, showSendToCloud: false, responsive: false, doubleClick: "reset" };

function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

function assign(target, path, value) {
  for (const key of path.slice(0, -1)) target = target[key] ??= {};
  target[path.at(-1)] = value;
}

// The same drawing with larger type and the room it takes.
function enlarged(value, by, name = "") {
  if (by === 1 || value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return typeof value[0] === "object" ? value.map((item) => enlarged(item, by)) : value;
  const grows = /font$|^margin$/.test(name);
  const larger = ([key, item]) => [key, grows && typeof item === "number" ? item * by : enlarged(item, by, key)];
  return Object.fromEntries(Object.entries(value).map(larger));
}

// Nothing has no logarithm: a line has a gap there instead of a plunge.
function unlogged(data) {
  for (const trace of data) if (trace.mode === "lines" && trace.line?.width) trace.y = trace.y.map((y) => (y > 0 ? y : null));
}

class Panel {
  constructor(spec) {
    this.title = element("figcaption", { className: "cl-title" });
    this.body = element("div", { className: "cl-body" });
    this.body.setAttribute("role", "img");
    this.root = element("figure", { className: `cl-panel cl-${spec.slot}` }, this.title, this.body);
    this.root.dataset.panel = spec.name;
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

  resize() {}

  dispose() {
    this.root.remove();
  }
}

class PlotPanel extends Panel {
  update(spec, payload) {
    super.update(spec, payload);
    this.frames = spec.frames.map((frame) => painted(frame, payload.colours));
    this.draw(payload);
  }

  draw(payload) {
    const { data, layout } = enlarged(painted({ data: this.spec.data, layout: this.spec.layout }, payload.colours), payload.type ?? 1);
    this.margin = layout.margin;
    this.body.classList.add("cl-plot");
    const axes = this.spec.log && payload.options.on("scale") ? { yaxis: { ...layout.yaxis, ...this.spec.log } } : {};
    if (axes.yaxis) unlogged(data);
    if (!payload.options.on("paths")) for (const trace of data) if (trace.meta === "every world") trace.visible = false;
    const position = payload.position ?? this.position ?? 0;
    this.position = position;
    for (const [attribute, { values, traces }] of this.updates(position)) {
      traces.forEach((trace, j) => assign(data[trace], attribute.split("."), values[j]));
    }
    this.drawn = awake(payload.Plotly, data).react(this.body, data, { ...layout, ...axes, autosize: true }, CONFIG);
    this.shown = position;
  }

  show(position) {
    super.show(position);
    if (this.shown === position) return;
    this.shown = position;
    this.apply(this.updates(position));
  }

  // What the traces look like at a position, by attribute.
  updates(position) {
    const updates = new Map();
    if (!this.frames.length) return updates;
    const i = Math.min(Math.floor(position), this.frames.length - 1);
    const share = eased(position - Math.floor(position));
    const frame = this.frames[i];
    const next = this.frames[Math.min(i + 1, this.frames.length - 1)];
    frame.traces.forEach((trace, j) => {
      for (const [attribute, value] of Object.entries(frame.data[j])) {
        if (!updates.has(attribute)) updates.set(attribute, { values: [], traces: [] });
        updates.get(attribute).values.push(between(value, next.data[j][attribute], share));
        updates.get(attribute).traces.push(trace);
      }
    });
    this.echo(i, updates);
    return updates;
  }

  // Onion skin: earlier generations as outlines of the same shape.
  echo(i, updates) {
    for (const { trace, of, lag } of this.spec.echoes ?? []) {
      const past = this.frames[Math.max(0, i - lag)];
      for (const [attribute, value] of Object.entries(past.data[past.traces.indexOf(of)])) {
        if (!updates.has(attribute)) updates.set(attribute, { values: [], traces: [] });
        updates.get(attribute).values.push(value);
        updates.get(attribute).traces.push(trace);
      }
    }
  }

  // In one go, for each restyling draws the whole plot; a trace that an attribute does not speak of keeps its own.
  apply(updates) {
    const every = [...new Set([...updates.values()].flatMap(({ traces }) => traces))];
    if (!every.length) return;
    const change = {};
    for (const [attribute, { values, traces }] of updates) change[attribute] = every.map((trace) => values[traces.indexOf(trace)]);
    this.drawn = this.payload.Plotly.restyle(this.body, change, every);
  }

  resize() {
    if (this.body.isConnected && this.body.clientWidth) this.payload?.Plotly.Plots.resize(this.body);
  }

  // Plotly stumbles over a plot that is purged while it is still being drawn.
  dispose() {
    super.dispose();
    const purge = () => this.payload?.Plotly.purge(this.body);
    Promise.resolve(this.drawn).then(purge, purge);
  }
}

class CurvePanel extends PlotPanel {
  constructor(spec) {
    super(spec);
    this.line = element("div", { className: "cl-cursor" });
    this.dot = element("div", { className: "cl-dot" });
    this.value = element("span", { className: "cl-value" });
    this.root.append(this.line, this.dot);
    this.title.after(this.value);
  }

  show(position) {
    this.position = position;
    const { cursor, layout } = this.spec;
    const { l, r, t, b } = this.margin;
    const i = Math.round(position);
    this.value.textContent = cursor.texts[i] ?? "";
    this.value.title = cursor.help ?? "";
    const width = this.body.clientWidth - l - r;
    const height = this.body.clientHeight - t - b;
    const [from, to] = layout.xaxis.range;
    const generation = between([this.payload.generations[Math.floor(position)]], [this.payload.generations[Math.ceil(position)]], position % 1)[0];
    const x = this.body.offsetLeft + l + (width * (generation - from)) / (to - from);
    const top = this.body.offsetTop + t;
    const share = this.height(cursor.values[i]);
    this.line.style.cssText = `transform:translate(${x}px,${top}px);height:${height}px`;
    this.dot.style.cssText = `transform:translate(${x}px,${top + height * (1 - share)}px);opacity:${share >= 0 && share <= 1 ? 1 : 0}`;
  }

  // Where a value stands between the bottom (0) and the top (1) of the axis.
  height(value) {
    const log = this.payload.options.on("scale") && this.spec.log;
    const [low, high] = (log ? this.spec.log : this.spec.layout.yaxis).range;
    if (value === null || (log && value <= 0)) return -1;
    return ((log ? Math.log10(value) : value) - low) / (high - low);
  }

  resize() {
    super.resize();
    if (this.position !== undefined) this.show(this.position);
  }
}

class ImagePanel extends Panel {
  update(spec, payload) {
    super.update(spec, payload);
    this.pixels = bytes(spec.pixels);
    this.canvas ??= this.body.appendChild(element("canvas", { className: "cl-images" }));
    this.shown = undefined;
  }

  // A wide panel gets wide rows of pictures, so that they are as large as they can be.
  arrange() {
    const { count, height, width } = this.spec;
    const ratio = (this.body.clientWidth || 1) / (this.body.clientHeight || 1);
    this.columns = Math.max(1, Math.min(count, Math.round(Math.sqrt((count * ratio * (height + 1)) / (width + 1)))));
    this.canvas.width = this.columns * (width + 1) - 1;
    this.canvas.height = Math.ceil(count / this.columns) * (height + 1) - 1;
  }

  show(position) {
    const frame = Math.round(position);
    if (frame === this.shown) return;
    this.shown = this.position = frame;
    this.arrange();
    const { count, height, width } = this.spec;
    const context = this.canvas.getContext("2d");
    const [paper, ink] = ["paper", "synthetic"].map((role) => [1, 3, 5].map((at) => parseInt(this.payload.colours[role].slice(at, at + 2), 16)));
    for (let k = 0; k < count; k++) {
      const picture = context.createImageData(width, height);
      for (let p = 0; p < height * width; p++) {
        const share = this.pixels[(frame * count + k) * height * width + p] / 255;
        for (let c = 0; c < 3; c++) picture.data[4 * p + c] = paper[c] + (ink[c] - paper[c]) * share;
        picture.data[4 * p + 3] = 255;
      }
      context.putImageData(picture, (k % this.columns) * (width + 1), Math.floor(k / this.columns) * (height + 1));
    }
  }

  resize() {
    const frame = this.shown;
    this.shown = undefined;
    if (frame !== undefined) this.show(frame);
  }
}

class WordPanel extends Panel {
  // A list and not a picture, so that a screen reader can go through the words.
  update(spec, payload) {
    super.update(spec, payload);
    this.body.removeAttribute("role");
    this.body.removeAttribute("aria-label");
    this.words = spec.words.map((word) => element("span", { className: "cl-word", textContent: word, role: "listitem" }));
    this.words.forEach((word, k) => word.classList.toggle("cl-unseen", spec.unseen[k]));
    this.body.replaceChildren(element("div", { className: "cl-words", role: "list", ariaLabel: spec.alt, tabIndex: 0 }, ...this.words));
    this.shown = undefined;
  }

  show(position) {
    const frame = Math.round(position);
    if (frame === this.shown) return;
    this.shown = frame;
    const generation = this.payload.generations[frame];
    this.words.forEach((word, k) => {
      const gone = this.spec.gone[k];
      const dead = gone !== null && gone <= generation;
      word.classList.toggle("cl-gone", dead);
      word.title = dead ? `${this.spec.absent} since generation ${gone}` : `${this.spec.counts[frame][k]} of ${this.spec.n} ${this.spec.things}`;
      if (this.spec.unseen[k]) word.title = "never drawn, not even among the real rows of this world";
      word.style.setProperty("--share", Math.min(1, this.spec.counts[frame][k] / this.spec.top));
    });
  }
}

const PANELS = { plot: PlotPanel, curve: CurvePanel, images: ImagePanel, words: WordPanel };
