// The Lab's playground at the start: what was kept from last time, else the two people of the documented dialogue.

import type { Config } from "chatting-time-wasm";

import { texts } from "../texts";
import { language } from "../texts/language";
import { autosave, keptScenario, setAside } from "./autosave";
import { EngineStopped, isTrap } from "./engine";
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

function again(): Playground | undefined {
  try {
    const scenario = keptScenario();
    return scenario && Playground.open(scenario);
  } catch (thrown) {
    if (isTrap(thrown)) throw new EngineStopped(thrown);
    setAside();
    problem(texts.current.keptScenarioUnreadable);
    return undefined;
  }
}
