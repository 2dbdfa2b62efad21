/** A value as JSON; nothing when that is longer than the browser can hold as one text, some 500 million characters. */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
