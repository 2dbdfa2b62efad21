import { useRef } from "preact/hooks";

import { href } from "../../app/router";
import type { Framing, Program, ProgramLanguage } from "../../code-samples/program";
import { Panel } from "../../components/Panel";
import { saveFile } from "../../links/save";
import { note, problem } from "../../model/status";
import { texts } from "../../texts";
import { codeTexts } from "../../texts/code";
import { ProgramText } from "./ProgramText";

interface Props {
  framing: Framing;
  language: ProgramLanguage;
  program: Program;
}

/** A program to read, copy and save, and what there is to know of it. */
export function ProgramPanel({ framing, language, program }: Props) {
  const t = codeTexts.current;
  const label = t.framings[framing].label(t.languages[language]);
  const code = useRef<HTMLElement>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(program.text);
      note(texts.current.copied);
    } catch {
      if (code.current) getSelection()?.selectAllChildren(code.current);
      problem(texts.current.notCopied);
    }
  };
  const save = (): void => saveFile(new Blob([program.text], { type: "text/plain;charset=utf-8" }), program.fileName);
  return (
    <Panel
      title={t.framings[framing].title}
      class={`code-program code-${framing}`}
      aside={
        <div class="code-actions">
          {/* Both programs have these buttons. */}
          <button type="button" aria-label={`${texts.current.copy}: ${label}`} onClick={copy}>
            {texts.current.copy}
          </button>
          <button type="button" aria-label={`${t.download}: ${label}`} onClick={save}>
            {t.download}
          </button>
        </div>
      }
    >
      <p class="code-about">
        {t.explanations[framing]} {framing === "naive" && <a href={href("faults")}>{t.seeFaults}</a>}
      </p>
      <ProgramText code={code} label={label} language={language} text={program.text} />
      <p class="code-start">
        {t.start}: <code>{program.start}</code>
      </p>
    </Panel>
  );
}
