// A curve: a plot of all generations with a cursor at the one shown, and its value beside the title.

class CurvePanel extends PlotPanel {
  constructor(spec) {
    super(spec);
    this.line = element("div", { className: "cl-cursor" });
    this.dot = element("div", { className: "cl-dot" });
    this.value = element("span", { className: "cl-value" });
    this.root.append(this.line, this.dot);
    this.title.after(this.value);
  }

  get wholeRun() {
    return true;
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
    const { generations } = this.payload;
    const generation = interpolated([generations[Math.floor(position)]], [generations[Math.ceil(position)]], position % 1)[0];
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

  overlay() {
    const { ink, synthetic, paper } = this.payload.colours;
    const box = this.body.getBoundingClientRect();
    const middle = (node) => {
      const { left, top, width, height } = node.getBoundingClientRect();
      return { x: left - box.left + width / 2, y: top - box.top + height / 2, height };
    };
    const line = middle(this.line);
    const ends = { x1: line.x, x2: line.x, y1: line.y - line.height / 2, y2: line.y + line.height / 2 };
    const marks = [svgElement("line", { ...ends, stroke: ink, "stroke-opacity": 0.45, "stroke-width": 1.5 })];
    if (this.dot.style.opacity === "1") {
      const dot = middle(this.dot);
      marks.push(svgElement("circle", { cx: dot.x, cy: dot.y, r: 4.5, fill: synthetic, stroke: paper, "stroke-width": 2 }));
    }
    return marks;
  }

  resize() {
    super.resize();
    if (this.position !== undefined) this.show(this.position);
  }
}

PANELS.curve = CurvePanel;
