// @ts-check
// Files that the page makes itself.

/**
 * What a panel's picture or table is called on a disk.
 * @param {import("./panel.js").Panel} panel
 * @param {import("./stage.js").Stage} stage
 * @param {string} ending with what sets it apart before it, such as "85mm.svg"
 */
export function fileName(panel, stage, ending) {
  const mark = ending.includes(".") ? "-" : ".";
  return `collapse-lab-${panel.spec.name}-generation-${stage.playhead.generation}${mark}${ending}`;
}

/**
 * @param {Blob} file
 * @param {string} name
 */
export function download(file, name) {
  const address = URL.createObjectURL(file);
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000); // the browser has read it by then
}
