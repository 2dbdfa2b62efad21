import type { Playground } from "../model/playground";
import { language } from "../texts/language";
import { sharingTexts } from "../texts/sharing";
import { formerScenarios, inputs } from "./former";
import { openScenario } from "./open-scenario";

/** The way back to what the Lab had before. */
export function FormerScenarios({ lab, onOpened }: { lab: Playground; onOpened: () => void }) {
  const t = sharingTexts.current.former;
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
                if (openScenario(lab, scenario, "former").ok) onOpened();
              }}
            >
              {t.open(inputs(scenario), moment(until))}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function moment(time: number): string {
  return new Date(time).toLocaleString(language.value, { dateStyle: "medium", timeStyle: "short" });
}
