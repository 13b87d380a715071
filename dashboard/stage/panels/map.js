// The map: what the hand finds under a point is told on a card, with its nearest real row ringed on the map.

class MapPanel extends PlotPanel {
  constructor(spec) {
    super(spec);
    this.card = element("div", { className: "cl-card", hidden: true });
    this.note = element("p", { className: "cl-map-note" });
    this.root.append(this.note, this.card);
  }

  update(spec, payload) {
    this.note.textContent = spec.note; // before the figure, which takes the room that is left
    super.update(spec, payload);
    this.hide();
    const { drawn, real, height } = spec.card;
    this.pictures = height ? { drawn: bytesOf(drawn), real: bytesOf(real) } : null;
    this.ring = spec.data.length - 1;
    this.points = spec.frames[0].traces[0];
    if (this.listening) return;
    this.listening = true;
    this.body.on("plotly_hover", ({ points: [point], event }) => point.curveNumber === this.points && this.tell(point.pointNumber, event));
    this.body.on("plotly_unhover", () => this.hide());
  }

  tell(row, event) {
    const frame = Math.round(this.position);
    const { nearest, far, labels, places } = this.spec.card;
    const real = nearest[frame][row];
    const kind = labels ? ` (class ${labels[real]})` : "";
    const generation = this.payload.generations[frame];
    this.card.replaceChildren(
      this.column(generation ? `Born in generation ${generation}` : "A real row", "drawn", frame * nearest[0].length + row, [frame, row]),
      this.column(`Nearest real row${kind}`, "real", real, [real]),
    );
    if (far[frame][row]) this.card.append(element("p", { className: "cl-far", textContent: "Unlike any real row known here" }));
    this.place(event);
    this.payload.Plotly.restyle(this.body, { x: [[places[real][0]]], y: [[places[real][1]]] }, [this.ring]);
  }

  column(title, name, index, path) {
    return element("div", {}, element("b", { textContent: title }), this.pictures ? this.picture(this.pictures[name], index) : this.values(name, path));
  }

  values(name, path) {
    const row = path.reduce((value, step) => value[step], this.spec.card[name]);
    return element("table", {}, ...this.spec.card.columns.map((column, j) => element("tr", {}, element("td", { textContent: column }), element("td", { textContent: row[j] }))));
  }

  // Sixteen shades, two pixels a byte.
  picture(packed, index) {
    const { height, width } = this.spec.card;
    const { paper, ink } = this.payload.colours;
    const shade = (at) => (at % 2 ? packed[at >> 1] & 15 : packed[at >> 1] >> 4) / 15;
    const canvas = element("canvas", { height, width });
    canvas.getContext("2d").putImageData(picture(width, height, (p) => shade(index * height * width + p), paper, ink), 0, 0);
    return canvas;
  }

  // Beside the hand, on the side that has room.
  place(event) {
    this.card.hidden = false;
    const box = this.root.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const { offsetWidth: width, offsetHeight: height } = this.card;
    this.card.style.left = `${Math.max(0, x + 16 + width > box.width ? x - 16 - width : x + 16)}px`;
    this.card.style.top = `${Math.max(0, Math.min(y - height / 2, box.height - height))}px`;
  }

  hide() {
    if (this.card.hidden) return;
    this.card.hidden = true;
    if (this.body.isConnected) this.payload.Plotly.restyle(this.body, { x: [[null]], y: [[null]] }, [this.ring]);
  }

  show(position) {
    if (Math.round(position) !== Math.round(this.position ?? position)) this.hide();
    super.show(position);
  }
}

PANELS.map = MapPanel;
