// The row under the curves: what their marks say, and how they are drawn.

class Legend {
  constructor(stage) {
    this.marks = element("ul", {});
    this.marks.setAttribute("aria-label", "Legend of the curves");
    this.log = toggle("Log scale", (on) => press(this.log, on) || stage.setLog(on));
    this.every = toggle("Every world", (on) => press(this.every, on) || stage.setEvery(on));
    this.root = element("div", { className: "cl-legend" }, this.marks, this.log, this.every);
  }

  update(payload) {
    const words = new Map(payload.panels.flatMap((panel) => panel.legend ?? []).map(({ mark, text }) => [mark, text]));
    this.marks.replaceChildren(...[...words].map(([mark, text]) => element("li", {}, swatch(mark), text)));
    this.log.hidden = !payload.panels.some((panel) => panel.log);
    this.every.hidden = !payload.panels.some((panel) => panel.data.filter((trace) => trace.meta === "every world").length > 1);
    press(this.log, payload.log);
    press(this.every, payload.every);
  }
}

function swatch(mark) {
  const drawn = element("span", { className: `cl-mark cl-mark-${mark}` });
  drawn.setAttribute("aria-hidden", "true");
  return drawn;
}
