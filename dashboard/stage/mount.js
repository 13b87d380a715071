// @ts-check
// The stage as Streamlit's component.

import { readReceived } from "./received.js";
import { Stage } from "./stage.js";

/** @type {WeakMap<HTMLElement, Stage>} */
const stages = new WeakMap();

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
  const stage = stages.get(parentElement) ?? new Stage(parentElement);
  stages.set(parentElement, stage);
  stage.update(readReceived(payload, context), (name, value) => (name === "preset" ? setTriggerValue : setStateValue)(name, value));
  return () => {
    stages.get(parentElement)?.dispose();
    stages.delete(parentElement);
  };
}
