// A whole scenario as a file: the same JSON as in a link, also where that is too long.

import type { Scenario } from "chatting-time-wasm";
import { jsonText } from "../model/json-text";
import { type FileProblem, failure, type Result } from "./result";
import { scenarioFromText } from "./scenario-text";

/**
 * The engine's 100,000 inputs of 600 characters each, and little enough for a tab to read and refuse in seconds, whatever it
 * holds. In bytes.
 */
export const LARGEST_FILE = 64 * 1024 * 1024;

export const SCENARIO_FILE_NAME = "chatting-time-scenario.json";

/** Nothing when it would be larger than any that opens. */
export function scenarioToFile(scenario: Scenario): Blob | undefined {
  const text = jsonText(scenario);
  if (text === undefined) return undefined;
  const file = new Blob([text], { type: "application/json" });
  return file.size > LARGEST_FILE ? undefined : file;
}

export async function scenarioFromFile(file: Blob): Promise<Result<Scenario, FileProblem>> {
  if (file.size > LARGEST_FILE) return failure("tooLarge");
  try {
    return scenarioFromText(await file.text());
  } catch {
    // It went away, or may not be read.
    return failure("unreadable");
  }
}
