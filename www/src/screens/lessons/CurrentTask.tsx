import { taskAtHand } from "../../lessons/progress";
import { lessonsTexts } from "../../texts/lessons";
import type { AnyLessonTexts } from "../../texts/lessons/shape";
import { FeedbackText } from "./FeedbackText";
import { progress } from "./kept-progress";
import type { LessonRun } from "./lesson-run";
import { RichText } from "./RichText";

/** The task at hand once more, where the text is not beside the simulation but far above it. */
export function CurrentTask({ run }: { run: LessonRun }) {
  const t = lessonsTexts.current;
  const lesson: AnyLessonTexts = t.lessons[run.name];
  const ids = Object.keys(lesson.tasks);
  const id = taskAtHand(progress.value, run.lesson);
  const task = lesson.tasks[id ?? ""];
  if (!id || !task) return <p class="lesson-current">{t.lessonFinished}</p>;
  return (
    <div class="lesson-current">
      <p>
        <strong>{t.taskNumber(ids.indexOf(id) + 1, ids.length)}</strong> <RichText run={run}>{task.ask}</RichText>
      </p>
      <FeedbackText run={run} task={task} />
    </div>
  );
}
