// A panel that Plotly draws: restyled from frame to frame, and interpolated between two.

const CONFIG = { displayModeBar: false, displaylogo: false, showSendToCloud: false, responsive: false, doubleClick: "reset" };

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
function withGaps(data) {
  for (const trace of data) if (trace.mode === "lines" && trace.line?.width) trace.y = trace.y.map((y) => (y > 0 ? y : null));
}

class PlotPanel extends Panel {
  update(spec, payload) {
    super.update(spec, payload);
    this.frames = spec.frames.map((frame) => coloured(frame, payload.colours));
    this.draw(payload);
  }

  draw(payload) {
    const { data, layout } = enlarged(coloured({ data: this.spec.data, layout: this.spec.layout }, payload.colours), payload.type ?? 1);
    this.margin = layout.margin;
    this.body.classList.add("cl-plot");
    const axes = this.spec.log && payload.options.on("scale") ? { yaxis: { ...layout.yaxis, ...this.spec.log } } : {};
    if (axes.yaxis) withGaps(data);
    if (!payload.options.on("paths")) for (const trace of data) if (trace.meta === "every world") trace.visible = false;
    const position = payload.position ?? this.position ?? 0;
    this.position = position;
    for (const [attribute, { values, traces }] of this.updates(position)) {
      traces.forEach((trace, j) => assign(data[trace], attribute.split("."), values[j]));
    }
    this.drawn = withTraces(payload.Plotly, data).react(this.body, data, { ...layout, ...axes, autosize: true }, CONFIG);
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
        updates.get(attribute).values.push(interpolated(value, next.data[j][attribute], share));
        updates.get(attribute).traces.push(trace);
      }
    });
    this.addOnionSkin(i, updates);
    return updates;
  }

  // Earlier generations as outlines of the same shape.
  addOnionSkin(i, updates) {
    for (const { trace, of, lag } of this.spec.onion_skin ?? []) {
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

  table(frame) {
    const traces = this.spec.data.map((trace) => ({ ...trace }));
    for (const [attribute, { values, traces: places }] of this.updates(frame)) {
      places.forEach((place, j) => attribute.includes(".") || (traces[place][attribute] = values[j]));
    }
    return tableOfTraces(traces, this.spec.layout);
  }

  async drawing() {
    const { clientWidth: width, clientHeight: height } = this.body;
    const image = await this.payload.Plotly.toImage(this.body, { format: "svg", width, height });
    const text = decodeURIComponent(image.slice(image.indexOf(",") + 1));
    const plot = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
    plot.style.overflow = "visible";
    return svgElement("g", {}, plot, ...this.overlay());
  }

  // What stands over the plot as elements of its own, as nodes of an SVG.
  overlay() {
    return [];
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

PANELS.plot = PlotPanel;
