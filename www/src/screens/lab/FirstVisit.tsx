import { OneFileLink } from "../../components/OneFileLink";
import { usePlayground } from "../../model/context";
import { needsOneFile, offline } from "../../offline/registration";
import { texts } from "../../texts";
import { documentedDialogue } from "./documented-dialogue";
import "./first-visit.css";

/** Where nothing has happened yet: what this is, two ways to begin, and what to take along where the page does not stay. */
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
      {needsOneFile.value && (
        <p class="first-visit-offline">
          {texts.current.help.offlineStates[offline.value]} <OneFileLink />
        </p>
      )}
    </section>
  );
}
