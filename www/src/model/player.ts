// Plays a history: one step after another, at a pace that eyes can follow.

import { signal } from "@preact/signals";

import type { Playground } from "./playground";

/** Steps a second. */
export const SPEEDS = [0.5, 1, 2, 4, 8] as const;

export class Player {
  readonly playing = signal(false);
  readonly speed = signal<number>(2);

  readonly #playground: Playground;
  #timer: number | undefined;

  constructor(playground: Playground) {
    this.#playground = playground;
  }

  toggle(): void {
    if (this.playing.peek()) this.pause();
    else this.play();
  }

  play(): void {
    this.playing.value = true;
    this.#next();
  }

  pause(): void {
    this.playing.value = false;
    window.clearTimeout(this.#timer);
  }

  #next(): void {
    if (!this.playing.peek()) return;
    if (!this.#playground.step()) {
      this.pause();
      return;
    }
    this.#timer = window.setTimeout(() => this.#next(), 1_000 / this.speed.peek());
  }
}
