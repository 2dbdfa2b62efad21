import { go } from "../../app/router";
import { keepFormer } from "../../links/former";
import type { Playground } from "../../model/playground";
import { note, problem } from "../../model/status";
import { lessonsTexts } from "../../texts/lessons";
import type { LessonRun } from "./lesson-run";

/** Begins the scene anew, or takes it to the Lab. */
export function SceneActions({ run, lab }: { run: LessonRun; lab: Playground }) {
  const t = lessonsTexts.current;
  const openInLab = (): void => {
    const [former, scene] = [lab.scenario(), run.playground.scenario()];
    if (!former || !scene) {
      problem(t.notOpenedInLab);
      return;
    }
    lab.replace(scene);
    keepFormer(former);
    go("lab");
    note(t.openedInLab, { label: t.undo, run: () => lab.replace(former) });
  };
  return (
    <div class="lessons-actions">
      <button type="button" class="plain" onClick={() => run.restartScene()}>
        {t.sceneAgain}
      </button>
      <button type="button" class="plain" onClick={openInLab}>
        {t.openInLab}
      </button>
    </div>
  );
}

/** Says that the scene began anew, and takes that back, until something happens in it. */
export function SceneStarted({ run }: { run: LessonRun }) {
  const t = lessonsTexts.current;
  return (
    <div role="status">
      {run.former.value && (
        <p class="lesson-wait">
          {t.sceneStarted}{" "}
          <button type="button" onClick={() => run.takeSceneBack()}>
            {t.undo}
          </button>
        </p>
      )}
    </div>
  );
}
