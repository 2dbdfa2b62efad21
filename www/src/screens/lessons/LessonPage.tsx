import { useEffect, useState } from "preact/hooks";
import type { LessonName } from "../../lessons";
import { inPlaceOfLab, PlaygroundContext, useLab } from "../../model/context";
import { lessonsTexts } from "../../texts/lessons";
import { LessonText } from "./LessonText";
import { LessonRun } from "./lesson-run";
import { Simulation } from "./Simulation";
import "./lesson.css";

/** One lesson: its text, and beside it the simulation that the text is about. */
export function LessonPage({ name }: { name: LessonName }) {
  const run = useRun(name);
  const lab = useLab();
  const t = lessonsTexts.current;
  if (!run) return null;
  return (
    <div class="lesson">
      <div class="lesson-jumps">
        <button type="button" class="plain" onClick={() => jump("lesson-text")}>
          {t.toText}
        </button>
        <button type="button" class="plain" onClick={() => jump("lesson-simulation")}>
          {t.toSimulation}
        </button>
      </div>
      <LessonText run={run} />
      <PlaygroundContext.Provider value={run.playground}>
        <Simulation run={run} lab={lab} />
      </PlaygroundContext.Provider>
    </div>
  );
}

/** A run for as long as the page shows the lesson. */
function useRun(name: LessonName): LessonRun | undefined {
  const [run, setRun] = useState<LessonRun>();
  useEffect(() => {
    const begun = new LessonRun(name);
    setRun(begun);
    inPlaceOfLab.value = begun.playground;
    return () => {
      inPlaceOfLab.value = undefined;
      begun.dispose();
    };
  }, [name]);
  return run;
}

/** Where the two stand one above the other. Not links: the hash of the address names the screen. */
function jump(id: string): void {
  const target = document.getElementById(id);
  target?.focus({ preventScroll: true });
  target?.scrollIntoView({ block: "start" });
}
