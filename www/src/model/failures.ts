// What the engine refuses comes as a code; this makes the sentence that a person reads.

import type { PlaygroundError } from "chatting-time-wasm";

import { texts } from "../texts";

export function asPlaygroundError(thrown: unknown): PlaygroundError | undefined {
  const known = typeof thrown === "object" && thrown !== null && "code" in thrown && typeof thrown.code === "string";
  return known ? (thrown as PlaygroundError) : undefined;
}

export function sentenceFor(error: PlaygroundError): string {
  return texts.current.failures[error.code];
}
