// @ts-check
// Files that the page makes itself.

/**
 * What a panel's picture or table is called on a disk.
 * @param {import("./panel.js").Panel} panel
 * @param {import("./stage.js").Stage} stage
 * @param {string} ending
 */
export function fileName(panel, stage, ending) {
  return `collapse-lab-${panel.spec.name}-generation-${stage.playhead.generation}.${ending}`;
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
