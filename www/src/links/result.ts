// What came of reading or writing a scenario, or why nothing did. Each problem has a sentence of its own in the texts.

export type Result<Value, Problem> = { ok: true; value: Value } | { ok: false; problem: Problem };

export type WriteProblem =
  /** The browser has no CompressionStream. */
  | "noCompression"
  /** The link would be longer than programs pass on. */
  | "tooLong";

export type ScenarioProblem =
  /** More than fits into memory, or than can be played in a bearable time. */
  | "tooLarge"
  | "notJson"
  /** JSON, and no scenario. */
  | "notScenario"
  /** Made by a later version of the playground. */
  | "unknownVersion"
  /** What it would take the place of can't be set aside. */
  | "formerTooLarge";

export type LinkProblem =
  | ScenarioProblem
  /** The browser has no DecompressionStream. */
  | "noCompression"
  /** A character or a length that no link has. */
  | "notBase64"
  /** The letters of a link, in an order that says nothing. */
  | "notDeflate";

export type FileProblem =
  | ScenarioProblem
  /** The browser could not read the file. */
  | "unreadable";

export function success<Value>(value: Value): { ok: true; value: Value } {
  return { ok: true, value };
}

export function failure<Problem>(problem: Problem): { ok: false; problem: Problem } {
  return { ok: false, problem };
}
