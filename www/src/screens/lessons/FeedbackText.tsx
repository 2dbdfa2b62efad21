import { lessonsTexts } from "../../texts/lessons";
import type { AnyTaskTexts } from "../../texts/lessons/shape";
import type { LessonRun } from "./lesson-run";
import { RichText } from "./RichText";

/** What is to be said about what was tried last, if there is something. */
export function FeedbackText({ run, task }: { run: LessonRun; task: AnyTaskTexts }) {
  const text = feedbackOn(run, task);
  if (!text) return null;
  return (
    <p class="lesson-feedback">
      <RichText run={run}>{text}</RichText>
    </p>
  );
}

export function feedbackOn(run: LessonRun, task: AnyTaskTexts): string | undefined {
  const t = lessonsTexts.current;
  const feedback = run.feedback.value;
  if (feedback?.kind === "own") return task.mistakes?.[feedback.mistake];
  if (feedback?.kind === "common") return t.commonMistakes[feedback.mistake];
  const { step, steps, nextDue } = run.playground.moment.value;
  if (step < steps) return t.inThePast;
  return nextDue === undefined ? undefined : t.underWay;
}
