import { useState } from "preact/hooks";

import { lessonsTexts } from "../../texts/lessons";
import { Confirm } from "./Confirm";
import type { LessonRun } from "./lesson-run";

/** Forgets what was done in this lesson, when that is really wanted. */
export function StartAgain({ run }: { run: LessonRun }) {
  const t = lessonsTexts.current.startAgain;
  const [asks, setAsks] = useState(false);
  const restart = (): void => {
    run.restart();
    document.getElementById("lesson-text")?.focus();
  };
  return (
    <>
      <button type="button" class="plain" onClick={() => setAsks(true)}>
        {t.one}
      </button>
      {asks && <Confirm title={t.oneTitle} text={t.oneText} onConfirm={restart} onClose={() => setAsks(false)} />}
    </>
  );
}
