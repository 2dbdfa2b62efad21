import { progressIn, taskAtHand } from "../../lessons/progress";
import { lessonsTexts } from "../../texts/lessons";
import type { AnyLessonTexts } from "../../texts/lessons/shape";
import { feedbackOn } from "./FeedbackText";
import { progress } from "./kept-progress";
import type { LessonRun } from "./lesson-run";
import { plainText } from "./plain-text";

/** Says the results of checks to those who can't see them, for they appear far away from where the person types. */
export function Announcements({ run, lesson }: { run: LessonRun; lesson: AnyLessonTexts }) {
  return (
    <p class="visually-hidden" role="status">
      {announcement(run, lesson)}
    </p>
  );
}

function announcement(run: LessonRun, lesson: AnyLessonTexts): string {
  const t = lessonsTexts.current;
  const { guess, done } = progressIn(progress.value, run.lesson);
  if (guess === undefined) return "";
  const last = lesson.tasks[done.at(-1) ?? ""]?.done;
  const at = taskAtHand(progress.value, run.lesson);
  const task = lesson.tasks[at ?? ""];
  if (!task) return plainText(`${last} ${t.lessonFinished}`, run);
  const feedback = feedbackOn(run, task);
  return plainText(feedback ?? (last ? `${t.taskDone}: ${last} ${task.ask}` : ""), run);
}
