// The Lab's playground at the start: what was kept from last time, else the two people of the documented dialogue.

import type { Config } from "chatting-time-wasm";

import { texts } from "../texts";
import { language } from "../texts/language";
import { autosave, keptScenario, setAside } from "./autosave";
import { Playground } from "./playground";
import { problem } from "./status";

/** Throws `EngineStopped`. */
export function beginning(): Playground {
  const playground = again() ?? Playground.create(documentedPeople());
  autosave(playground);
  return playground;
}

/** The terminals speak the language of the page. */
export function documentedPeople(): Config {
  return { clients: ["messi", "lineker"], language: language.peek() };
}

/** After a trap the engine's memory is in the middle of something: no other scenario may be played by it. */
function again(): Playground | undefined {
  try {
    const scenario = keptScenario();
    return scenario && Playground.open(scenario);
  } catch (thrown) {
    if (thrown instanceof WebAssembly.RuntimeError) throw new EngineStopped(thrown);
    setAside();
    problem(texts.current.keptScenarioUnreadable);
    return undefined;
  }
}

/** The engine stopped while it played what was kept, which is still there. */
export class EngineStopped extends Error {
  constructor(cause: WebAssembly.RuntimeError) {
    super(cause.message, { cause });
  }
}
