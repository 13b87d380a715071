// Pictures: any panel as one SVG of its own, as it stands on stage, with version, seed and link in small print; or that SVG as PNG.
// The same corner opens its table.

const PAD = 12;
const SMALL = 8.5;
const WIDE_ENOUGH = 1600; // pixels of a PNG, at least

class PictureSaver {
  constructor(panel, stage) {
    Object.assign(this, { panel, stage });
    this.opener = button("Picture or table", "picture", () => this.open(this.menu.hidden));
    this.opener.setAttribute("aria-expanded", "false");
    this.menu = element("span", { className: "cl-formats", hidden: true }, ...["PNG", "SVG", "Table"].map((format) => this.choice(format)));
    this.root = element("div", { className: "cl-save" }, this.menu, this.opener);
    this.root.addEventListener("keydown", (event) => event.key === "Escape" && !this.menu.hidden && (event.stopPropagation(), this.open(false), this.opener.focus()));
    this.root.addEventListener("focusout", (event) => this.root.contains(event.relatedTarget) || this.open(false));
    panel.root.append(this.root);
  }

  choice(format) {
    return textButton(format, () => (format === "Table" ? this.read() : this.save(format)));
  }

  name(title) {
    this.opener.title = `Picture or table of ${title}`;
    this.opener.setAttribute("aria-label", this.opener.title);
    for (const item of this.menu.children) item.setAttribute("aria-label", `${item.textContent} of ${title}`);
  }

  // A figure that has no table offers none.
  open(on) {
    this.menu.hidden = !on;
    if (on) this.menu.lastElementChild.hidden = !this.panel.table(this.stage.playhead.frame);
    this.opener.setAttribute("aria-expanded", String(on));
    if (on) this.menu.firstElementChild.focus();
  }

  read() {
    this.open(false);
    this.opener.focus(); // where the focus returns to once the table is closed
    new TableReader(this.panel, this.stage);
  }

  async save(format) {
    this.open(false);
    this.opener.focus();
    try {
      const picture = await pictureOf(this.panel, this.stage);
      const file = format === "SVG" ? new Blob([picture.text], { type: "image/svg+xml" }) : await asPng(picture);
      download(file, pictureName(this.panel, this.stage, format.toLowerCase()));
    } catch {
      this.stage.notify(`This picture could not be made as ${format}.`, 6000);
    }
  }
}

function pictureName(panel, stage, ending) {
  return `collapse-lab-${panel.spec.name}-generation-${stage.playhead.generation}.${ending}`;
}

async function pictureOf(panel, stage) {
  const { payload } = stage;
  const { ink, soft, paper } = payload.colours;
  const width = panel.body.clientWidth + 2 * PAD;
  const font = { "font-family": "system-ui, sans-serif", "xml:space": "preserve" };
  const root = svgElement("svg", { xmlns: "http://www.w3.org/2000/svg", width, ...font });
  let y = PAD;
  const write = (text, size, fill, weight = 400) => {
    for (const line of broken(text, (width - 2 * PAD) / (size * 0.62))) {
      y += size * 1.3;
      root.append(svgElement("text", { x: PAD, y: y - size * 0.25, "font-size": size, "font-weight": weight, fill }, line));
    }
  };
  const value = panel.value?.textContent;
  write(value ? `${panel.spec.title}: ${value}` : panel.spec.title, 14, ink, 600);
  y += 4;
  const body = await panel.drawing();
  body.setAttribute("transform", `translate(${PAD},${y})`);
  root.append(body);
  y += Math.max(panel.body.clientHeight, panel.body.scrollHeight) + 6;
  if (panel.note?.textContent) write(panel.note.textContent, 10, soft);
  for (const line of credits(stage)) write(line, SMALL, soft);
  const height = Math.ceil(y + PAD);
  root.prepend(svgElement("rect", { width, height, fill: paper }));
  root.setAttribute("height", height);
  root.setAttribute("viewBox", `0 0 ${width} ${height}`);
  return { text: new XMLSerializer().serializeToString(root), width, height };
}

// The small print: what made the picture, and where it can be opened.
function credits(stage) {
  const { payload } = stage;
  const { software, seed } = payload.credit;
  const generation = stage.playhead.generation;
  return [`${software} · seed ${seed} · world ${Number(payload.world) + 1} · generation ${generation}`, stage.link()];
}

function broken(text, letters) {
  const lines = [""];
  for (const word of text.match(/\S+\s*/g) ?? []) {
    for (let rest = word; rest; ) {
      const room = Math.floor(letters) - lines.at(-1).length;
      if (rest.trimEnd().length <= room) {
        lines[lines.length - 1] += rest;
        rest = "";
      } else if (lines.at(-1)) lines.push("");
      else {
        lines[lines.length - 1] = rest.slice(0, room);
        rest = rest.slice(room);
        lines.push("");
      }
    }
  }
  return lines.filter(Boolean);
}

// The words of a panel: every run of letters where the page has set it.
function textOf(body, ink) {
  const box = body.getBoundingClientRect();
  const [left, top] = [box.left - body.scrollLeft, box.top - body.scrollTop];
  const nodes = [];
  for (const span of body.querySelectorAll("span")) {
    const { color, backgroundColor, fontSize, textDecorationLine, borderBottomColor, borderBottomWidth } = getComputedStyle(span);
    for (const { text, rect } of pieces(span.firstChild)) {
      const [x, y, width, height] = [rect.left - left, rect.top - top, rect.width, rect.height];
      if (backgroundColor !== "rgba(0, 0, 0, 0)") nodes.push(svgElement("rect", { x, y, width, height, style: `fill:${backgroundColor}` }));
      if (parseFloat(borderBottomWidth)) nodes.push(svgElement("rect", { x, y: y + height, width, height: parseFloat(borderBottomWidth), style: `fill:${borderBottomColor}` }));
      const struck = textDecorationLine === "none" ? "" : `;text-decoration:${textDecorationLine}`;
      const place = { x, y: y + height * 0.78, textLength: width, lengthAdjust: "spacingAndGlyphs" };
      nodes.push(svgElement("text", { ...place, "font-size": parseFloat(fontSize), style: `fill:${color || ink}${struck}` }, text));
    }
  }
  return nodes;
}

// The lines that a text node is broken into.
function pieces(node) {
  const found = [];
  const range = document.createRange();
  for (let at = 0; at < (node?.length ?? 0); at++) {
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const rect = range.getClientRects()[0];
    if (!rect?.width) continue;
    const last = found.at(-1);
    if (last && Math.abs(last.rect.top - rect.top) < 2) {
      last.text += node.data[at];
      last.rect = new DOMRect(last.rect.left, last.rect.top, rect.right - last.rect.left, rect.height);
    } else found.push({ text: node.data[at], rect });
  }
  return found;
}

async function asPng({ text, width, height }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const scale = Math.max(2, WIDE_ENOUGH / width);
  const canvas = element("canvas", { width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("canvas"))), "image/png"));
}

function download(file, name) {
  const address = URL.createObjectURL(file);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
