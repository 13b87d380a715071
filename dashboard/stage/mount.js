// @ts-check
// The stage as Streamlit's component.

import { KEY_CLASS } from "../browser/streamlit.js";
import { Steps } from "./history.js";
import { readReceived } from "./received.js";
import { Stage } from "./stage.js";

/** @type {WeakMap<HTMLElement, Stage>} */
const stages = new WeakMap();

/** @type {Steps | undefined} */
let steps;

/** @type {WeakMap<HTMLElement, AbortController>} what ends with a stage */
const endings = new WeakMap();

// The way out of a frame leads to the moment that it is taken at.
const TAKING = ["pointerdown", "focusin", "click"];
const WAY_OUT = `.${KEY_CLASS}-way-out a`;

/**
 * What Streamlit hands to a component at every run of the page.
 * @typedef {object} Mounted
 * @property {[payload: string, context: import("./received.js").Context]} data
 * @property {HTMLElement} parentElement
 * @property {(name: string, value: any) => void} setStateValue
 * @property {(name: string, value: any) => void} setTriggerValue
 */

/** @param {Mounted} mounted */
export default function ({ data: [payload, context], parentElement, setStateValue, setTriggerValue }) {
  const stage = stages.get(parentElement) ?? mounted(parentElement, context);
  stage.update(readReceived(payload, context), (name, value) => (name === "preset" ? setTriggerValue : setStateValue)(name, value));
  return () => {
    stages.get(parentElement)?.dispose();
    stages.delete(parentElement);
    endings.get(parentElement)?.abort();
  };
}

/**
 * @param {HTMLElement} host
 * @param {import("./received.js").Context} context
 */
function mounted(host, { address }) {
  const stage = new Stage(host);
  stages.set(host, stage);
  if (!address) return stage;
  steps ??= new Steps(window);
  steps.arrive(address);
  const ending = new AbortController();
  endings.set(host, ending);
  const aim = (/** @type {Event} */ { target }) => {
    const way = target instanceof Element ? target.closest(WAY_OUT) : null;
    if (way && stage.received) way.setAttribute("href", stage.link());
  };
  for (const taking of TAKING) document.addEventListener(taking, aim, { capture: true, signal: ending.signal });
  return stage;
}
