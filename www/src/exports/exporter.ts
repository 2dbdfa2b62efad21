// Writes a trace as a file, a stretch at a time, so that the page stays alive while a long one is written.

import type { Observation } from "chatting-time-wasm";

/** One format. It is told of every observation in order, and gives the parts of the file in order. */
export interface Exporter {
  fileName: string;
  mediaType: string;
  begin(): Part;
  add(observation: Observation, number: number): Part;
  end(): Part;
}

export type Part = string | Uint8Array<ArrayBuffer>;

/** What an exporter knows of the scene beside the observations. */
export interface Scene {
  /** What the clients are called, by their number. */
  clients: string[];
  seed: string;
}

/** What an exporter for people says, in their language. */
export interface Words {
  server: string;
  /** The kind of an observation, in a word or two. */
  kind(what: Observation["what"]): string;
  /** What there is to say beyond its kind; nothing for some. */
  content(what: Observation["what"]): string;
  /** The head of a transcript. */
  transcript(seed: string): string;
  /** Said of a diagram that is longer than Mermaid draws unless it is told otherwise. */
  tooLongForMermaid: string;
}

/** Where observations come from: the engine. */
export interface Source {
  trace(from: number, count: number): Observation[];
}

const STRETCH = 1_000;

/** The file of an export of the first `count` observations, or nothing when it is not wanted any more. */
export async function exportTrace(
  source: Source,
  count: number,
  exporter: Exporter,
  unwanted?: AbortSignal,
): Promise<Blob | undefined> {
  const parts: Part[] = [exporter.begin()];
  for (let from = 0; from < count; from += STRETCH) {
    source.trace(from, Math.min(STRETCH, count - from)).forEach((observation, index) => {
      parts.push(exporter.add(observation, from + index));
    });
    await eventLoopTurn();
    if (unwanted?.aborted) return undefined;
  }
  parts.push(exporter.end());
  return new Blob(parts, { type: exporter.mediaType });
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
