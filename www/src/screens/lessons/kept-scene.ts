// Where somebody left a lesson, so that they can go on there. Only the progress is precious: a scene that can't be kept
// or played begins anew.

import type { Scenario } from "chatting-time-wasm";

import type { Lesson } from "../../lessons/lesson";
import { jsonText } from "../../model/json-text";
import { read, remove, write } from "../../model/storage";

export interface KeptScene {
  readonly scenario: Scenario;
  /** How many observations there were when the student began, and when the task at hand began. */
  readonly start: number;
  readonly taskStart: number;
}

/** In characters. All lessons together have to leave room for the Lab. */
const LONGEST = 64 * 1024;

/** One without a scenario is too large. */
export function keepScene(
  lesson: Lesson,
  scene: Omit<KeptScene, "scenario"> & { scenario: Scenario | undefined },
): void {
  const text = scene.scenario && jsonText(scene);
  if (text === undefined || text.length > LONGEST || !write(name(lesson), text)) forgetScene(lesson);
}

export function keptScene(lesson: Lesson): KeptScene | undefined {
  const text = read(name(lesson));
  if (text === undefined) return undefined;
  try {
    const { scenario, start, taskStart } = JSON.parse(text) as Partial<KeptScene>;
    const isWhole = scenario !== undefined && Number.isInteger(start) && Number.isInteger(taskStart);
    return isWhole ? ({ scenario, start, taskStart } as KeptScene) : undefined;
  } catch {
    return undefined;
  }
}

export function forgetScene(lesson: Lesson): void {
  remove(name(lesson));
}

function name(lesson: Lesson): string {
  return `lesson/${lesson.id}`;
}
