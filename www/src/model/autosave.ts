// Keeps the Lab's scenario over a reload. Each tab keeps its own; a new tab begins with the latest of any.

import { effect, signal } from "@preact/signals";
import type { Scenario } from "chatting-time-wasm";

import { texts } from "../texts";
import type { Playground } from "./playground";
import { problem } from "./status";
import { read, remove, write } from "./storage";

const NAME = "scenario";
const UNREADABLE = "scenario-unreadable";
const PAUSE = 500;

/** Whether the browser keeps the scenario. False in private windows and with a full disk. */
export const kept = signal(true);

/** Throws when what was kept is damaged. */
export function keptScenario(): Scenario | undefined {
  const text = read(NAME, "tab") ?? read(NAME);
  return text === undefined ? undefined : (JSON.parse(text) as Scenario);
}

/** What could not be played again is not overwritten but kept beside. */
export function setAside(): void {
  const text = read(NAME, "tab") ?? read(NAME);
  if (text !== undefined) write(UNREADABLE, text);
}

/** Writes the scenario shortly after each change, and at once when the page goes away. */
export function autosave(playground: Playground): void {
  let timer: number | undefined;
  let pause = PAUSE;
  const save = (): void => {
    window.clearTimeout(timer);
    timer = undefined;
    const began = performance.now();
    const text = JSON.stringify(playground.scenario());
    const inTab = write(NAME, text, "tab");
    const isKept = write(NAME, text) || inTab;
    if (!isKept && kept.peek()) problem(texts.current.notKept);
    kept.value = isKept;
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

/** Begins anew at the next start; what was kept is set aside. */
export function forget(): void {
  setAside();
  remove(NAME, "tab");
  remove(NAME);
}
