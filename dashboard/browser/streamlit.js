// @ts-check
// Streamlit's own page, as far as we reach into it. Its names are no promise, so all of them stand here, those of our style sheets
// too (see streamlit.py): a test looks for each in the installed version, and where one is missing the page says what a hand has to do.

/** Streamlit's test ids, by what they are to us. */
export const TEST_IDS = {
  page: "stMain",
  sidebar: "stSidebar",
  shutSidebar: "stSidebarCollapseButton",
  openSidebar: "stExpandSidebarButton",
  sidebarHeader: "stSidebarHeader",
  header: "stHeader",
  content: "stMainBlockContainer",
  stack: "stVerticalBlock",
  alert: "stAlertContainer",
  words: "stMarkdownContainer",
  largestFile: "stFileUploaderDropzoneInstructions",
};

/** An attribute of Streamlit's app that is "running" while the page's script runs. */
export const SCRIPT_STATE = "data-test-script-state";

/** What the class begins with that Streamlit gives to a widget with a key. */
export const KEY_CLASS = "st-key";

export const NO_SIDEBAR = "The side menu cannot be moved from here: use the arrow at its top.";
export const NO_PAGE = "The figures could not be fitted to this window: scroll down to the controls.";

/** @param {keyof typeof TEST_IDS} part */
function selector(part) {
  return `[data-testid="${TEST_IDS[part]}"]`;
}

/**
 * The part of Streamlit's page that a node stands in.
 * @param {Element | null | undefined} node
 * @param {"page" | "sidebar"} part
 */
export function around(node, part) {
  return node?.closest(selector(part)) ?? null;
}

/** Whether the page's script is running; undefined where Streamlit does not say. */
export function isRunning() {
  const state = document.querySelector(`[${SCRIPT_STATE}]`)?.getAttribute(SCRIPT_STATE);
  return state ? state === "running" : undefined;
}

export function sidebarIsOpen() {
  const box = document.querySelector(selector("sidebar"))?.getBoundingClientRect();
  return box !== undefined && box.width > 0 && box.right > 0;
}

/**
 * Opens or shuts the sidebar, as a hand would.
 * @param {boolean} open
 * @returns {boolean} whether it stands as wished, or will in a moment
 */
export function moveSidebar(open) {
  if (sidebarIsOpen() === open) return true;
  const handle = document.querySelector(selector(open ? "openSidebar" : "shutSidebar"));
  const pressed = /** @type {HTMLElement | null} */ (handle?.matches("button") ? handle : handle?.querySelector("button"));
  pressed?.click();
  return pressed !== null && pressed !== undefined;
}

/**
 * The whole of a control that has a key: its label and what stands around it too; Streamlit documents this class.
 * @param {Element} node a part of it
 */
export function wholeControl(node) {
  return node.closest(`[class*=${KEY_CLASS}]`) ?? node;
}
