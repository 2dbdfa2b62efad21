// One lesson as it is being done: its own simulation, what is checked of it, and how far the student is.

import { computed, effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import type { Scenario } from "chatting-time-wasm";

import { LESSONS, type LessonName } from "../../lessons";
import { COMMON_MISTAKES } from "../../lessons/common-mistakes";
import type { CommonMistake, Lesson } from "../../lessons/lesson";
import { isFinished, progressIn, taskAtHand } from "../../lessons/progress";
import { Scene } from "../../lessons/scene";
import { hasStopped, isTrap } from "../../model/engine";
import { Playground } from "../../model/playground";
import { note } from "../../model/status";
import { texts } from "../../texts";
import { language } from "../../texts/language";
import { lessonsTexts } from "../../texts/lessons";
import { changeProgress, forgetProgress, progress } from "./kept-progress";
import { forgetScene, keepScene, keptScene } from "./kept-scene";

/** What is to be said about the task at hand. */
export type Feedback = { kind: "own"; mistake: string } | { kind: "common"; mistake: CommonMistake };

/** Milliseconds. */
const KEEP_AFTER = 500;

export class LessonRun {
  readonly name: LessonName;
  readonly lesson: Lesson;
  readonly playground: Playground;
  /** The task to be done next, once there is a guess. */
  readonly task: ReadonlySignal<string | undefined>;
  readonly scene: ReadonlySignal<Scene>;
  readonly feedback: ReadonlySignal<Feedback | undefined>;

  /** The scene before it was started again, as long as nothing has happened in the new one. */
  readonly former: ReadonlySignal<Scenario | undefined>;

  readonly #former = signal<{ scenario: Scenario; steps: number } | undefined>(undefined);
  readonly #start: Signal<number>;
  readonly #taskStart: Signal<number>;
  /** Where each piece of evidence was last found. */
  readonly #found = new Map<string, { branch: number; number: number }>();
  readonly #stop: () => void;

  constructor(name: LessonName) {
    this.name = name;
    this.lesson = LESSONS[name];
    const { playground, start, taskStart } = begin(this.lesson);
    this.playground = playground;
    this.playground.startsOver = false;
    this.#start = signal(start);
    this.#taskStart = signal(taskStart);
    this.task = computed(() =>
      progressIn(progress.value, this.lesson).guess === undefined ? undefined : taskAtHand(progress.value, this.lesson),
    );
    this.scene = computed(() => {
      const moment = this.playground.moment.value;
      const trace = this.playground.trace(0, moment.observations);
      return new Scene(trace, moment, this.#start.value, this.#taskStart.value);
    });
    this.former = computed(() => {
      const former = this.#former.value;
      return former?.steps === this.playground.moment.value.steps ? former.scenario : undefined;
    });
    this.feedback = computed(() => this.#lookForMistakes());
    const stops = [effect(() => this.#follow()), this.#keepScene()];
    this.#stop = () => {
      for (const stop of stops) stop();
    };
  }

  /** Sets the guess, or takes it back. */
  guess(choice: string | undefined): void {
    changeProgress(this.lesson, ({ done }) => (choice === undefined ? { done } : { guess: choice, done }));
  }

  /** Does what a button of the task at hand stands for. */
  act(action: string): void {
    const plays = this.lesson.tasks[this.task.peek() ?? ""]?.actions?.[action] ?? [];
    for (const play of plays) {
      const input = typeof play === "function" ? play(this.scene.peek()) : play;
      if (!this.playground.apply(input)) return;
    }
  }

  /** The number of a piece of evidence at the moment that is shown, or as it was last found. */
  evidence(name: string): number | undefined {
    return this.lesson.evidence(this.scene.value)[name] ?? this.#found.get(name)?.number;
  }

  /** Selects a piece of evidence, after going to where it was found if it can't be seen here. */
  show(name: string): void {
    const found = this.#found.get(name);
    const isHere = this.lesson.evidence(this.scene.peek())[name] !== undefined;
    if (!isHere && found) this.playground.enterBranch(found.branch);
    this.playground.selection.select(this.lesson.evidence(this.scene.peek())[name]);
  }

  /** The simulation as it was at the beginning. What is done stays done. */
  restartScene(): void {
    const scenario = this.playground.scenario();
    if (!scenario && !window.confirm(texts.current.timeline.forGood)) return;
    this.#restartScene();
    if (scenario) this.#former.value = { scenario, steps: this.playground.moment.peek().steps };
  }

  /** The simulation as it was before it was started again. */
  takeSceneBack(): void {
    const former = this.former.peek();
    if (former) this.playground.replace(former);
  }

  /** Forgets what was done, and begins anew. */
  restart(): void {
    forgetProgress(this.lesson);
    this.#restartScene();
  }

  dispose(): void {
    this.#stop();
    this.playground.dispose();
  }

  #restartScene(): void {
    const { scenario, start } = prepared(this.lesson);
    this.#found.clear();
    this.#former.value = undefined;
    this.playground.replace(scenario);
    this.#start.value = start;
    this.#taskStart.value = start;
  }

  /** Notes what is done by now. */
  #follow(): void {
    const scene = this.scene.value;
    this.#remember(scene);
    const task = this.task.value;
    if (!task) return;
    if (this.lesson.tasks[task]?.done(scene)) {
      untracked(() => {
        this.#taskStart.value = scene.trace.length;
        changeProgress(this.lesson, ({ done, ...rest }) => ({ ...rest, done: [...done, task] }));
        if (isFinished(progress.peek(), this.lesson)) this.playground.player.pause();
      });
    } else if (scene.trace.length < scene.taskStart) {
      // Stepped back: what is done from here on belongs to this task.
      this.#taskStart.value = Math.max(scene.trace.length, scene.start);
    }
  }

  #lookForMistakes(): Feedback | undefined {
    const scene = this.scene.value;
    const task = this.lesson.tasks[this.task.value ?? ""];
    if (!task || !scene.isAtRest) return undefined;
    const own = Object.entries(task.mistakes ?? {}).find(([, mistake]) => mistake.made(scene));
    if (own) return { kind: "own", mistake: own[0] };
    const common = task.commonMistakes?.find((mistake) => COMMON_MISTAKES[mistake](scene));
    return common && { kind: "common", mistake: common };
  }

  #remember(scene: Scene): void {
    for (const [name, number] of Object.entries(this.lesson.evidence(scene))) {
      if (number !== undefined) this.#found.set(name, { branch: scene.moment.branch, number });
    }
  }

  /** Keeps the scene shortly after each change, and when the student leaves. */
  #keepScene(): () => void {
    let timer: number | undefined;
    const keep = (): void => {
      window.clearTimeout(timer);
      timer = undefined;
      if (hasStopped.peek()) return;
      keepScene(this.lesson, {
        scenario: this.playground.scenario(),
        start: this.#start.peek(),
        taskStart: this.#taskStart.peek(),
      });
    };
    const keepNow = (): void => {
      if (timer !== undefined) keep();
    };
    const stop = effect(() => {
      this.playground.moment.value;
      this.#taskStart.value;
      timer ??= window.setTimeout(keep, KEEP_AFTER);
    });
    window.addEventListener("pagehide", keepNow);
    return () => {
      stop();
      window.removeEventListener("pagehide", keepNow);
      keepNow();
    };
  }
}

function begin(lesson: Lesson): { playground: Playground; start: number; taskStart: number } {
  const kept = keptScene(lesson);
  if (kept) {
    try {
      const playground = Playground.open(kept.scenario);
      return { playground, start: kept.start, taskStart: kept.taskStart };
    } catch (thrown) {
      if (isTrap(thrown)) throw thrown;
      forgetScene(lesson);
      note(lessonsTexts.current.sceneNotKept);
    }
  }
  const { scenario, start } = prepared(lesson);
  return { playground: Playground.open(scenario), start, taskStart: start };
}

/** The lesson's beginning as a scenario, and how many observations that takes. */
function prepared({ setting }: Lesson): { scenario: Scenario; start: number } {
  const config = { clients: [...setting.clients], language: language.peek() };
  const playground = Playground.create(config, setting.seed);
  for (const input of setting.inputs) {
    playground.apply(input);
    playground.finish();
  }
  const [scenario, start] = [playground.scenario(), playground.moment.peek().observations];
  playground.dispose();
  if (!scenario) throw new Error("a lesson begins with more than a browser can hold");
  return { scenario, start };
}
