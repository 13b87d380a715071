// @ts-check
// The replay's host: the same stage without a server. The run is read from the page itself, and checked against its checksum.

import { element } from "../browser/dom.js";
import { Stage } from "../stage/stage.js";
import { crc32 } from "./crc32.js";

/** @typedef {import("../stage/received.js").Received} Received */
/** @typedef {import("../stage/received.js").PanelSpec} PanelSpec */

/**
 * What the file holds besides the stage.
 * @typedef {object} Contents
 * @property {object} experiment what was run
 * @property {Received} payload without panels
 * @property {Record<string, PanelSpec[]>} worlds the panels of the replicates that can be picked
 */

const CHANGED = "This file was changed after it was made: what it shows may not be what the experiment gives.";

/**
 * A node that the file's own page has.
 * @param {string} id
 */
function part(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

function warn() {
  part("changed").textContent ||= CHANGED;
  part("changed").hidden = false;
}

class Replay {
  constructor() {
    const { textContent, dataset } = part("run");
    const text = textContent ?? "";
    const whole = crc32(text) === Number(dataset.crc32);
    if (!whole) warn();
    /** @type {Contents} */
    const { experiment, payload, worlds } = JSON.parse(text);
    const software = whole ? payload.credit.software : `${payload.credit.software} (changed file)`;
    this.payload = { ...payload, credit: { ...payload.credit, software } };
    this.worlds = worlds;
    part("experiment").textContent = JSON.stringify(experiment, null, 2);
    this.credit();
    this.stage = new Stage(part("stage"));
    if (!whole) this.stage.frame.prepend(part("changed")); // which lies above all else while presenting
    this.replicate = payload.world in worlds ? payload.world : Object.keys(worlds)[0];
  }

  credit() {
    const { credit, link } = this.payload;
    part("credit").append(`${credit.software} · seed ${credit.seed}`);
    if (/^https?:\/\//.test(link ?? "")) part("credit").append(" · ", element("a", { href: link, textContent: "Open in Collapse Lab", rel: "noreferrer" }));
  }

  show() {
    const payload = Object.freeze({ ...this.payload, world: this.replicate, panels: this.worlds[this.replicate] });
    return this.stage.update(payload, (name, value) => name === "world" && this.showReplicate(String(Number(value) - 1)));
  }

  /** @param {string} replicate */
  showReplicate(replicate) {
    this.replicate = replicate;
    this.show();
  }
}

async function replay() {
  const replay = new Replay();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => replay.show());
  await replay.show();
}

replay().catch(warn);
