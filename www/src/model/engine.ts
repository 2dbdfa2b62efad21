// The Rust engine: loaded once, then used by every playground.

import { signal } from "@preact/signals";
import load, { type Scenario } from "chatting-time-wasm";

export async function loadEngine(): Promise<void> {
  await load();
}

/** Set for good once the engine has stopped. */
export const hasStopped = signal(false);

/**
 * The engine trapped, most likely for want of memory. What it holds is in the middle of something: it may play nothing
 * more, and nothing more of it may be kept.
 */
export class EngineStopped extends Error {
  /** What the Lab had, where somebody held it outside of the engine. */
  readonly scenario: Scenario | undefined;

  constructor(cause: WebAssembly.RuntimeError, scenario?: Scenario) {
    super(cause.message, { cause });
    this.scenario = scenario;
  }
}

export function isTrap(thrown: unknown): thrown is WebAssembly.RuntimeError {
  return thrown instanceof WebAssembly.RuntimeError;
}
