// The tour: lights up one real control after the other. Everything under it can be used while it is lit.

const tours = new WeakMap();
const SEEN = "collapse-lab-tour";

// A browser that keeps nothing is treated as one that has seen it, so that nobody is asked again and again.
const storage = {
  seen() {
    try {
      return localStorage.getItem(SEEN) !== null;
    } catch {
      return true;
    }
  },
  keep() {
    try {
      localStorage.setItem(SEEN, "1");
    } catch {
      // nothing to be done
    }
  },
};

const visible = (node) => {
  const { width, height, right, left } = node.getBoundingClientRect();
  return width > 0 && height > 0 && right > 0 && left < window.innerWidth;
};

const inSight = (node) => {
  const { top, bottom } = node.getBoundingClientRect();
  return top > 60 && bottom < window.innerHeight - 8;
};

const nameOf = (node) => (node.getAttribute("aria-label") ?? node.textContent ?? "").trim();

class Tour {
  constructor(host) {
    this.host = host;
    this.asked = 0;
    this.at = -1;
    this.keys = (event) => event.key === "Escape" && this.at >= 0 && this.end();
    document.addEventListener("keydown", this.keys);
  }

  update({ stops, words, asked, offer }) {
    Object.assign(this, { stops, words });
    if (asked > this.asked) this.whenReady(() => this.start());
    else if (offer && !storage.seen() && !this.offered) this.whenReady(() => this.offer());
    this.asked = asked;
  }

  // Not before there is something to show.
  whenReady(act) {
    clearTimeout(this.waiting);
    if (document.querySelector('[data-stage][data-ready="true"]')) act();
    else this.waiting = setTimeout(() => this.whenReady(act), 200);
  }

  dress(node) {
    const style = getComputedStyle(this.host);
    for (const name of ["background-color", "text-color", "primary-color", "font"]) {
      node.style.setProperty(`--tour-${name}`, style.getPropertyValue(`--st-${name}`));
    }
    document.body.append(node);
  }

  button(words, act, main = false) {
    return textButton(words, act, { className: main ? "cl-tour-main" : "" });
  }

  offer() {
    this.offered = true;
    storage.keep();
    const { offer, start, decline } = this.words;
    const choose = element("div", { className: "cl-tour-buttons" }, this.button(start, () => this.start(), true), this.button(decline, () => this.clear()));
    this.note = element("aside", { className: "cl-tour-offer", ariaLabel: offer }, element("p", { textContent: offer }), choose);
    this.dress(this.note);
  }

  start() {
    this.clear();
    storage.keep();
    this.before = document.activeElement;
    this.light = element("div", { className: "cl-tour-light" });
    this.title = element("h2", { id: "cl-tour-title" });
    this.text = element("p", { id: "cl-tour-text" });
    this.place = element("span", { className: "cl-tour-place" });
    this.back = this.button(this.words.back, () => this.go(this.at - 1));
    this.next = this.button(this.words.next, () => (this.at + 1 < this.stops.length ? this.go(this.at + 1) : this.end()), true);
    this.skip = this.button(this.words.skip, () => this.end());
    const row = element("div", { className: "cl-tour-buttons" }, this.place, this.skip, this.back, this.next);
    this.card = element("div", { className: "cl-tour-card" }, this.title, this.text, row);
    this.card.setAttribute("role", "dialog");
    this.card.setAttribute("aria-labelledby", "cl-tour-title");
    this.card.setAttribute("aria-describedby", "cl-tour-text");
    this.dress(this.light);
    this.dress(this.card);
    this.go(0);
    this.follow();
  }

  go(at) {
    this.at = at;
    const { title, text } = this.stops[at];
    this.title.textContent = title;
    this.text.textContent = text;
    this.place.textContent = this.words.place.replace("{at}", at + 1).replace("{all}", this.stops.length);
    this.back.hidden = at === 0;
    this.skip.hidden = at + 1 === this.stops.length;
    this.next.textContent = at + 1 === this.stops.length ? this.words.done : this.words.next;
    this.next.focus({ preventScroll: true });
    this.reveal();
  }

  find({ names, part }) {
    if (part) return document.querySelector(`[data-stage] .${part}`);
    const candidates = [...document.querySelectorAll("button, [role=slider], input")].filter((node) => !this.card.contains(node));
    for (const name of names) {
      const named = candidates.filter((node) => nameOf(node) === name);
      const found = named.find(visible) ?? named[0];
      if (found) return found.matches("[role=slider], input") ? found.closest("[class*=st-key]") ?? found : found;
    }
    return null;
  }

  // Controls in a drawer that is shut are brought out, and the drawer is shut again when the tour goes on to the stage.
  reveal() {
    const target = this.find(this.stops[this.at]);
    const inside = target?.closest('[data-testid="stSidebar"]');
    if (inside && !visible(target)) this.drawer(true);
    else if (!inside && this.opened) this.drawer(false);
    if (target && !inSight(target)) target.scrollIntoView({ block: "center", inline: "nearest" });
  }

  drawer(open) {
    this.opened = open;
    const name = open ? "stExpandSidebarButton" : "stSidebarCollapseButton";
    const handle = document.querySelector(`[data-testid="${name}"]`);
    (handle?.matches("button") ? handle : handle?.querySelector("button"))?.click();
    if (open) setTimeout(() => this.at >= 0 && this.find(this.stops[this.at])?.scrollIntoView({ block: "center" }), 400);
  }

  // The page may move under the tour, so the light is put where its control is, as long as it is lit.
  follow() {
    if (this.at < 0) return;
    this.put(this.find(this.stops[this.at]));
    this.following = requestAnimationFrame(() => this.follow());
  }

  put(target) {
    const edge = 6;
    const box = target?.getBoundingClientRect();
    this.light.hidden = !box || !visible(target);
    const { offsetWidth: width, offsetHeight: height } = this.card;
    const middle = [(window.innerWidth - width) / 2, (window.innerHeight - height) / 2];
    if (this.light.hidden) return this.move(...middle);
    const { left, top } = { left: box.left - edge, top: box.top - edge };
    this.light.style.cssText += `;left:${left}px;top:${top}px;width:${box.width + 2 * edge}px;height:${box.height + 2 * edge}px`;
    const below = box.bottom + 2 * edge;
    const above = box.top - height - 2 * edge;
    const beside = box.right + 2 * edge;
    const x = Math.max(8, Math.min(window.innerWidth - width - 8, box.left));
    if (below + height < window.innerHeight) this.move(x, below);
    else if (above > 0) this.move(x, above);
    else this.move(beside + width < window.innerWidth ? beside : middle[0], Math.max(8, window.innerHeight - height - 8));
  }

  move(x, y) {
    this.card.style.left = `${x}px`;
    this.card.style.top = `${y}px`;
  }

  end() {
    if (this.opened) this.drawer(false);
    this.clear();
    this.before?.focus?.({ preventScroll: true });
  }

  clear() {
    this.at = -1;
    cancelAnimationFrame(this.following);
    for (const node of [this.note, this.light, this.card]) node?.remove();
  }

  dispose() {
    clearTimeout(this.waiting);
    document.removeEventListener("keydown", this.keys);
    this.clear();
  }
}

export default function ({ data, parentElement }) {
  if (!tours.has(parentElement)) tours.set(parentElement, new Tour(parentElement));
  tours.get(parentElement).update(data[0]);
  return () => {
    tours.get(parentElement)?.dispose();
    tours.delete(parentElement);
  };
}
