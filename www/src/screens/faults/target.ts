// Which client's network the screen is about, in which direction a preset is applied, and which part a narrow screen
// shows. Kept while the page is open.

import { signal } from "@preact/signals";
import type { ClientView, Moment } from "chatting-time-wasm";

import type { Directions } from "../../faults/apply";

const client = signal(0);

export const directions = signal<Directions>("both");

export const PARTS = ["faults", "effect"] as const;
export const part = signal<(typeof PARTS)[number]>("faults");

/** Whether there is room for both parts, as faults.css has it. */
export function showsBothParts(): boolean {
  return window.matchMedia("(min-width: 64rem) and (min-height: 36rem)").matches;
}

export function choose(chosen: number): void {
  client.value = chosen;
}

/** The chosen client. An earlier moment may not have it yet: then the first one. */
export function chosenClient({ clients }: Moment): ClientView {
  const view = clients[client.value] ?? clients[0];
  if (!view) throw new Error("a scene without clients");
  return view;
}
