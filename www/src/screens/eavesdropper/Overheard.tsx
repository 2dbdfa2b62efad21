import { Panel } from "../../components/Panel";
import { usePlayground } from "../../model/context";
import { eavesdropperTexts } from "../../texts/eavesdropper";
import { PassageView } from "./PassageView";
import { isEncrypted } from "./transport";
import { useWindow, WindowButtons } from "./window";
import "./overheard.css";

/** Passages mounted at a time. */
const SIZE = 50;

const KINDS = ["password", "token", "messageText"] as const;

/** The byte streams of all connections, in the order in which they were heard. */
export function Overheard() {
  const playground = usePlayground();
  const { total } = playground.overheard(0, 0);
  const [from, move] = useWindow(total, SIZE);
  const { passages, isFull } = playground.overheard(from, SIZE);
  const t = eavesdropperTexts.current;
  return (
    <Panel title={t.captured.title} class="overheard">
      {!isEncrypted.value && (
        <p class="overheard-legend">
          {t.captured.explained}{" "}
          {KINDS.map((kind) => (
            <mark key={kind} class={`secret secret-${kind}`}>
              {t.kinds[kind]}
            </mark>
          ))}
        </p>
      )}
      <WindowButtons from={from} size={SIZE} total={total} onMove={move} />
      <ol class="overheard-list" aria-label={t.captured.list}>
        {passages.map((passage) => (
          <PassageView key={passage.first} passage={passage} />
        ))}
      </ol>
      {isFull && from + SIZE >= total && <p class="overheard-full soft">{t.captured.full}</p>}
    </Panel>
  );
}
