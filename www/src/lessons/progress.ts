// How far somebody is. It is plain data, kept by the browser and carried from one computer to another as a file.

import { LESSON_NAMES, LESSONS } from ".";
import type { Lesson } from "./lesson";

/** Of every lesson that was begun, by its id. */
export type Progress = Readonly<Record<string, LessonProgress>>;

export interface LessonProgress {
  /** The choice that was guessed. */
  readonly guess?: string;
  /** The tasks that are done, by their ids. */
  readonly done: readonly string[];
}

export type ProgressProblem = "noProgress" | "newer" | "damaged";

const FORMAT = "chatting-time/lessons";
const VERSION = 1;

const NOTHING: LessonProgress = { done: [] };

export function progressIn(progress: Progress, lesson: Lesson): LessonProgress {
  return progress[lesson.id] ?? NOTHING;
}

/** The task to be done next. Nothing when the lesson is finished. */
export function taskAtHand(progress: Progress, lesson: Lesson): string | undefined {
  const { done } = progressIn(progress, lesson);
  return Object.keys(lesson.tasks).find((task) => !done.includes(task));
}

export function isFinished(progress: Progress, lesson: Lesson): boolean {
  return progressIn(progress, lesson).guess !== undefined && taskAtHand(progress, lesson) === undefined;
}

/** As a file holds it. */
export function writeProgress(progress: Progress): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, lessons: progress }, null, 2)}\n`;
}

/** Whatever a file holds: bad ones are refused whole, and what belongs to no lesson of today is left out. */
export function readProgress(text: string): Progress | ProgressProblem {
  const file = asObject<"format" | "version" | "lessons">(parsed(text));
  if (file?.format !== FORMAT) return "noProgress";
  if (typeof file.version === "number" && file.version > VERSION) return "newer";
  const lessons = asObject(file.lessons);
  if (file.version !== VERSION || !lessons) return "damaged";
  const progress: Record<string, LessonProgress> = {};
  for (const name of LESSON_NAMES) {
    const lesson: Lesson = LESSONS[name];
    if (!Object.hasOwn(lessons, lesson.id)) continue;
    const read = readLesson(lessons[lesson.id], lesson);
    if (!read) return "damaged";
    progress[lesson.id] = read;
  }
  return progress;
}

/** Both together: nothing that was done gets lost, and a guess of one's own stays. */
export function together(own: Progress, other: Progress): Progress {
  const all: Record<string, LessonProgress> = { ...other };
  for (const [id, mine] of Object.entries(own)) {
    const theirs = other[id] ?? NOTHING;
    const guess = mine.guess ?? theirs.guess;
    const done = [...new Set([...mine.done, ...theirs.done])];
    all[id] = guess === undefined ? { done } : { guess, done };
  }
  return all;
}

function readLesson(entry: unknown, lesson: Lesson): LessonProgress | undefined {
  const found = asObject<"guess" | "done">(entry);
  if (!found || !isListOfWords(found.done)) return undefined;
  const { done: words, guess } = found;
  const done = Object.keys(lesson.tasks).filter((task) => words.includes(task));
  if (guess === undefined) return { done };
  if (typeof guess !== "string") return undefined;
  return lesson.prediction.choices.includes(guess) ? { guess, done } : { done };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asObject<Key extends string>(value: unknown): Partial<Record<Key, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

function isListOfWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((word) => typeof word === "string");
}
