// One playground as signals. Components read `moment`, `branches` and what is asked of the trace, and call the verbs;
// everything is computed by the engine in Rust. The Lab has one that outlives the page; a lesson has its own.

import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import {
  type BranchView,
  type Config,
  Playground as Engine,
  type Exchange,
  type Input,
  type LeakKind,
  type Moment,
  type Observation,
  type ObservationDetail,
  type OverheardLeaks,
  type OverheardPassages,
  type Scenario,
  type TraceFilter,
  type TraceRows,
} from "chatting-time-wasm";

import { texts } from "../texts";
import { branchName } from "./branch-name";
import { isTrap } from "./engine";
import { asPlaygroundError, sentenceFor } from "./failures";
import { Player } from "./player";
import { Selection } from "./selection";
import { runUntilQuiet } from "./settings";
import { shareEqual } from "./share-equal";
import { note, problem } from "./status";

/** Inputs that the page adds by itself to one of the person's, at most. */
const RUN_AT_MOST = 1_000;

export class Playground {
  readonly moment: ReadonlySignal<Moment>;
  readonly branches: ReadonlySignal<BranchView[]>;
  readonly selection: Selection;
  readonly player: Player;
  /** Whether the timeline offers to start over. A lesson has a button of its own for that. */
  startsOver = true;

  #engine: Engine;
  readonly #moment: Signal<Moment>;
  readonly #branches: Signal<BranchView[]>;

  private constructor(engine: Engine) {
    this.#engine = engine;
    this.#moment = signal(engine.moment());
    this.#branches = signal(engine.branches());
    this.moment = this.#moment;
    this.branches = this.#branches;
    this.selection = new Selection(this);
    this.player = new Player(this);
  }

  /** A new one; its seed comes from the browser's randomness. */
  static create(config: Config, seed?: string): Playground {
    return new Playground(Engine.create(seed, config));
  }

  /** Throws a `PlaygroundError` when the scenario can't be played. */
  static open(scenario: Scenario): Playground {
    return new Playground(Engine.open(scenario));
  }

  /** Goes on with another scenario. Throws a `PlaygroundError`, unchanged, when it can't be played. */
  replace(scenario: Scenario): void {
    this.#take(Engine.open(scenario));
  }

  /** Goes on with a new scenario. */
  begin(config: Config, seed?: string): void {
    this.#take(Engine.create(seed, config));
  }

  /** Does something, and lets all bytes under way arrive if the person wants that. Whether it was done. */
  apply(input: Input): boolean {
    return this.applyAll([input]);
  }

  /** Does several things before any byte moves, then lets them arrive as above. Whether all were done. */
  applyAll(inputs: readonly Input[]): boolean {
    this.player.pause();
    const former = this.#moment.peek().branch;
    const done = this.#attempt(() => {
      let moment = this.#moment.peek();
      for (const input of inputs) moment = this.#engine.apply(input);
      if (runUntilQuiet.peek() === "on") moment = this.#run(moment);
      return moment;
    });
    if (this.#moment.peek().branch !== former) this.#tellOfBranch(former);
    return done;
  }

  /** One step onwards: the next recorded one, else the next bytes arrive. Whether there was one. */
  step(): boolean {
    const { step, steps, nextDue } = this.#moment.peek();
    if (step < steps) return this.#attempt(() => this.#engine.seek(step + 1));
    if (nextDue === undefined) return false;
    return this.#attempt(() => this.#engine.apply({ kind: "advance", milliseconds: nextDue }));
  }

  /** Lets everything arrive that is under way now. */
  finish(): void {
    this.#attempt(() => this.#run(this.#engine.moment()));
  }

  seek(step: number): boolean {
    this.player.pause();
    return this.#attempt(() => this.#engine.seek(step));
  }

  enterBranch(branch: number): boolean {
    this.player.pause();
    return this.#attempt(() => this.#engine.enterBranch(branch));
  }

  nameBranch(branch: number, name: string): boolean {
    return this.#attempt(() => {
      this.#engine.nameBranch(branch, name);
      return this.#engine.moment();
    });
  }

  removeBranch(branch: number): boolean {
    this.player.pause();
    return this.#attempt(() => this.#engine.removeBranch(branch));
  }

  /** Nothing when it is longer than the browser can hold as one text. */
  scenario(): Scenario | undefined {
    try {
      return this.#engine.scenario();
    } catch (thrown) {
      if (isTrap(thrown)) throw thrown;
      return undefined;
    }
  }

  rows(filter: TraceFilter, from: number, count: number): TraceRows {
    this.#moment.value;
    return this.#engine.rows(filter, from, count);
  }

  rowOf(filter: TraceFilter, observation: number): number | undefined {
    this.#moment.value;
    return this.#engine.rowOf(filter, observation);
  }

  observation(number: number): ObservationDetail | undefined {
    this.#moment.value;
    return this.#engine.observation(number);
  }

  related(number: number): number[] {
    this.#moment.value;
    return this.#engine.related(number);
  }

  trace(from: number, count: number): Observation[] {
    this.#moment.value;
    return this.#engine.trace(from, count);
  }

  overheard(from: number, count: number): OverheardPassages {
    this.#moment.value;
    return this.#engine.overheard(from, count);
  }

  leaks(kind: LeakKind | undefined, from: number, count: number): OverheardLeaks {
    this.#moment.value;
    return this.#engine.leaks(kind, from, count);
  }

  exchange(number: number): Exchange | undefined {
    this.#moment.value;
    return this.#engine.exchange(number);
  }

  /** Gives its memory back. It must not be used any more. */
  dispose(): void {
    this.player.pause();
    this.#engine.free();
  }

  /** Whoever does something in the past should know that nothing is lost. */
  #tellOfBranch(former: number): void {
    const t = texts.current.timeline;
    const name = branchName(this.#branches.peek(), this.#moment.peek().branch);
    note(t.newBranch(name), { label: t.formerBranch, run: () => this.enterBranch(former) });
  }

  #take(engine: Engine): void {
    this.player.pause();
    const former = this.#engine;
    this.#engine = engine;
    this.#show(engine.moment());
    former.free();
  }

  #run(moment: Moment): Moment {
    let latest = moment;
    for (let runs = 0; latest.nextDue !== undefined && runs < RUN_AT_MOST; runs += 1) {
      latest = this.#engine.apply({ kind: "advance", milliseconds: latest.nextDue });
    }
    return latest;
  }

  /** A refusal becomes a sentence; what was done before it stays done and is shown. */
  #attempt(change: () => Moment): boolean {
    try {
      this.#show(change());
      return true;
    } catch (thrown) {
      const refusal = asPlaygroundError(thrown);
      if (!refusal) throw thrown;
      problem(sentenceFor(refusal));
      this.#show(this.#engine.moment());
      return false;
    }
  }

  #show(moment: Moment): void {
    batch(() => {
      this.#branches.value = shareEqual(this.#branches.peek(), this.#engine.branches());
      this.#moment.value = shareEqual(this.#moment.peek(), moment);
      this.selection.keepWithin(moment);
    });
  }
}
