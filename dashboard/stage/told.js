// @ts-check
// What is told under the headline: one plain line, and how sure it is for those who ask.

import { element } from "../browser/dom.js";

const SURE = "How sure is this?";

export class Told {
  line = element("p", { className: "cl-line" });
  detail = element("p", { className: "cl-detail" });
  sure = element("details", { className: "cl-sure" }, element("summary", { textContent: SURE }), this.detail);
  root = element("div", { className: "cl-told" }, this.line, this.sure);

  /** @param {{ before: string, line: string, detail: string }} told */
  show({ before, line, detail }) {
    this.line.textContent = before || line;
    this.detail.textContent = detail;
    this.sure.hidden = Boolean(before) || !detail;
  }
}
