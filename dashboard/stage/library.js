// The drawing library: loaded once, from where Python says that it lies (see library.py).

const LOADING = {};

function loadPlotly(address) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  LOADING[address] ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(address, document.baseURI).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      delete LOADING[address];
      reject(new Error("plotly"));
    };
    document.head.append(script);
  });
  return LOADING[address];
}

// Plotly with every kind of trace that the data need: kinds that no figure has asked for so far are not built, the first that is
// asked for builds all of them.
function withTraces(Plotly, data) {
  if (Plotly.late && !data.every(({ type = "scatter" }) => Plotly.early.includes(type))) {
    Plotly.register(Plotly.late.map((kind) => kind()));
    Plotly.late = undefined;
  }
  return Plotly;
}
