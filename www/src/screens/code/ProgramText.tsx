import type { RefObject } from "preact";
import { useMemo } from "preact/hooks";

import type { ProgramLanguage } from "../../code-samples/program";
import { coloured } from "./colours";

interface Props {
  code: RefObject<HTMLElement | null>;
  label: string;
  language: ProgramLanguage;
  text: string;
}

/** A program with its comments, strings and keywords in colour. */
export function ProgramText({ code, label, language, text }: Props) {
  const parts = useMemo(() => coloured(text, language), [text, language]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it
    <section class="code-text" aria-label={label} tabIndex={0}>
      <pre>
        <code ref={code}>
          {parts.map(({ kind, text }, index) =>
            kind === "plain" ? (
              text
            ) : (
              <span key={index} class={`code-${kind}`}>
                {text}
              </span>
            ),
          )}
        </code>
      </pre>
    </section>
  );
}
