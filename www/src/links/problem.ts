/** Why a scenario could not be written into a link, or read from a link or a file. Each has a sentence of its own in the texts. */
export type Problem =
  /** The browser has no CompressionStream. */
  | "noCompression"
  /** The link would be longer than programs pass on. */
  | "tooLong"
  /** A character that no link has, as when an address was cut, or changed by a program that passed it on. */
  | "notBase64"
  /** The letters are those of a link, what they say is damaged. */
  | "notDeflate"
  /** It would not fit into memory. */
  | "tooLarge"
  /** Text, and no JSON. */
  | "notJson"
  /** JSON, and no scenario. */
  | "notScenario"
  /** Made by a later version of the playground. */
  | "unknownVersion"
  /** The browser could not read the file. */
  | "unreadable";

/** What came of reading or writing, or why nothing did. */
export type Result<Value> = { ok: true; value: Value } | { ok: false; problem: Problem };

export function success<Value>(value: Value): Result<Value> {
  return { ok: true, value };
}

export function failure(problem: Problem): { ok: false; problem: Problem } {
  return { ok: false, problem };
}
