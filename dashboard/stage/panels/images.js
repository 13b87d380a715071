// Images: the same cells in every generation, each pixel between the page's colour and that of synthetic data.

class ImagePanel extends Panel {
  update(spec, payload) {
    super.update(spec, payload);
    this.pixels = bytesOf(spec.pixels);
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
    const { paper, synthetic } = this.payload.colours;
    const context = this.canvas.getContext("2d");
    for (let k = 0; k < count; k++) {
      const first = (frame * count + k) * height * width;
      const image = picture(width, height, (p) => this.pixels[first + p] / 255, paper, synthetic);
      context.putImageData(image, (k % this.columns) * (width + 1), Math.floor(k / this.columns) * (height + 1));
    }
  }

  table(frame) {
    const { count, height, width } = this.spec;
    const first = frame * count * height;
    const line = (k) => Array.from(this.pixels.slice((first + k) * width, (first + k + 1) * width), (ink) => Number((ink / 255).toFixed(2)));
    const rows = Array.from({ length: count * height }, (_, k) => [Math.floor(k / height) + 1, (k % height) + 1, ...line(k)]);
    return { heads: ["picture", "line", ...Array.from({ length: width }, (_, k) => `ink ${k + 1}`)], rows };
  }

  async drawing() {
    const { clientWidth, clientHeight } = this.body;
    const { width, height } = this.canvas;
    const scale = Math.min(clientWidth / width, clientHeight / height);
    const size = { width: width * scale, height: height * scale };
    return svgElement("g", {}, svgElement("image", { ...size, href: this.canvas.toDataURL("image/png"), style: "image-rendering:pixelated" }));
  }

  resize() {
    const frame = this.shown;
    this.shown = undefined;
    if (frame !== undefined) this.show(frame);
  }
}

PANELS.images = ImagePanel;
