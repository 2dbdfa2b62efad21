import type { Scenario } from "chatting-time-wasm";
import { useId, useState } from "preact/hooks";

import type { Playground } from "../model/playground";
import { sharingTexts } from "../texts/sharing";
import { SCENARIO_FILE_NAME, scenarioFromFile, scenarioToFile } from "./file";
import { openScenario } from "./open-scenario";
import type { FileProblem } from "./result";
import { saveFile } from "./save";

type State = "ready" | "opening" | "tooLargeToSave" | FileProblem;

interface Props {
  /** Nothing when it is too large. */
  scenario: Scenario | undefined;
  lab: Playground;
  onOpened: () => void;
}

/** Saves the scenario as a file, and opens one in the Lab. */
export function ShareFile({ scenario, lab, onOpened }: Props) {
  const id = useId();
  const [state, setState] = useState<State>("ready");
  const { file: t, problems } = sharingTexts.current;
  const open = async (chosen: File): Promise<void> => {
    if (state === "opening") return;
    setState("opening");
    const read = await scenarioFromFile(chosen);
    // A long history takes a while to play, in which the page can't draw: it has to have said so before.
    await painted();
    const opened = read.ok ? openScenario(lab, read.value, "file") : read;
    if (opened.ok) onOpened();
    else setState(opened.problem);
  };
  const save = (): void => {
    const file = scenario && scenarioToFile(scenario);
    if (file) saveFile(file, SCENARIO_FILE_NAME);
    setState(file ? "ready" : "tooLargeToSave");
  };
  return (
    <section class="share-part">
      <h2>{t.title}</h2>
      <p class="soft">{t.about}</p>
      <div class="share-actions">
        <button type="button" onClick={save}>
          {t.save}
        </button>
        <input
          id={id}
          class="visually-hidden share-file"
          type="file"
          accept=".json,application/json"
          // Not disabled, which would take the focus away.
          aria-disabled={state === "opening"}
          onChange={({ currentTarget }) => {
            const [chosen] = currentTarget.files ?? [];
            if (chosen) open(chosen);
            // So that choosing the same file once more is a change again.
            currentTarget.value = "";
          }}
        />
        <label class="share-button" for={id}>
          {t.open}
        </label>
      </div>
      <p class={isProblem(state) ? "share-problem" : "share-said"} role="status">
        {state === "opening" && t.opening}
        {isProblem(state) && (state === "tooLargeToSave" ? t.tooLargeToSave : problems.file[state])}
      </p>
    </section>
  );
}

function isProblem(state: State): state is Exclude<State, "ready" | "opening"> {
  return state !== "ready" && state !== "opening";
}

/** Once what was rendered can be seen. A page in the background is not drawn, and nobody waits for it. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 200);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      setTimeout(resolve);
    });
  });
}
