import { useState } from "preact/hooks";

import { lessonsTexts } from "../../texts/lessons";
import type { LessonRun } from "./lesson-run";
import { RichText } from "./RichText";

/** Help that grows: each press shows one hint more. */
export function Hints({ run, hints }: { run: LessonRun; hints: readonly string[] }) {
  const [shown, setShown] = useState(0);
  const t = lessonsTexts.current;
  return (
    <div class="lesson-hints">
      <ol aria-live="polite">
        {hints.slice(0, shown).map((hint, index) => (
          <li key={hint}>
            <span class="lesson-hint-number">{t.hintNumber(index + 1)}</span> <RichText run={run}>{hint}</RichText>
          </li>
        ))}
      </ol>
      {shown < hints.length && (
        <button type="button" class="plain" onClick={() => setShown(shown + 1)}>
          {t.hint(shown)}
        </button>
      )}
    </div>
  );
}
