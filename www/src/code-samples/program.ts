// A program in one of three languages that repeats an exchange, with the right or the usual wrong way to read a reply.

import { javaScript } from "./javascript";
import { python } from "./python";
import { rust } from "./rust";
import type { Sample } from "./sample";
import type { ProgramWriter, Remarks } from "./writer";

const WRITERS = { python, javascript: javaScript, rust } satisfies Record<string, ProgramWriter>;

export type ProgramLanguage = keyof typeof WRITERS;
export const PROGRAM_LANGUAGES = Object.keys(WRITERS) as ProgramLanguage[];

/** How the end of a reply is found: one read for one reply, or up to CR LF CR LF. */
export type Framing = (typeof FRAMINGS)[number];
export const FRAMINGS = ["naive", "correct"] as const;

export interface Program {
  fileName: string;
  /** What starts it at a terminal. */
  start: string;
  text: string;
}

export function programOf(sample: Sample, language: ProgramLanguage, framing: Framing, remarks: Remarks): Program {
  const { fileName, start, write } = WRITERS[language];
  return { fileName, start, text: `${write(sample, framing === "correct", remarks).join("\n")}\n` };
}
