// What a lesson is made of. A lesson is data: one file here, and its texts in every language under `texts/lessons`.
// Whether a task is done is read off what happened and off the server's state, never off what was typed.

import type { Input } from "chatting-time-wasm";
import type { Scene } from "./scene";

export interface Lesson {
  /** Names the lesson in addresses and in kept progress, so it never changes. */
  readonly id: string;
  readonly setting: Setting;
  readonly prediction: Prediction;
  /** In the order in which they are done. */
  readonly tasks: Readonly<Record<string, Task>>;
  /** The observations that the explanation points at, each under a name that its texts use: `[words](name)`. */
  readonly evidence: (scene: Scene) => Readonly<Record<string, number | undefined>>;
  /** What texts of this lesson show of the running simulation: `{name}`. */
  readonly values?: (scene: Scene) => Readonly<Record<string, string | undefined>>;
}

/** How the simulation stands when the lesson begins. */
export interface Setting {
  /** 16 hex digits, so that everybody sees the same tokens. */
  readonly seed: string;
  readonly clients: readonly string[];
  /** What has happened already. After each of them the network comes to rest. */
  readonly inputs: readonly Input[];
}

/** A question that is answered before trying. */
export interface Prediction {
  readonly choices: readonly string[];
  readonly right: string;
  /** Which choice the simulation itself bears out, once the tasks are done. */
  readonly observed: (scene: Scene) => string | undefined;
}

export interface Task {
  readonly done: (scene: Scene) => boolean;
  /** Mistakes of this task, the likeliest to be meant first. */
  readonly mistakes?: Readonly<Record<string, Mistake>>;
  /** Mistakes that many tasks share. They are looked for after its own. */
  readonly commonMistakes?: readonly CommonMistake[];
  /** What the student does by a button, because no client card has a control for it. */
  readonly actions?: Readonly<Record<string, readonly Play[]>>;
  /** One way to do it. Tests play it. */
  readonly solution: readonly Play[];
}

export interface Mistake {
  readonly made: (scene: Scene) => boolean;
  /** One way to make it, from where the task begins. Tests play it. */
  readonly example: readonly Play[];
}

/** An input, or one that depends on what happened before: on a token, for example. */
export type Play = Input | ((scene: Scene) => Input);

export type CommonMistake =
  | "noLineEnd"
  | "unknownCommand"
  | "badParameters"
  | "notLoggedIn"
  | "wrongPassword"
  | "userNotFound"
  | "onlyConnected";
