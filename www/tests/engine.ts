// The engine of the page, loaded for tests that need no page.

import { readFileSync } from "node:fs";

import { type Input, initSync, type Playground } from "chatting-time-wasm";

const module = new URL("./chatting_time_wasm_bg.wasm", import.meta.resolve("chatting-time-wasm"));
initSync({ module: readFileSync(module) });

/** As the page does it: then all bytes under way arrive. */
export function applyUntilQuiet(playground: Playground, input: Input): void {
  let { nextDue } = playground.apply(input);
  while (nextDue !== undefined) {
    ({ nextDue } = playground.apply({ kind: "advance", milliseconds: nextDue }));
  }
}
