import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { test } from "node:test";

const SCRIPTS = globSync("dashboard/{browser,lessons,stage,takeaway,tour}/**/*.js", { cwd: new URL("../..", import.meta.url) });
const STARTS = "dashboard/takeaway/replay.js"; // which begins as soon as it is read, on its own page

test("every script can be read by itself, in any order", async () => {
  assert.ok(SCRIPTS.length > 30);
  for (const script of SCRIPTS.filter((name) => name !== STARTS).reverse()) await import(`../../${script}`);
});
