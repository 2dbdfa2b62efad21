import { href } from "../../app/router";
import { Icon } from "../../components/icons";
import { LESSON_NAMES, LESSONS, type LessonName } from "../../lessons";
import type { Lesson } from "../../lessons/lesson";
import { isFinished, progressIn } from "../../lessons/progress";
import { lessonsTexts } from "../../texts/lessons";
import { progress } from "./kept-progress";
import { ProgressPanel } from "./ProgressPanel";
import { RichText } from "./RichText";

/** All lessons as a path of numbered steps, with how far one is. */
export function LessonsList() {
  const t = lessonsTexts.current;
  const finished = LESSON_NAMES.filter((name) => isFinished(progress.value, LESSONS[name])).length;
  const next = LESSON_NAMES.find((name) => !isFinished(progress.value, LESSONS[name]));
  return (
    <div class="lessons">
      <header class="lessons-head">
        <h1>{t.title}</h1>
        <p>{t.introduction}</p>
        <p class="lessons-sum">{t.path.progress(finished, LESSON_NAMES.length)}</p>
      </header>
      <ol class="lessons-path" aria-label={t.path.label}>
        {LESSON_NAMES.map((name, index) => (
          <Step key={name} name={name} number={index + 1} isNext={name === next} />
        ))}
      </ol>
      <ProgressPanel />
    </div>
  );
}

function Step({ name, number, isNext }: { name: LessonName; number: number; isNext: boolean }) {
  const lesson: Lesson = LESSONS[name];
  const t = lessonsTexts.current;
  const { title, goal } = t.lessons[name];
  const isDone = isFinished(progress.value, lesson);
  return (
    <li class="lessons-step" data-finished={isDone || undefined} data-next={isNext || undefined}>
      <span class="lessons-number" aria-hidden="true">
        {isDone ? <Icon name="done" /> : number}
      </span>
      <div class="lessons-step-text">
        <h2>
          <a href={href("lessons", lesson.id)}>{title}</a>
        </h2>
        <p>
          <RichText>{goal}</RichText>
        </p>
        <p class="lessons-state">
          {stateOf(lesson)}
          {isNext && <strong>{t.path.next}</strong>}
        </p>
      </div>
    </li>
  );
}

function stateOf(lesson: Lesson): string {
  const t = lessonsTexts.current.path;
  const { guess, done } = progressIn(progress.value, lesson);
  if (isFinished(progress.value, lesson)) return t.finished;
  if (guess === undefined && done.length === 0) return t.notBegun;
  return t.begun(done.length, Object.keys(lesson.tasks).length);
}
