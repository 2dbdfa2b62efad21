// Which observation is selected, and what belongs to it: everything that led to it and everything that it led to.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Moment } from "chatting-time-wasm";

import type { Playground } from "./playground";

export class Selection {
  /** The number of the selected observation. */
  readonly selected: ReadonlySignal<number | undefined>;
  /** It, its causes and its effects. */
  readonly related: ReadonlySignal<ReadonlySet<number>>;

  readonly #selected = signal<number | undefined>(undefined);

  constructor(playground: Playground) {
    this.selected = this.#selected;
    this.related = computed(() => {
      const selected = this.#selected.value;
      return new Set(selected === undefined ? [] : playground.related(selected));
    });
  }

  select(observation: number | undefined): void {
    this.#selected.value = observation;
  }

  /** Selecting once more takes the selection back. */
  toggle(observation: number): void {
    this.select(this.#selected.peek() === observation ? undefined : observation);
  }

  /** What has not happened yet at this moment can't be selected. */
  keepWithin(moment: Moment): void {
    const selected = this.#selected.peek();
    if (selected !== undefined && selected >= moment.observations) this.#selected.value = undefined;
  }
}
