// The replay's host: the same stage without a server. The run is read from the page itself, and checked against its digest.

const CHANGED = "This file was changed after it was made: what it shows may not be what the experiment gives.";

// SHA-256 (FIPS 180-4); the browser's own is closed to pages opened from disk in some browsers.
function sha256(text) {
  const data = new TextEncoder().encode(text);
  const padded = new Uint8Array((((data.length + 8) >> 6) + 1) << 6);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(data.length / 2 ** 29));
  view.setUint32(padded.length - 4, (data.length << 3) >>> 0);
  const { keys, state } = sha256Constants();
  for (let at = 0; at < padded.length; at += 64) compress(state, keys, view, at);
  return [...state].map((word) => word.toString(16).padStart(8, "0")).join("");
}

// The first 32 bits of the fractional parts of the cube and square roots of the first primes.
function sha256Constants() {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32);
  return { keys: Uint32Array.from(primes, (p) => fraction(Math.cbrt(p))), state: Uint32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p))) };
}

function compress(state, keys, view, at) {
  const turn = (x, by) => (x >>> by) | (x << (32 - by));
  const words = new Uint32Array(64);
  for (let i = 0; i < 64; i++) {
    if (i < 16) words[i] = view.getUint32(at + 4 * i);
    else {
      const [x, y] = [words[i - 15], words[i - 2]];
      words[i] = words[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + words[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    }
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + keys[i] + words[i]) | 0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] += word));
}

class Replay {
  constructor() {
    const { textContent: text, dataset } = document.getElementById("run");
    this.whole = sha256(text) === dataset.sha256;
    if (!this.whole) this.warn();
    this.story = JSON.parse(text);
    const { payload, experiment, worlds } = this.story;
    if (!this.whole) payload.credit.software += " (changed file)";
    document.getElementById("experiment").textContent = JSON.stringify(experiment, null, 2);
    this.credit(payload);
    this.stage = new Stage(document.getElementById("stage"));
    if (!this.whole) this.stage.frame.prepend(document.getElementById("changed")); // which lies above all else while presenting
    this.world = payload.world in worlds ? payload.world : Object.keys(worlds)[0];
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
    const payload = structuredClone({ ...this.story.payload, world: this.world, panels: this.story.worlds[this.world] });
    return this.stage.update(payload, (name, value) => name === "world" && this.turnTo(String(Number(value) - 1)));
  }

  turnTo(world) {
    this.world = world;
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
