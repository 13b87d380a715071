// @ts-check
// The drawing library: loaded once, from where Python says that it lies (see library.py).

/** @type {Record<string, Promise<any> | undefined>} */
const LOADING = {};

/**
 * @param {string} address
 * @returns {Promise<any>} Plotly
 */
export function loadPlotly(address) {
  const page = /** @type {any} */ (window);
  if (page.Plotly) return Promise.resolve(page.Plotly);
  return (LOADING[address] ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(address, document.baseURI).href;
    script.onload = () => resolve(page.Plotly);
    script.onerror = () => {
      delete LOADING[address];
      reject(new Error("plotly"));
    };
    document.head.append(script);
  }));
}

/**
 * Plotly with every kind of trace that the data need: kinds that no figure has asked for so far are not built, the first that is
 * asked for builds all of them.
 * @param {any} Plotly
 * @param {import("./received.js").Trace[]} data
 */
export function withTraces(Plotly, data) {
  if (Plotly.late && !data.every(({ type = "scatter" }) => Plotly.early.includes(type))) {
    Plotly.register(Plotly.late.map((/** @type {() => any} */ kind) => kind()));
    Plotly.late = undefined;
  }
  return Plotly;
}
