// A text of a lesson without its marks, for where only text can stand.

import type { LessonRun } from "./lesson-run";

export function plainText(text: string, run: LessonRun): string {
  return withValues(text, run).replace(/[`*]|\[([^\]]+)\]\(\w+\)/g, "$1");
}

/** Fills in what the text shows of the running simulation. */
export function withValues(text: string, run: LessonRun): string {
  const values = run.lesson.values?.(run.scene.value) ?? {};
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) =>
    name in values ? (values[name] ?? "…") : placeholder,
  );
}
