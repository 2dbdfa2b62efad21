// What the page has to say in passing. One message at a time: a newer one is more to the point.

import { signal } from "@preact/signals";

export interface Status {
  kind: "note" | "problem";
  text: string;
  /** Something that the person may do about it. */
  action?: { label: string; run: () => void };
}

export const status = signal<Status | undefined>(undefined);

export function note(text: string, action?: Status["action"]): void {
  status.value = action ? { kind: "note", text, action } : { kind: "note", text };
}

export function problem(text: string): void {
  status.value = { kind: "problem", text };
}

export function dismiss(): void {
  status.value = undefined;
}
