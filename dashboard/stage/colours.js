// @ts-check
// Colours: figures name roles ("@synthetic", "@ink/0.3"), and the palette of the page's theme says which colours these are.

/** @typedef {Record<string, string>} Palette "#rrggbb" by role */

/**
 * Whether the page around an element is dark.
 * @param {Element} element
 */
export function isDark(element) {
  const probe = document.createElement("span");
  probe.style.color = getComputedStyle(element).getPropertyValue("--st-background-color") || "white";
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return isDarkColour(colour);
}

/**
 * Whether a colour reads as dark, by its luma (ITU-R BT.601).
 * @param {string} colour "rgb(...)" or "rgba(...)"
 */
export function isDarkColour(colour) {
  const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

/**
 * Red, green and blue, each 0 to 255.
 * @param {string} hex "#rrggbb"
 */
export function channels(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/**
 * The colour of a role; one that the palette lacks has the colour of ink.
 * @param {string} role "@name" or "@name/alpha"
 * @param {Palette} palette
 */
export function colourOf(role, palette) {
  const [name, alpha] = role.slice(1).split("/");
  const hex = palette[name] ?? palette.ink;
  return alpha === undefined ? hex : `rgba(${channels(hex)},${alpha})`;
}

/**
 * Traces or a layout with colours in place of roles; long lists of numbers hold none and stay as they are.
 * @param {any} value
 * @param {Palette} palette
 * @returns {any}
 */
export function coloured(value, palette) {
  if (typeof value === "string") return value.startsWith("@") ? colourOf(value, palette) : value;
  if (Array.isArray(value)) return typeof value[0] === "number" && typeof value.at(-1) === "number" ? value : value.map((item) => coloured(item, palette));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, coloured(item, palette)]));
  }
  return value;
}

/**
 * A picture whose pixels go from one colour, where their share is 0, to another, where it is 1.
 * @param {number} width
 * @param {number} height
 * @param {(pixel: number) => number} share
 * @param {string} from "#rrggbb"
 * @param {string} to "#rrggbb"
 */
export function picture(width, height, share, from, to) {
  const [low, high] = [channels(from), channels(to)];
  const image = new ImageData(width, height);
  for (let p = 0; p < height * width; p++) {
    const part = share(p);
    for (let c = 0; c < 3; c++) image.data[4 * p + c] = low[c] + (high[c] - low[c]) * part;
    image.data[4 * p + 3] = 255;
  }
  return image;
}
