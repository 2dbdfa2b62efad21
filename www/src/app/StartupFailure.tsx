import { forget } from "../model/autosave";
import { language } from "../texts/language";
import { STARTUP_PROBLEMS, type StartupProblem } from "./startup-problem";
import "./startup-failure.css";

interface Props {
  problem: StartupProblem;
  /** What the browser said, for whoever is asked for help. */
  detail: string;
}

/** Stands in place of the whole page, and needs nothing of it: no texts, no engine, no storage. */
export function StartupFailure({ problem, detail }: Props) {
  const text = STARTUP_PROBLEMS[problem];
  const order = language.value === "id" ? (["id", "en"] as const) : (["en", "id"] as const);
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
