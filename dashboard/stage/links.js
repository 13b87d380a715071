// @ts-check
// Links to a moment, and the way into the clipboard.

import { element } from "../browser/dom.js";

/**
 * An address that opens a page at a generation, the whole page also where it is looked at in a frame.
 * @param {string} address
 * @param {number} generation
 * @param {string[]} unshared parameters that are nobody else's business
 */
export function linkTo(address, generation, unshared) {
  const link = new URL(address);
  for (const name of ["embed", "embed_options", ...unshared]) link.searchParams.delete(name);
  link.searchParams.set("t", String(generation));
  return link.href;
}

/**
 * Copies a text into the clipboard. That is closed to pages on plain http; the older way still works there.
 * @param {string} text
 * @param {HTMLElement} root which may hold a field for a moment
 * @returns {Promise<boolean>} whether it is there now
 */
export async function copyText(text, root) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = element("textarea", { value: text, className: "cl-offscreen" });
    root.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
