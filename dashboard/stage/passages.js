// Passages: text that can be read, each token tinted by how rare it is in the real text.

class PassagePanel extends Panel {
  update(spec, film) {
    super.update(spec, film);
    this.body.setAttribute("role", "region"); // it scrolls, so a keyboard must get there
    this.body.tabIndex = 0;
    this.body.classList.add("cl-passages");
    this.shown = undefined;
  }

  show(position) {
    const frame = Math.round(position);
    if (frame === this.shown) return;
    this.shown = frame;
    this.body.replaceChildren(...this.spec.tokens[frame].map((passage) => this.paragraph(passage.filter((token) => token >= 0))));
  }

  paragraph(tokens) {
    const { words, joiner, rarity } = this.spec;
    const spans = tokens.flatMap((token) => [element("span", { className: `cl-rare${rarity[token]}`, textContent: words[token] }), joiner]);
    return element("p", {}, ...spans);
  }
}

PANELS.passages = PassagePanel;
