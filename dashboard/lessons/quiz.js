// @ts-check
// The questions of a lesson: answered, kept and counted here.

import { element, textButton } from "../browser/dom.js";
import { Answers } from "./answers.js";

/**
 * What the page hands over.
 * @typedef {object} Asked
 * @property {string} name of the lesson
 * @property {import("./answers.js").Phase} phase
 * @property {Question[]} questions
 * @property {Record<string, string>} words
 */

/**
 * @typedef {object} Question
 * @property {string} question
 * @property {string[]} answers
 * @property {number} [right] the number of the right answer, from 1; told after the lesson
 * @property {string} [why]
 */

/** @type {WeakMap<HTMLElement, Quiz>} */
const quizzes = new WeakMap();

/**
 * A sentence with values in place of their names in braces.
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function filled(text, values) {
  return text.replace(/{(\w+)}/g, (_, name) => String(values[name]));
}

/**
 * How many answers are right.
 * @param {import("./answers.js").Given} given
 * @param {Question[]} questions
 */
export function score(given, questions) {
  return given.filter((answer, i) => answer === questions[i].right).length;
}

class Quiz {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.root = element("div", { className: "cl-quiz" });
    parent.append(this.root);
    /** @type {Asked} */
    this.asked = { name: "", phase: "before", questions: [], words: {} };
    this.answers = new Answers("", 0);
    /** @type {import("./answers.js").Given} */
    this.given = [];
    /** @type {HTMLElement[]} */
    this.verdicts = [];
    this.score = element("p", { className: "cl-quiz-score", role: "status" });
  }

  /**
   * A rerun of the page that changes nothing must not take the focus from an answer.
   * @param {Asked} asked
   */
  update(asked) {
    if (JSON.stringify(asked) === JSON.stringify(this.asked)) return;
    this.asked = asked;
    this.answers = new Answers(asked.name, asked.questions.length);
    this.draw();
  }

  draw() {
    const { phase, questions, words } = this.asked;
    this.given = this.answers.read(phase);
    const stays = this.answers.keep(phase, this.given);
    this.verdicts = questions.map(() => element("p", { className: "cl-quiz-why", role: "status" }));
    const forget = textButton(words.forget, () => this.forget(), { className: "cl-quiz-forget" });
    const kept = element("p", { className: "cl-quiz-kept" }, stays ? words.kept : words.unkept);
    this.root.replaceChildren(...questions.map((question, i) => this.question(question, i)), this.score, kept, forget);
    this.tell();
  }

  /**
   * @param {Question} asked
   * @param {number} i
   */
  question({ question, answers }, i) {
    const legend = element("legend", {}, filled(this.asked.words.question, { number: i + 1, question }));
    return element("fieldset", {}, legend, ...answers.map((answer, k) => this.answer(i, k + 1, answer)), this.verdicts[i]);
  }

  /**
   * @param {number} i
   * @param {number} number
   * @param {string} words
   */
  answer(i, number, words) {
    const group = `${this.asked.name}-${this.asked.phase}-${i}`;
    const radio = element("input", { type: "radio", name: group, checked: this.given[i] === number, onchange: () => this.choose(i, number) });
    return element("label", {}, radio, element("span", {}, words));
  }

  /**
   * @param {number} i
   * @param {number} number
   */
  choose(i, number) {
    this.given[i] = number;
    this.answers.keep(this.asked.phase, this.given);
    this.tell();
  }

  forget() {
    this.answers.forget();
    this.draw();
    this.root.querySelector("input")?.focus();
  }

  tell() {
    const after = this.asked.phase === "after";
    this.score.textContent = after ? this.compared() : this.partly();
    if (after) this.verdicts.forEach((verdict, i) => (verdict.textContent = this.verdict(i)));
  }

  partly() {
    return filled(this.asked.words.partly, { done: this.given.filter((answer) => answer !== null).length, all: this.given.length });
  }

  compared() {
    const { questions, words } = this.asked;
    const earlier = this.answers.read("before");
    const sentence = earlier.every((answer) => answer === null) ? words.unasked : words.score;
    return filled(sentence, { before: score(earlier, questions), after: score(this.given, questions), all: this.given.length });
  }

  /** @param {number} i */
  verdict(i) {
    const { questions, words } = this.asked;
    const { answers, right = 0, why = "" } = questions[i];
    if (this.given[i] === null) return "";
    return `${this.given[i] === right ? words.right : filled(words.wrong, { answer: answers[right - 1] })} ${why}`;
  }
}

/** @param {{ data: [Asked], parentElement: HTMLElement }} mounted */
export default function ({ data: [asked], parentElement }) {
  const quiz = quizzes.get(parentElement) ?? new Quiz(parentElement);
  quizzes.set(parentElement, quiz);
  quiz.update(asked);
  return () => {
    quizzes.get(parentElement)?.root.remove();
    quizzes.delete(parentElement);
  };
}
