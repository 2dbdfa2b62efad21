// The latest requests and replies of all clients of the real server, for reading only. They are text in memory, apart
// from the simulation's trace: nothing of them can be exported or linked.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Direction, ShownPart } from "chatting-time-wasm";

import { beginningOf, lengthOf } from "./shown-text";

/** Rows kept, and characters of each. */
const MOST_ROWS = 200;
const MOST_CHARACTERS = 2_000;

export interface RecentRow {
  /** Counts all rows that ever were. */
  number: number;
  at: Date;
  client: number;
  direction: Direction;
  parts: ShownPart[];
  /** Characters that are not kept. */
  cut: number;
  /** Milliseconds between the request and this reply. */
  took?: number | undefined;
}

export class Recent {
  readonly rows: ReadonlySignal<readonly RecentRow[]>;

  readonly #rows = signal<readonly RecentRow[]>([]);
  #count = 0;

  constructor() {
    this.rows = this.#rows;
  }

  add(client: number, direction: Direction, parts: readonly ShownPart[], took?: number): void {
    const row: RecentRow = {
      number: this.#count,
      at: new Date(),
      client,
      direction,
      parts: beginningOf(parts, MOST_CHARACTERS),
      cut: Math.max(0, lengthOf(parts) - MOST_CHARACTERS),
      took,
    };
    this.#count += 1;
    this.#rows.value = [...this.#rows.peek().slice(1 - MOST_ROWS), row];
  }

  clear(): void {
    this.#rows.value = [];
  }
}
