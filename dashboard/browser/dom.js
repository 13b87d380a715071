// @ts-check
// Nodes of a page, as every component makes them.

/**
 * An element with properties and children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Partial<HTMLElementTagNameMap[Tag]>} [properties]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, properties = {}, ...children) {
  const { role, ariaLabel, ...others } = properties;
  const node = Object.assign(document.createElement(tag), others);
  // As attributes, for not every browser in use mirrors these properties.
  if (role) node.setAttribute("role", role);
  if (ariaLabel) node.setAttribute("aria-label", ariaLabel);
  node.append(...children);
  return node;
}

/**
 * A button that says in words what it does.
 * @param {string} words
 * @param {() => void} act
 * @param {Partial<HTMLButtonElement>} [properties]
 */
export function textButton(words, act, properties = {}) {
  return element("button", { type: "button", textContent: words, onclick: act, ...properties });
}

/**
 * An element of an SVG with attributes and children.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svgElement(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}
