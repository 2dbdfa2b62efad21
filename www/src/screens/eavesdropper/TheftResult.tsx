import type { ClientView } from "chatting-time-wasm";
import { useMemo } from "preact/hooks";

import { actionsInPlayground } from "../../components/client-card/actions";
import { ClientCard } from "../../components/client-card/ClientCard";
import { Icon } from "../../components/icons";
import { usePlayground } from "../../model/context";
import { eavesdropperTexts } from "../../texts/eavesdropper";
import { type Outcome, outcomeOf, theft } from "./theft";

/** What the server answered the thief, in a sentence and at the thief's own terminal. */
export function TheftResult() {
  const playground = usePlayground();
  const { value: moment } = playground.moment;
  const latest = theft.value;
  const outcome = latest && outcomeOf(moment, latest);
  const view = latest && moment.clients[latest.thief];
  return (
    <div class="theft-result">
      <div aria-live="polite">{latest && outcome && <Verdict outcome={outcome} owner={latest.owner} />}</div>
      {outcome && view && <ThiefsTerminal view={view} />}
    </div>
  );
}

function Verdict({ outcome, owner }: { outcome: Outcome; owner: string }) {
  const t = eavesdropperTexts.current.use;
  const sentences = { works: t.works(owner), refused: t.refused(owner), pending: t.pending };
  return (
    <p class={`verdict verdict-${outcome}`}>
      <Icon name={outcome === "refused" ? "done" : "warning"} /> {sentences[outcome]}
    </p>
  );
}

function ThiefsTerminal({ view }: { view: ClientView }) {
  const playground = usePlayground();
  const actions = useMemo(() => actionsInPlayground(playground, view.client), [playground, view.client]);
  return (
    <section aria-label={eavesdropperTexts.current.use.result}>
      <ClientCard view={view} actions={actions} />
    </section>
  );
}
