// What becomes an entry of the browser's history, with a history of our own.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Steps, changedSettings } from "../../dashboard/stage/history.js";

const LOOKS = ["t", "scale"];

/** @param {string} at where the page was opened */
function opened(at) {
  const entries = [new URL(at, "http://lab.example")];
  let place = 0;
  let now = 0;
  /** @type {Record<string, () => void>} */
  const heard = {};
  const page = {
    get location() {
      return entries[place];
    },
    performance: { now: () => now },
    addEventListener: (/** @type {string} */ name, /** @type {() => void} */ listener) => void (heard[name] = listener),
    history: {
      state: {},
      replaceState: (/** @type {any} */ _, /** @type {string} */ __, /** @type {string} */ url) => void (entries[place] = new URL(url, entries[place])),
      pushState: (/** @type {any} */ _, /** @type {string} */ __, /** @type {string} */ url) => {
        entries.splice(place + 1, Infinity, new URL(url, entries[place]));
        place += 1;
      },
    },
  };
  const steps = new Steps(/** @type {any} */ (page));
  const write = (/** @type {string} */ url, after = 5000) => {
    now += after;
    page.history.pushState({}, "", url);
  };
  const back = () => {
    place -= 1;
    heard.popstate();
  };
  const all = () => entries.map(({ pathname, search }) => pathname + search);
  return { steps, write, back, all };
}

test("a setting is an entry, how it is looked at is none", () => {
  const { steps, write, all } = opened("/?v=1&n=50");
  steps.arrive({ query: "v=1&n=50", looks: LOOKS });
  write("/?v=1&n=50&t=7");
  write("/?v=1&n=50&t=9&scale=log");
  write("/?v=1&n=80&t=9&scale=log");
  write("/?v=1&n=80&t=3");
  assert.deepEqual(all(), ["/?v=1&n=50&t=9&scale=log", "/?v=1&n=80&t=3"]);
});

test("a short link is completed in its own entry, and stays in its frame", () => {
  const { steps, all } = opened("/?embed=true&n=50&embed_options=dark_theme");
  steps.arrive({ query: "v=1&n=50", looks: LOOKS });
  assert.deepEqual(all(), ["/?v=1&n=50&embed=true&embed_options=dark_theme"]);
});

test("an address that names nothing gives its entry to the first that does", () => {
  const { steps, write, all } = opened("/?v=1&n=50");
  steps.arrive({ query: "v=1&n=50", looks: LOOKS });
  write("/lessons?lesson=tails");
  write("/");
  write("/?v=1&n=80");
  assert.deepEqual(all(), ["/?v=1&n=50", "/lessons?lesson=tails", "/?v=1&n=80"]);
});

test("keys held on a control are one change, two controls are two, and so are two visits to one", () => {
  const { steps, write, all } = opened("/?v=1&n=50");
  steps.arrive({ query: "v=1&n=50", looks: LOOKS });
  for (const n of [51, 52, 53]) write(`/?v=1&n=${n}`, 300);
  write("/?v=1&n=53&seed=1", 300);
  write("/?v=1&n=53&seed=2", 1500);
  assert.deepEqual(all(), ["/?v=1&n=50", "/?v=1&n=53", "/?v=1&n=53&seed=1", "/?v=1&n=53&seed=2"]);
});

test("a change right after Back is a step of its own", () => {
  const { steps, write, back, all } = opened("/?v=1&n=50");
  steps.arrive({ query: "v=1&n=50", looks: LOOKS });
  write("/?v=1&n=60");
  back();
  write("/?v=1&n=70", 100);
  assert.deepEqual(all(), ["/?v=1&n=50", "/?v=1&n=70"]);
});

test("other pages of the app enter what they like", () => {
  const { steps, write, all } = opened("/?v=1&n=50");
  write("/?v=1&n=50&t=1");
  steps.arrive({ query: "v=1&n=50&t=1", looks: LOOKS });
  write("/lessons?t=1");
  write("/lessons?t=2");
  assert.deepEqual(all(), ["/?v=1&n=50", "/?v=1&n=50&t=1", "/lessons?t=1", "/lessons?t=2"]);
});

test("settings differ by value, by being there, and not by their order or spelling", () => {
  assert.deepEqual(changedSettings("?a=1&b=2%2C3&t=1", "?b=2,3&a=1", LOOKS), []);
  assert.deepEqual(changedSettings("?a=1&b=2", "?a=2&c=1&embed=true", LOOKS), ["a", "b", "c"]);
});
