// A page for tests without a browser: elements that keep what they are given, and a clock that is moved by hand.

class FakeElement {
  constructor(tag) {
    Object.assign(this, { tag, children: [], attributes: {}, dataset: {}, events: {}, className: "", textContent: "" });
    this.style = { setProperty: (name, value) => (this.style[name] = value) };
    const names = () => this.className.split(" ").filter(Boolean);
    const write = (classes) => (this.className = [...new Set(classes)].join(" "));
    this.classList = {
      add: (...added) => write([...names(), ...added]),
      contains: (name) => names().includes(name),
      toggle: (name, on) => write(on ? [...names(), name] : names().filter((other) => other !== name)),
    };
  }

  append(...nodes) {
    this.children.push(...nodes);
  }

  after() {}

  replaceChildren(...nodes) {
    this.children = nodes;
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  removeAttribute(name) {
    delete this.attributes[name];
  }

  remove() {}

  // What a reader reads.
  get words() {
    return this.textContent + this.children.map((child) => (typeof child === "string" ? child : child.words)).join("");
  }
}

export function withPage() {
  globalThis.getComputedStyle = () => ({ fontFamily: "sans-serif" });
  globalThis.document = { createElement: (tag) => new FakeElement(tag), createElementNS: (_, tag) => new FakeElement(tag) };
}

// Frames come when the clock is moved, sixty a second, as a browser gives them.
export class Clock {
  constructor({ reduced = false } = {}) {
    this.now = 0;
    this.waiting = new Map();
    this.last = 0;
    globalThis.window = { matchMedia: () => ({ matches: reduced }) };
    globalThis.performance = { now: () => this.now };
    globalThis.requestAnimationFrame = (act) => this.wait(act, this.now + 1000 / 60);
    globalThis.cancelAnimationFrame = (id) => this.waiting.delete(id);
    globalThis.setTimeout = (act, milliseconds) => this.wait(act, this.now + milliseconds);
    globalThis.clearTimeout = (id) => this.waiting.delete(id);
  }

  wait(act, due) {
    this.waiting.set(++this.last, { act, due });
    return this.last;
  }

  // The page slept: the clock went on, and nothing was called.
  sleep(milliseconds) {
    this.now += milliseconds;
  }

  move(milliseconds) {
    const end = this.now + milliseconds;
    for (;;) {
      const [id, next] = [...this.waiting].sort(([, a], [, b]) => a.due - b.due)[0] ?? [];
      if (!next || next.due > end) break;
      this.waiting.delete(id);
      this.now = Math.max(this.now, next.due);
      next.act(this.now);
    }
    this.now = Math.max(this.now, end);
  }
}
