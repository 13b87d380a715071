// Passages: text that can be read, each token tinted by how rare it is in the real text.

class PassagePanel extends Panel {
  update(spec, payload) {
    super.update(spec, payload);
    this.body.setAttribute("role", "region"); // it scrolls, so a keyboard must get there
    this.body.tabIndex = 0;
    this.body.classList.add("cl-passages");
    this.shown = undefined;
  }

  show(position) {
    const frame = Math.round(position);
    if (frame === this.shown) return;
    this.shown = frame;
    this.body.replaceChildren(...this.spec.tokens[frame].map((passage) => this.paragraph(passage.filter((token) => token >= 0), this.payload.generations[frame])));
  }

  table(frame) {
    const { tokens, words, joiner } = this.spec;
    const text = (passage) => passage.filter((token) => token >= 0).map((token) => words[token]).join(joiner);
    return { heads: ["passage", "text"], rows: tokens[frame].map((passage, k) => [k + 1, text(passage)]) };
  }

  // Generation 0 is real text from end to end; later a prompt is real and what follows it the model's.
  paragraph(tokens, generation) {
    const { words, joiner, rarity, prompt } = this.spec;
    const spans = tokens.map((token) => [element("span", { className: `cl-rare${rarity[token]}`, textContent: words[token] }), joiner]);
    if (!prompt || !generation) return element("p", {}, ...spans.flat());
    const given = element("em", { className: "cl-prompt", title: "the prompt: real text" }, ...spans.slice(0, prompt).flat());
    return element("p", {}, given, ...spans.slice(prompt).flat());
  }
}

PANELS.passages = PassagePanel;
