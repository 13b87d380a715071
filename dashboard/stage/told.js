// @ts-check
// What is told under the headline: one plain line, and how sure it is for those who ask.

import { element } from "../browser/dom.js";

const BEFORE = "The run before, until the new one has something to show.";
const SURE = "How sure is this?";

export class Told {
  line = element("p", { className: "cl-line" });
  detail = element("p", { className: "cl-detail" });
  sure = element("details", { className: "cl-sure" }, element("summary", { textContent: SURE }), this.detail);
  root = element("div", { className: "cl-told" }, this.line, this.sure);

  /**
   * @param {{ before: boolean, line: string, detail: string }} told
   * @param {import("./terms.js").Terms} terms
   */
  show({ before, line, detail }, terms) {
    this.line.replaceChildren(...(before ? [BEFORE] : terms.marked(line)));
    this.detail.replaceChildren(...terms.marked(detail));
    this.sure.hidden = before || !detail;
  }
}
