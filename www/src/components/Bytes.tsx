import { useMemo } from "preact/hooks";

import "./bytes.css";

/** Escapes as they stand in the engine's escaped text, and everything between them. */
const PARTS = /\\r|\\n|\\t|\\\\|\\x[0-9a-f]{2}|[^\\]+/g;

const TINTS: Partial<Record<string, string>> = { "\\r": "carriage-return", "\\n": "line-feed" };

/** Escaped bytes, with line ends tinted. The text stays what the engine wrote, so that copying it is right. */
export function Bytes({ text }: { text: string }) {
  const parts = useMemo(() => tinted(text), [text]);
  return <code class="bytes">{parts}</code>;
}

function tinted(text: string) {
  return (text.match(PARTS) ?? []).map((part, index) => {
    if (!part.startsWith("\\")) return part;
    return (
      <span key={index} class={TINTS[part] ?? "escape"}>
        {part}
      </span>
    );
  });
}
