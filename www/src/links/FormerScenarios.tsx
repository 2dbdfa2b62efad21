import { useState } from "preact/hooks";

import type { Playground } from "../model/playground";
import { language } from "../texts/language";
import { sharingTexts } from "../texts/sharing";
import { formerScenarios, inputs } from "./former";
import { openScenario } from "./open-scenario";
import type { ScenarioProblem } from "./result";

/** The way back to what the Lab had before. */
export function FormerScenarios({ lab, onOpened }: { lab: Playground; onOpened: () => void }) {
  const { former: t, problems } = sharingTexts.current;
  const [problem, setProblem] = useState<ScenarioProblem>();
  if (formerScenarios.value.length === 0) return null;
  return (
    <section class="share-part">
      <h2>{t.title}</h2>
      <p class="soft">{t.about}</p>
      <ul class="share-actions">
        {formerScenarios.value.map(({ scenario, until }) => (
          <li key={until}>
            <button
              type="button"
              onClick={() => {
                const opened = openScenario(lab, scenario, "former");
                if (opened.ok) onOpened();
                else setProblem(opened.problem);
              }}
            >
              {t.open(inputs(scenario), moment(until))}
            </button>
          </li>
        ))}
      </ul>
      <p class="share-problem" role="status">
        {problem && problems.former[problem]}
      </p>
    </section>
  );
}

function moment(time: number): string {
  return new Date(time).toLocaleString(language.value, { dateStyle: "medium", timeStyle: "short" });
}
