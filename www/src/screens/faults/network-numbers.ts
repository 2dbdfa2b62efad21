// A network as the fields of a form: what is written in them, and within which range.

import type { Network } from "chatting-time-wasm";

interface NumberField {
  min: number;
  max: number;
  /** An empty one that is not required turns its fault off. */
  required: boolean;
}

/** The longest delay and the largest write that the engine takes. */
const DELAY = 60_000;
const BYTES = 1_048_576;

export const NUMBERS = {
  latency: { min: 0, max: DELAY, required: true },
  jitter: { min: 0, max: DELAY, required: true },
  pieceBytes: { min: 1, max: BYTES, required: false },
  splitAt: { min: 1, max: BYTES, required: false },
  join: { min: 1, max: DELAY, required: false },
} satisfies Record<string, NumberField>;

export type NumberName = keyof typeof NUMBERS;

/** What stands in the fields. */
export type Written = Record<NumberName, string>;

export function writtenOf(network: Network): Written {
  const text = (value: number | undefined) => (value === undefined ? "" : String(value));
  return {
    latency: text(network.latency),
    jitter: text(network.jitter),
    pieceBytes: text(network.pieceBytes),
    splitAt: text(network.splitAt),
    join: text(network.join),
  };
}

export function isWithin(name: NumberName, written: string): boolean {
  const { min, max, required } = NUMBERS[name];
  if (written === "") return !required;
  const value = Number(written);
  return Number.isInteger(value) && value >= min && value <= max;
}

export function networkOf(written: Written, stalled: boolean): Network {
  const network: Network = { latency: Number(written.latency), jitter: Number(written.jitter), stalled };
  for (const name of ["pieceBytes", "splitAt", "join"] as const) {
    if (written[name] !== "") network[name] = Number(written[name]);
  }
  return network;
}
