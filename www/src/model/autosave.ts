// Keeps the Lab's scenario over a reload. Each tab keeps its own; a new tab begins with the latest of any.

import { effect, signal } from "@preact/signals";
import type { Scenario } from "chatting-time-wasm";

import { texts } from "../texts";
import { hasStopped } from "./engine";
import { jsonText } from "./json-text";
import type { Playground } from "./playground";
import { problem } from "./status";
import { isStorageOpen, read, remove, write } from "./storage";

const NAME = "scenario";
/** The first is the oldest. When all are taken, only the last gives way. */
const UNREADABLE = ["scenario-unreadable", "scenario-unreadable-2", "scenario-unreadable-3"] as const;
const PAUSE = 500;

/** Why the scenario is not kept as it is: the browser keeps nothing, or has no room for one as large as this. */
export const notKept = signal<"refused" | "tooLarge" | undefined>(undefined);

/** Throws when what was kept is damaged. */
export function keptScenario(): Scenario | undefined {
  const text = read(NAME, "tab") ?? read(NAME);
  return text === undefined ? undefined : (JSON.parse(text) as Scenario);
}

/** What could not be played again is not overwritten but kept beside, until the person discards it. */
export function setAside(): void {
  keepBeside(read(NAME, "tab") ?? read(NAME));
}

/** The texts that were set aside, the oldest first: nothing says that they are scenarios. */
export const unreadable = signal(textsBeside());

export function discardUnreadable(text: string): void {
  for (const name of UNREADABLE) if (read(name) === text) remove(name);
  unreadable.value = textsBeside();
}

function keepBeside(text: string | undefined): void {
  if (text === undefined || textsBeside().includes(text)) return;
  write(UNREADABLE.find((name) => read(name) === undefined) ?? UNREADABLE[2], text);
  unreadable.value = textsBeside();
}

function textsBeside(): string[] {
  return UNREADABLE.flatMap((name) => read(name) ?? []);
}

/** Writes the scenario shortly after each change, and at once when the page goes away. */
export function autosave(playground: Playground): void {
  let timer: number | undefined;
  let pause = PAUSE;
  const save = (): void => {
    window.clearTimeout(timer);
    timer = undefined;
    if (hasStopped.peek()) return;
    const began = performance.now();
    keepScenario(playground.scenario());
    // A long history takes long to write out: then less often.
    pause = Math.max(PAUSE, 20 * (performance.now() - began));
  };
  let first = true;
  effect(() => {
    playground.moment.value;
    if (!first && timer === undefined) timer = window.setTimeout(save, pause);
    first = false;
  });
  window.addEventListener("pagehide", () => {
    if (timer !== undefined) save();
  });
}

/** Puts it in place of what was kept before, which stays where that can't be. */
export function keepScenario(scenario: Scenario | undefined): void {
  const text = scenario && jsonText(scenario);
  const inTab = text !== undefined && write(NAME, text, "tab");
  const isKept = (text !== undefined && write(NAME, text)) || inTab;
  const former = notKept.peek();
  notKept.value = isKept ? undefined : isStorageOpen() ? "tooLarge" : "refused";
  if (notKept.value !== undefined && notKept.value !== former) problem(texts.current.notKept[notKept.value]);
}

/** Begins anew at the next start; what was kept is set aside. */
export function forget(): void {
  const text = read(NAME, "tab") ?? read(NAME);
  // First, so that a full disk has room for it.
  remove(NAME, "tab");
  remove(NAME);
  keepBeside(text);
}
