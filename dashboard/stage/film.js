// The film: what Python sent, made ready for the screen. Colours are roles ("@synthetic", "@ink/0.3") until a theme is known.

const READY = {};

function loadPlotly(address) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  READY[address] ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(address, document.baseURI).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      delete READY[address];
      reject(new Error("plotly"));
    };
    document.head.append(script);
  });
  return READY[address];
}

// Kinds of traces that no figure has asked for so far are left asleep; the first that is asked for wakes all of them.
function awake(Plotly, data) {
  if (Plotly.late && !data.every(({ type = "scatter" }) => Plotly.early.includes(type))) {
    Plotly.register(Plotly.late.map((kind) => kind()));
    Plotly.late = undefined;
  }
  return Plotly;
}

function isDark(element) {
  const probe = document.createElement("span");
  probe.style.color = getComputedStyle(element).getPropertyValue("--st-background-color") || "white";
  element.append(probe);
  const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
  probe.remove();
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

function colour(role, palette) {
  const [name, alpha] = role.slice(1).split("/");
  const hex = palette[name] ?? palette.ink;
  if (alpha === undefined) return hex;
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return `rgba(${r},${g},${b},${alpha})`;
}

function painted(value, palette) {
  if (typeof value === "string") return value.startsWith("@") ? colour(value, palette) : value;
  if (Array.isArray(value)) return typeof value[0] === "number" && typeof value.at(-1) === "number" ? value : value.map((item) => painted(item, palette));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, painted(item, palette)]));
  }
  return value;
}

function between(a, b, share) {
  if (share === 0 || !Array.isArray(a) || a.length !== b?.length || typeof a[0] !== "number") return share < 0.5 ? a : b;
  return a.map((value, i) => (value === null || b[i] === null ? (share < 0.5 ? value : b[i]) : value + (b[i] - value) * share));
}

function eased(share) {
  return share * share * (3 - 2 * share);
}

function bytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
