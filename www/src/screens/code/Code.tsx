import { commands } from "chatting-time-wasm";

import { FRAMINGS, PROGRAM_LANGUAGES, programOf } from "../../code-samples/program";
import { sampleOf } from "../../code-samples/sample";
import { Segmented } from "../../components/Segmented";
import { usePlayground } from "../../model/context";
import { codeTexts } from "../../texts/code";
import { ChooseExchange } from "./ChooseExchange";
import { latestRequests, shownExchange } from "./exchanges";
import { NoExchange } from "./NoExchange";
import { ProgramPanel } from "./ProgramPanel";
import { programLanguage } from "./program-language";
import { ShownExchange } from "./ShownExchange";
import "./code.css";

/** The selected exchange, or the latest one, as programs. */
export function Code() {
  const playground = usePlayground();
  const t = codeTexts.current;
  const requests = latestRequests(playground);
  const shown = shownExchange(playground, requests);
  if (!shown) return <NoExchange />;
  const language = programLanguage.value;
  const sample = sampleOf(playground, shown.exchange, commands());
  return (
    <div class="code-screen">
      <header class="code-head">
        <h1>{t.title}</h1>
        <p class="soft">{t.about}</p>
        <ChooseExchange requests={requests} shown={shown.exchange.request} />
        {!shown.selected && <p>{t.notAnExchange}</p>}
        <ShownExchange exchange={shown.exchange} />
        <Segmented
          label={t.language}
          options={PROGRAM_LANGUAGES.map((value) => ({ value, label: t.languages[value] }))}
          value={language}
          onChange={(value) => {
            programLanguage.value = value;
          }}
        />
      </header>
      <div class="code-programs">
        {FRAMINGS.map((framing) => (
          <ProgramPanel
            key={framing}
            framing={framing}
            language={language}
            program={programOf(sample, language, framing, t.remarks)}
          />
        ))}
      </div>
    </div>
  );
}
