// Histories made in the engine, for tests that need no page.

import { type Exchange, type Input, type Observation, Playground } from "chatting-time-wasm";

import { applyUntilQuiet } from "./engine.ts";

export const SEED = "0123456789abcdef";

/** A history in which each thing has come to rest before the next one is done. */
export function simulate(
  inputs: (Input | ((playground: Playground) => Input))[],
  clients = ["messi", "lineker"],
): Playground {
  const playground = Playground.create(SEED, { clients, language: "en" });
  for (const input of inputs) {
    applyUntilQuiet(playground, typeof input === "function" ? input(playground) : input);
  }
  return playground;
}

export function observations(playground: Playground): Observation[] {
  return playground.trace(0, playground.moment().observations);
}

/** The latest request and its reply. */
export function latestExchange(playground: Playground): Exchange {
  const number = observations(playground).findLastIndex(({ what }) => what.kind === "request");
  const exchange = playground.exchange(number);
  if (!exchange) throw new Error("there is no exchange");
  return exchange;
}

/** The token that the latest login gave. */
export function latestToken(playground: Playground): string {
  const tokens = playground.moment().server.sessions.map(({ token }) => token);
  return tokens.at(-1) ?? "";
}
