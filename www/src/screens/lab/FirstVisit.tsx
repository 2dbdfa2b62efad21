import { usePlayground } from "../../model/context";
import { texts } from "../../texts";
import { documentedDialogue } from "./documented-dialogue";
import "./first-visit.css";

/** Where nothing has happened yet: what this is, and two ways to begin. */
export function FirstVisit() {
  const playground = usePlayground();
  const { steps, branch } = playground.moment.value;
  if (steps > 0 || branch > 0) return null;
  const t = texts.current.lab;
  return (
    <section class="first-visit" aria-labelledby="first-visit">
      <h2 id="first-visit">{t.welcome}</h2>
      <p>{t.invitation}</p>
      <p class="first-visit-actions">
        <button type="button" class="primary" onClick={() => documentedDialogue(playground)}>
          {t.showMe}
        </button>
        <button type="button" onClick={() => document.querySelector<HTMLElement>('[data-client-input="0"]')?.focus()}>
          {t.tryMyself}
        </button>
      </p>
    </section>
  );
}
