// The engine as a browser gets it: built for size, with an allocator and a standard library that the tests in Rust do
// without. It has to find what they find.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Scenario } from "chatting-time-wasm";

import { expect, open, test } from "./fixtures.ts";

/** Written by `wasm/tests/playground/scenarios/recorded.rs`, which holds it to what is played natively. */
const RECORDED: { hash: string; scenario: Scenario }[] = readFileSync(
  new URL("random-scenarios.jsonl", import.meta.url),
  "utf8",
)
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

const GLUE = "/engine-under-test.js";

// The worker would ask the server for the glue, past the test.
test.use({ serviceWorkers: "block" });

test("the engine that the server serves plays random scenarios as they are played natively", async ({ page }) => {
  await page.route(GLUE, (route) => route.fulfill({ path: fileURLToPath(import.meta.resolve("chatting-time-wasm")) }));
  const served = page.waitForResponse(/\.wasm$/);
  await open(page);
  const found = await page.evaluate(
    async ({ glue, engine, scenarios }) => {
      const { default: load, Playground } = await import(glue);
      await load({ module_or_path: engine });
      return scenarios.map((scenario) => {
        const playground = Playground.open(scenario);
        const { hash } = playground.moment();
        playground.free();
        return hash;
      });
    },
    { glue: GLUE, engine: (await served).url(), scenarios: RECORDED.map(({ scenario }) => scenario) },
  );
  expect(RECORDED.length).toBeGreaterThan(20);
  expect(found).toEqual(RECORDED.map(({ hash }) => hash));
});
