// Scenarios of the Lab that gave way to others. They are kept, also over a reload where the browser allows, so that opening
// something or starting over never destroys what was there.

import { computed, signal } from "@preact/signals";
import type { Scenario } from "chatting-time-wasm";

import { jsonText } from "../model/json-text";
import { read, write } from "../model/storage";

export interface Former {
  scenario: Scenario;
  /** When it gave way, in milliseconds since 1970. */
  until: number;
}

const NAME = "scenarios-before";
const AT_MOST = 5;

const list = signal<Former[]>(kept());

/** The latest first. */
export const formerScenarios = computed(() => list.value);

/** One in which nothing was done is not kept: it is what everybody begins with. */
export function keepFormer(scenario: Scenario): void {
  if (inputs(scenario) === 0) return;
  const text = jsonText(scenario);
  const others = list.value.filter((former) => jsonText(former.scenario) !== text);
  list.value = [{ scenario, until: Date.now() }, ...others].slice(0, AT_MOST);
  // The longest list that there is room for. What there is none for is lost with the page only.
  for (let count = list.value.length; count > 0; count -= 1) {
    const longest = jsonText(list.value.slice(0, count));
    if (longest !== undefined && write(NAME, longest)) return;
  }
}

/** How many inputs a scenario has in all its branches. */
export function inputs(scenario: Scenario): number {
  return scenario.branches.reduce((count, branch) => count + branch.inputs.length, 0);
}

function kept(): Former[] {
  try {
    const value: unknown = JSON.parse(read(NAME) ?? "[]");
    return Array.isArray(value) ? value.filter(isFormer) : [];
  } catch {
    return [];
  }
}

function isFormer(value: unknown): value is Former {
  return typeof value === "object" && value !== null && "scenario" in value && "until" in value;
}
