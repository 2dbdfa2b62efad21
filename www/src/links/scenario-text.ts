// A scenario as the text that both links and files hold: JSON.

import type { Scenario } from "chatting-time-wasm";
import { failure, type Result, type ScenarioProblem, success } from "./result";

/** What this page reads and writes. */
const VERSION = 1;

/** Brackets within brackets: more than a scenario has. Over millions of them a browser hangs for minutes. */
const DEEPEST = 32;

const [QUOTE, BACKSLASH, BRACKET, BRACE] = [0x22, 0x5c, 0x5b, 0x7b];

/**
 * Reads text that says it is a scenario of a known version. Whether everything in it is one, the engine finds out when it
 * opens it: it has the only description of a scenario.
 */
export function scenarioFromText(text: string): Result<Scenario, ScenarioProblem> {
  if (depthOf(text) > DEEPEST) return failure("notScenario");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return failure("notJson");
  }
  if (typeof value !== "object" || value === null || !("version" in value) || !Number.isInteger(value.version)) {
    return failure("notScenario");
  }
  return value.version === VERSION ? success(value as Scenario) : failure("unknownVersion");
}

/** How many brackets of JSON are open at once. What is wrong in it otherwise does not matter here. */
function depthOf(text: string): number {
  let [depth, deepest, isQuoted] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (isQuoted && character === BACKSLASH) at += 1;
    else if (character === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === BRACKET || character === BRACE) deepest = Math.max(deepest, ++depth);
    else if (character === BRACKET + 2 || character === BRACE + 2) depth -= 1;
  }
  return deepest;
}
