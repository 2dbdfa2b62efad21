// A scenario as the text that both links and files hold: JSON.

import type { Scenario } from "chatting-time-wasm";
import { failure, type Result, type ScenarioProblem, success } from "./result";

/** What this page reads and writes. */
const VERSION = 1;

export function scenarioToText(scenario: Scenario): string {
  return JSON.stringify(scenario);
}

/**
 * Reads text that says it is a scenario of a known version. Whether everything in it is one, the engine finds out when it
 * opens it: it has the only description of a scenario.
 */
export function scenarioFromText(text: string): Result<Scenario, ScenarioProblem> {
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
