// What a lesson's texts must have: one text for each thing that its data names, so that none can be forgotten.
//
// In them, `words` are shown as code, [words](name) leads to the observation that the lesson's evidence has under that
// name, and {name} stands for one of the lesson's values.

import type { LESSONS, LessonName } from "../../lessons";
import type { CommonMistake, Lesson, Task } from "../../lessons/lesson";

export type TextsOf<Name extends LessonName> = LessonTexts<(typeof LESSONS)[Name]>;

export type LessonsTexts = { readonly [Name in LessonName]: TextsOf<Name> };

export type CommonMistakesTexts = Readonly<Record<CommonMistake, string>>;

interface LessonTexts<L extends Lesson> {
  readonly title: string;
  readonly goal: string;
  readonly prediction: {
    readonly question: string;
    readonly choices: Readonly<Record<L["prediction"]["choices"][number], ChoiceTexts>>;
  };
  readonly tasks: { readonly [Id in keyof L["tasks"]]: TaskTexts<L["tasks"][Id]> };
  /** Paragraphs. */
  readonly explanation: readonly string[];
  /** What it means for a program of the student's own. Paragraphs. */
  readonly ownClient: readonly string[];
}

interface ChoiceTexts {
  readonly label: string;
  /** Why it is right or wrong. */
  readonly why: string;
}

type TaskTexts<T extends Task> = {
  readonly ask: string;
  /** Said once it is done. */
  readonly done: string;
  /** Each gives away more than the one before. */
  readonly hints: readonly [string, string, string];
} & NamedTexts<T, "mistakes"> &
  NamedTexts<T, "actions">;

type NamedTexts<T, Part extends string> =
  T extends Readonly<Record<Part, infer Named>>
    ? Readonly<Record<Part, Readonly<Record<keyof Named, string>>>>
    : unknown;

/** The texts of any lesson, for code that handles them all. */
export interface AnyLessonTexts {
  readonly title: string;
  readonly goal: string;
  readonly prediction: { readonly question: string; readonly choices: Readonly<Record<string, ChoiceTexts>> };
  readonly tasks: Readonly<Record<string, AnyTaskTexts>>;
  readonly explanation: readonly string[];
  readonly ownClient: readonly string[];
}

export interface AnyTaskTexts {
  readonly ask: string;
  readonly done: string;
  readonly hints: readonly [string, string, string];
  readonly mistakes?: Readonly<Record<string, string>>;
  readonly actions?: Readonly<Record<string, string>>;
}
