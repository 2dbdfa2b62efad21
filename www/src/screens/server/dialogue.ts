// What one person typed and was answered, kept within bounds.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { ShownPart } from "chatting-time-wasm";

import { lengthOf } from "./shown-text";

/** Lines kept, and characters in all: an inbox of long messages is one line. */
const MOST_LINES = 200;
const MOST_CHARACTERS = 8_000_000;

/** What the page itself has to say about a request. */
export type Notice =
  /** Not sent: longer than the server takes. */
  | { kind: "tooLong"; bytes: number; bound: number }
  /** Not sent: there was no connection. */
  | { kind: "notSent"; requests: number }
  /** Sent, and no reply will come. */
  | { kind: "unanswered"; requests: number }
  /** What a refusal means beyond its words. */
  | { kind: "refusal"; code: "server_busy" | "storage_unavailable" | "shutting_down" };

export type Entry =
  | { kind: "entered"; prompt: ShownPart[]; parts: ShownPart[] }
  | { kind: "answer" | "refusal" | "unreadable"; parts: ShownPart[] }
  | { kind: "notice"; notice: Notice };

export type NumberedEntry = Entry & { number: number };

export class Dialogue {
  readonly entries: ReadonlySignal<readonly NumberedEntry[]>;

  readonly #entries = signal<readonly NumberedEntry[]>([]);
  #count = 0;

  constructor() {
    this.entries = this.#entries;
  }

  add(entry: Entry): void {
    const entries = [...this.#entries.peek(), { ...entry, number: this.#count }];
    this.#count += 1;
    let first = Math.max(0, entries.length - MOST_LINES);
    let characters = entries.reduce((sum, one) => sum + charactersOf(one), 0);
    // The newest stays, however long it is.
    while (characters > MOST_CHARACTERS && first < entries.length - 1) {
      characters -= charactersOf(entries[first]);
      first += 1;
    }
    this.#entries.value = entries.slice(first);
  }
}

function charactersOf(entry: Entry | undefined): number {
  return entry && "parts" in entry ? lengthOf(entry.parts) : 0;
}
