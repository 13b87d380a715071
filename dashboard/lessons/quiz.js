// The questions of a lesson: answered, kept and counted here.

const quizzes = new WeakMap();
const STORED = "collapse-lab-quiz";
const unstored = {};

// What was answered, by lesson and phase: numbers from 1 by the place of the question, null where it was left open.
class Answers {
  constructor(name, count) {
    Object.assign(this, { name, count });
  }

  key(phase) {
    return `${STORED}:${this.name}:${phase}`;
  }

  read(phase) {
    const found = unstored[this.key(phase)] ?? this.stored(this.key(phase));
    return Array.from({ length: this.count }, (_, i) => found[i] ?? null);
  }

  stored(key) {
    try {
      const found = JSON.parse(localStorage.getItem(key) ?? "[]");
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  }

  // Whether the browser keeps them; one that does not gets a page that does, and is told so.
  keep(phase, given) {
    try {
      localStorage.setItem(this.key(phase), JSON.stringify(given));
      return true;
    } catch {
      unstored[this.key(phase)] = given;
      return false;
    }
  }

  forget() {
    for (const phase of ["before", "after"]) this.keep(phase, []);
  }
}

const filled = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

class Quiz {
  constructor(parent) {
    this.root = element("div", { className: "cl-quiz" });
    parent.append(this.root);
  }

  // A rerun of the page that changes nothing must not take the focus from an answer.
  update(data) {
    const text = JSON.stringify(data);
    if (text === this.text) return;
    this.text = text;
    Object.assign(this, data, { answers: new Answers(data.name, data.questions.length) });
    this.draw();
  }

  draw() {
    this.given = this.answers.read(this.phase);
    this.kept = this.answers.keep(this.phase, this.given);
    this.verdicts = this.questions.map(() => element("p", { className: "cl-quiz-why" }));
    this.score = element("p", { className: "cl-quiz-score" });
    for (const told of [...this.verdicts, this.score]) told.setAttribute("role", "status");
    const forget = textButton(this.words.forget, () => this.forget(), { className: "cl-quiz-forget" });
    const kept = element("p", { className: "cl-quiz-kept" }, this.kept ? this.words.kept : this.words.unkept);
    this.root.replaceChildren(...this.questions.map((_, i) => this.question(i)), this.score, kept, forget);
    this.tell();
  }

  question(i) {
    const { question, answers } = this.questions[i];
    const legend = element("legend", {}, filled(this.words.question, { number: i + 1, question }));
    return element("fieldset", {}, legend, ...answers.map((answer, k) => this.answer(i, k + 1, answer)), this.verdicts[i]);
  }

  answer(i, number, words) {
    const group = `${this.name}-${this.phase}-${i}`;
    const radio = element("input", { type: "radio", name: group, checked: this.given[i] === number, onchange: () => this.choose(i, number) });
    return element("label", {}, radio, element("span", {}, words));
  }

  choose(i, number) {
    this.given[i] = number;
    this.answers.keep(this.phase, this.given);
    this.tell();
  }

  forget() {
    this.answers.forget();
    this.draw();
    this.root.querySelector("input").focus();
  }

  tell() {
    this.score.textContent = this.phase === "before" ? this.partly() : this.compared();
    if (this.phase === "after") this.verdicts.forEach((verdict, i) => (verdict.textContent = this.verdict(i)));
  }

  partly() {
    return filled(this.words.partly, { done: this.given.filter((answer) => answer !== null).length, all: this.given.length });
  }

  compared() {
    const earlier = this.answers.read("before");
    const right = (given) => given.filter((answer, i) => answer === this.questions[i].right).length;
    const words = earlier.every((answer) => answer === null) ? this.words.unasked : this.words.score;
    return filled(words, { before: right(earlier), after: right(this.given), all: this.given.length });
  }

  verdict(i) {
    const { answers, right, why } = this.questions[i];
    if (this.given[i] === null) return "";
    const { words } = this;
    return `${this.given[i] === right ? words.right : filled(words.wrong, { answer: answers[right - 1] })} ${why}`;
  }
}

export default function ({ data, parentElement }) {
  if (!quizzes.has(parentElement)) quizzes.set(parentElement, new Quiz(parentElement));
  quizzes.get(parentElement).update(data[0]);
  return () => {
    quizzes.get(parentElement)?.root.remove();
    quizzes.delete(parentElement);
  };
}
