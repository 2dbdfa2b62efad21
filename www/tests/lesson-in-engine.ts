// A lesson played in the engine, without a page. It happens here exactly as it happens in a browser.

import { type Input, Playground } from "chatting-time-wasm";

import { COMMON_MISTAKES } from "../src/lessons/common-mistakes";
import type { CommonMistake, Lesson, Play } from "../src/lessons/lesson";
import { Scene } from "../src/lessons/scene";
import { applyUntilQuiet } from "./engine.ts";

/** What brings each common mistake about, in whichever task. */
export const COMMON_EXAMPLES: Record<CommonMistake, readonly Input[]> = {
  onlyConnected: [{ kind: "connect", client: 0 }],
  noLineEnd: [{ kind: "type", client: 0, bytes: "inbox" }],
  unknownCommand: [{ kind: "enter", client: 0, line: "inbocks" }],
  badParameters: [{ kind: "enter", client: 0, line: "send lineker" }],
  notLoggedIn: [
    { kind: "connect", client: 0 },
    { kind: "type", client: 0, bytes: "inbox\\r\\n" },
  ],
  wrongPassword: [{ kind: "enter", client: 0, line: "auth messi jakarta" }],
  userNotFound: [{ kind: "enter", client: 0, line: "auth messy surabaya" }],
};

export class LessonInEngine {
  readonly #playground: Playground;
  readonly #start: number;
  #taskStart: number;

  constructor({ setting }: Lesson) {
    this.#playground = Playground.create(setting.seed, { clients: [...setting.clients], language: "en" });
    for (const input of setting.inputs) applyUntilQuiet(this.#playground, input);
    this.#start = this.#playground.moment().observations;
    this.#taskStart = this.#start;
  }

  /** Returns what was done. */
  play(plays: readonly Play[]): Input[] {
    return plays.map((play) => {
      const input = typeof play === "function" ? play(this.scene()) : play;
      applyUntilQuiet(this.#playground, input);
      return input;
    });
  }

  beginTask(): void {
    this.#taskStart = this.#playground.moment().observations;
  }

  scene(): Scene {
    const moment = this.#playground.moment();
    return new Scene(this.#playground.trace(0, moment.observations), moment, this.#start, this.#taskStart);
  }
}

/** The mistake that the page speaks of. */
export function recognised(lesson: Lesson, task: string, scene: Scene): string | undefined {
  const { mistakes, commonMistakes } = lesson.tasks[task] ?? {};
  const own = Object.entries(mistakes ?? {}).find(([, { made }]) => made(scene));
  return own?.[0] ?? commonMistakes?.find((mistake) => COMMON_MISTAKES[mistake](scene));
}
