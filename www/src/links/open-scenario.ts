// Puts a scenario from outside in place of the Lab's. Whatever comes of it, nothing that was there is lost.

import type { Scenario } from "chatting-time-wasm";

import { go } from "../app/router";
import { keepScenario } from "../model/autosave";
import { EngineStopped, isTrap } from "../model/engine";
import { asPlaygroundError } from "../model/failures";
import type { Playground } from "../model/playground";
import { note } from "../model/status";
import { sharingTexts } from "../texts/sharing";
import { inputs, keepFormer } from "./former";
import { failure, type Result, type ScenarioProblem, success } from "./result";

export function openScenario(
  playground: Playground,
  scenario: Scenario,
  from: "link" | "file" | "former",
): Result<undefined, ScenarioProblem> {
  const former = playground.scenario();
  if (!former) return failure("formerTooLarge");
  try {
    playground.replace(scenario);
  } catch (thrown) {
    if (isTrap(thrown)) {
      // Autosave may not have come to it.
      keepScenario(former);
      throw new EngineStopped(thrown, former);
    }
    return failure(problemOf(thrown));
  }
  keepFormer(former);
  go("lab");
  const { opened } = sharingTexts.current;
  const undo = { label: opened.undo, run: () => openScenario(playground, former, "former") };
  note(opened[from], inputs(former) > 0 ? undo : undefined);
  return success(undefined);
}

/** The engine has the only description of a scenario, so what it refuses is none. */
function problemOf(thrown: unknown): ScenarioProblem {
  const code = asPlaygroundError(thrown)?.code;
  if (code === undefined) throw thrown;
  if (code === "unknownVersion") return "unknownVersion";
  return code === "historyFull" ? "tooLarge" : "notScenario";
}
