// The replay's host: the same stage without a server. The run is read from the page itself, and checked against its checksum.

const CHANGED = "This file was changed after it was made: what it shows may not be what the experiment gives.";

// CRC-32 as zlib has it, of the text's UTF-8 bytes: finds mistakes and idle edits, and is no signature.
function crc32(text) {
  let crc = -1;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 && 0xedb88320);
  }
  return ~crc >>> 0;
}

class Replay {
  constructor() {
    const { textContent: text, dataset } = document.getElementById("run");
    this.whole = crc32(text) === Number(dataset.crc32);
    if (!this.whole) this.warn();
    this.contents = JSON.parse(text);
    const { payload, experiment, worlds } = this.contents;
    if (!this.whole) payload.credit.software += " (changed file)";
    document.getElementById("experiment").textContent = JSON.stringify(experiment, null, 2);
    this.credit(payload);
    this.stage = new Stage(document.getElementById("stage"));
    if (!this.whole) this.stage.frame.prepend(document.getElementById("changed")); // which lies above all else while presenting
    this.replicate = payload.world in worlds ? payload.world : Object.keys(worlds)[0];
  }

  warn() {
    const sentence = document.getElementById("changed");
    sentence.textContent = CHANGED;
    sentence.hidden = false;
  }

  credit({ credit, link }) {
    const line = document.getElementById("credit");
    line.append(`${credit.software} · seed ${credit.seed}`);
    if (/^https?:\/\//.test(link ?? "")) line.append(" · ", element("a", { href: link, textContent: "Open in Collapse Lab", rel: "noreferrer" }));
  }

  show() {
    const payload = structuredClone({ ...this.contents.payload, world: this.replicate, panels: this.contents.worlds[this.replicate] });
    return this.stage.update(payload, (name, value) => name === "world" && this.showReplicate(String(Number(value) - 1)));
  }

  showReplicate(replicate) {
    this.replicate = replicate;
    this.show();
  }
}

async function replay() {
  const replay = new Replay();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => replay.show());
  await replay.show();
}

replay().catch(() => {
  const sentence = document.getElementById("changed");
  sentence.textContent ||= CHANGED;
  sentence.hidden = false;
});
