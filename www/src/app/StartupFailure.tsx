import type { Scenario } from "chatting-time-wasm";

import { SCENARIO_FILE_NAME, scenarioToFile } from "../links/file";
import { saveFile } from "../links/save";
import { forget } from "../model/autosave";
import { language } from "../texts/language";
import { STARTUP_PROBLEMS, type StartupProblem } from "./startup-problem";
import "./startup-failure.css";

interface Props {
  problem: StartupProblem;
  /** What the browser said, for whoever is asked for help. */
  detail: string;
  /** What the Lab had, as far as that is known. */
  scenario: Scenario | undefined;
}

/** Stands in place of the whole page, and needs nothing of it: no texts, no engine, no storage. */
export function StartupFailure({ problem, detail, scenario }: Props) {
  const text = STARTUP_PROBLEMS[problem];
  const order = language.value === "id" ? (["id", "en"] as const) : (["en", "id"] as const);
  const file = scenario && scenarioToFile(scenario);
  const startAnew = (): void => {
    forget();
    window.location.reload();
  };
  return (
    <main class="startup-failure">
      <h1>Chatting Time</h1>
      {order.map((one) => (
        <p key={one} lang={one}>
          {text[one]}
        </p>
      ))}
      <p class="startup-failure-actions">
        <button type="button" class="primary" onClick={() => window.location.reload()}>
          Muat ulang · Reload
        </button>
        {file && (
          <button type="button" onClick={() => saveFile(file, SCENARIO_FILE_NAME)}>
            Simpan skenario · Save the scenario
          </button>
        )}
        {(problem === "unexpected" || problem === "engineStopped") && (
          <button type="button" onClick={startAnew}>
            Skenario baru · New scenario
          </button>
        )}
      </p>
      <p class="soft mono">{detail}</p>
    </main>
  );
}
