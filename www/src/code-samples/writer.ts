// What the three languages have in common.

import type { Sample, Session } from "./sample";

export interface ProgramWriter {
  fileName: string;
  /** How to start the program at a terminal. */
  start: string;
  /** The lines of the program; `correct` ones find the end of a reply at CR LF CR LF. */
  write(sample: Sample, correct: boolean, remarks: Remarks): string[];
}

/** What is written into a program for people, in their language. One line each. */
export interface Remarks {
  title: string;
  start(command: string): string;
  connection: string;
  /** Why one read for one reply is wrong. */
  naive: string;
  untilEnd: string;
  leftover: string;
  /** Why the request is sent as it is. */
  session: Record<Exclude<Session, "none">, string>;
  /** Said by the program when the server goes away. */
  closedEarly: string;
  /** Said by the program when the login is refused. */
  noToken: string;
}

const WIDTH = 72;

/** Lines of comment, broken between words. */
export function comment(mark: string, text: string, indent = 0): string[] {
  const start = " ".repeat(indent) + mark;
  const lines: string[] = [];
  let line = start;
  for (const word of text.split(" ")) {
    if (line !== start && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = start;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
