// Words: a list from common to rare, each underlined by how often it is drawn and struck through once it is gone.

class WordPanel extends Panel {
  // A list and not a picture, so that a screen reader can go through the words.
  update(spec, payload) {
    super.update(spec, payload);
    this.body.removeAttribute("role");
    this.body.removeAttribute("aria-label");
    this.words = spec.words.map((word) => element("span", { className: "cl-word", textContent: word, role: "listitem" }));
    this.words.forEach((word, k) => word.classList.toggle("cl-unseen", spec.unseen[k]));
    this.body.replaceChildren(element("div", { className: "cl-words", role: "list", ariaLabel: spec.alt, tabIndex: 0 }, ...this.words));
    this.shown = undefined;
  }

  show(position) {
    const frame = Math.round(position);
    if (frame === this.shown) return;
    this.shown = frame;
    const { counts, absent, n, things, top, unseen } = this.spec;
    this.words.forEach((word, k) => {
      const since = this.goneSince(k, frame);
      word.classList.toggle("cl-gone", since !== null);
      word.title = since !== null ? `${absent} since generation ${since}` : `${counts[frame][k]} of ${n} ${things}`;
      if (unseen[k]) word.title = "never drawn, not even among the real rows of this world";
      word.style.setProperty("--share", Math.min(1, counts[frame][k] / top));
    });
  }

  // The generation from which on a word is gone, null where it is not gone yet in this frame.
  goneSince(k, frame) {
    const since = this.spec.gone[k];
    return since !== null && since <= this.payload.generations[frame] ? since : null;
  }

  table(frame) {
    const { words, counts, absent, n, things } = this.spec;
    const rows = words.map((word, k) => [word, counts[frame][k], this.goneSince(k, frame) ?? ""]);
    return { heads: ["word", `${things} of ${n}`, `${absent} since generation`], rows };
  }
}

PANELS.words = WordPanel;
