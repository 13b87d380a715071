// @ts-check
// What is told above the figures: the headline, one plain line under it, and how sure that is for those who ask.

import { element } from "../browser/dom.js";

const SURE = "How sure is this?";

export class Told {
  verdict = element("h2", { className: "cl-verdict" });
  line = element("p", { className: "cl-line" });
  detail = element("p", { className: "cl-detail" });
  sure = element("details", { className: "cl-sure" }, element("summary", { textContent: SURE }), this.detail);
  root = element("div", { className: "cl-told" }, this.line, this.sure);

  /**
   * @param {{ verdict: string, before: string, line: string, detail: string }} told
   * @param {import("./terms.js").Terms} terms
   */
  show({ verdict, before, line, detail }, terms) {
    const met = /** @type {Set<string>} */ (new Set()); // what the headline has explained the line need not
    terms.write(this.verdict, verdict, met);
    this.verdict.style.setProperty("--letters", String(verdict.length));
    terms.write(this.line, before || line, met);
    terms.write(this.detail, detail);
    this.sure.hidden = Boolean(before) || !detail;
  }
}
