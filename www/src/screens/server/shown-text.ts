// Texts with secrets in them, as they may stand on a screen that others look at.

import type { ShownPart } from "chatting-time-wasm";

import { shortToken } from "../../model/format";

/** What stands for a password, whatever its length. */
const COVERED = "••••••••";

/** The text with its passwords covered, and its tokens shortened unless the person wants to see them. */
export function shownText(parts: readonly ShownPart[], showsTokens: boolean): string {
  return parts.map((part) => partText(part, showsTokens)).join("");
}

/** How long the text is with its tokens whole. */
export function lengthOf(parts: readonly ShownPart[]): number {
  return parts.reduce((sum, part) => sum + partText(part, true).length, 0);
}

/** The beginning of a text: no more than so many characters of it are kept. */
export function beginningOf(parts: readonly ShownPart[], characters: number): ShownPart[] {
  const kept: ShownPart[] = [];
  let left = characters;
  for (const part of parts) {
    if (left <= 0) break;
    const text = partText(part, true);
    kept.push(part.kind === "plain" && text.length > left ? { kind: "plain", text: text.slice(0, left) } : part);
    left -= text.length;
  }
  return kept;
}

function partText(part: ShownPart, showsTokens: boolean): string {
  if (part.kind === "password") return COVERED;
  return part.kind === "token" && !showsTokens ? shortToken(part.text) : part.text;
}
