// Cuts the programs of this page into what is shown in different colours. It knows as much of the languages as those use.

import type { ProgramLanguage } from "../../code-samples/program";

export interface ColouredPart {
  kind: "comment" | "string" | "keyword" | "plain";
  text: string;
}

const KEYWORDS: Record<ProgramLanguage, string> = {
  python: "class|def|else|if|import|in|not|return|self|while",
  javascript: "async|await|const|from|function|if|import|let|new|return|throw|while",
  rust: "break|const|dyn|fn|if|impl|let|loop|match|mut|return|self|struct|use",
};

const COMMENT: Record<ProgramLanguage, string> = { python: "#.*", javascript: "//.*", rust: "//.*" };

const STRING = String.raw`b?"(?:[^"\\]|\\.)*"`;

export function coloured(text: string, language: ProgramLanguage): ColouredPart[] {
  const pattern = new RegExp(
    `(?<string>${STRING})|(?<comment>${COMMENT[language]})|(?<keyword>\\b(?:${KEYWORDS[language]})\\b)`,
    "g",
  );
  const parts: ColouredPart[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) parts.push({ kind: "plain", text: text.slice(from, match.index) });
    parts.push({ kind: kindOf(match), text: match[0] });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ kind: "plain", text: text.slice(from) });
  return parts;
}

function kindOf({ groups }: RegExpExecArray): ColouredPart["kind"] {
  if (groups?.string !== undefined) return "string";
  return groups?.comment !== undefined ? "comment" : "keyword";
}
