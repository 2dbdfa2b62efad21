// Bytes as they stand between quotes in a program.

/** Bytes that are ASCII only, other text, or no text at all. */
export type Kind = "ascii" | "text" | "bytes";

export function kindOf(bytes: Uint8Array): Kind {
  if (bytes.every((byte) => byte < 0x80)) return "ascii";
  return decoded(bytes) === undefined ? "bytes" : "text";
}

/** How a language writes a character by its code point, which is beyond ASCII. */
export type CodePointEscape = (codePoint: number) => string;

/** JavaScript and Rust. */
const BRACED: CodePointEscape = (codePoint) => `\\u{${codePoint.toString(16)}}`;

/** A quoted literal of text. The bytes are text. */
export function quotedText(bytes: Uint8Array, write: CodePointEscape = BRACED): string {
  return `"${Array.from(decoded(bytes) ?? "", (character) => escaped(character, write)).join("")}"`;
}

/** A quoted literal of bytes: one character or escape each. */
export function quotedBytes(bytes: Uint8Array): string {
  const characters = Array.from(bytes, (byte) => (byte < 0x80 ? escaped(String.fromCharCode(byte), hex) : hex(byte)));
  return `"${characters.join("")}"`;
}

/** A quoted literal of what a program says. */
export function quotedSentence(text: string, write: CodePointEscape = BRACED): string {
  return quotedText(new TextEncoder().encode(text), write);
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    // A byte order mark is a character like any other here.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** These mean the same in Python, JavaScript and Rust. */
const ESCAPES: Partial<Record<string, string>> = { "\\": "\\\\", '"': '\\"', "\r": "\\r", "\n": "\\n", "\t": "\\t" };

/** Letters, digits, punctuation and symbols stand for themselves; what can't be seen, or turns the direction, does not. */
const VISIBLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

function escaped(character: string, write: CodePointEscape): string {
  const known = ESCAPES[character];
  if (known !== undefined) return known;
  if (VISIBLE.test(character)) return character;
  const codePoint = character.codePointAt(0) ?? 0;
  return codePoint < 0x80 ? hex(codePoint) : write(codePoint);
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}
