// What a person prefers. It is kept where the browser allows, and otherwise holds until the page is closed.

import { effect, type Signal, signal } from "@preact/signals";

import { read, write } from "./storage";

/** A choice out of a few that outlives the page where the browser allows. */
export function setting<Value extends string>(name: string, values: readonly Value[], otherwise: Value): Signal<Value> {
  const kept = read(name);
  const chosen = signal(values.find((value) => value === kept) ?? otherwise);
  let first = true;
  effect(() => {
    const value = chosen.value;
    if (!first) write(name, value);
    first = false;
  });
  return chosen;
}

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
export const theme = setting<Theme>("theme", THEMES, "auto");

/** Single-key shortcuts can be turned off: they get in the way of speech input. */
export const shortcuts = setting("shortcuts", ["on", "off"], "on");

/** After each input, all bytes under way arrive by themselves. */
export const runUntilQuiet = setting("run-until-quiet", ["on", "off"], "on");
