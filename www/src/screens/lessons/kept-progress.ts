// The progress in this browser. Where nothing may be kept it lasts as long as the page, and that is said once.

import { type ReadonlySignal, signal } from "@preact/signals";

import type { Lesson } from "../../lessons/lesson";
import {
  type LessonProgress,
  type Progress,
  progressIn,
  readProgress,
  together,
  writeProgress,
} from "../../lessons/progress";
import { note } from "../../model/status";
import { read, write } from "../../model/storage";
import { lessonsTexts } from "../../texts/lessons";

const NAME = "lessons";

const current = signal<Progress>(kept() ?? {});
let isRefusalTold = false;

export const progress: ReadonlySignal<Progress> = current;

export function changeProgress(lesson: Lesson, change: (former: LessonProgress) => LessonProgress): void {
  const latest = upToDate();
  keep({ ...latest, [lesson.id]: change(progressIn(latest, lesson)) });
}

export function forgetProgress(lesson: Lesson): void {
  const { [lesson.id]: _, ...others } = upToDate();
  keep(others);
}

export function forgetAllProgress(): void {
  keep({});
}

export function addProgress(other: Progress): void {
  keep(together(upToDate(), other));
}

/** With what another tab may have done meanwhile; once the browser refuses, only this page knows. */
function upToDate(): Progress {
  return isRefusalTold ? current.peek() : (kept() ?? current.peek());
}

function kept(): Progress | undefined {
  const text = read(NAME);
  const found = text === undefined ? undefined : readProgress(text);
  return typeof found === "object" ? found : undefined;
}

function keep(changed: Progress): void {
  current.value = changed;
  if (write(NAME, writeProgress(changed)) || isRefusalTold) return;
  isRefusalTold = true;
  note(lessonsTexts.current.progress.notKept);
}
