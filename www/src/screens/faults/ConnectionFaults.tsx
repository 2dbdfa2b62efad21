import type { ClientView } from "chatting-time-wasm";

import { usePlayground } from "../../model/context";
import { faultsTexts } from "../../texts/faults";
import { openConnection } from "./under-way";

/** What can be done to the connection itself. */
export function ConnectionFaults({ view }: { view: ClientView }) {
  const playground = usePlayground();
  const connection = openConnection(playground.moment.value, view);
  const { client } = view;
  const t = faultsTexts.current.connection;
  return (
    <section class="connection-faults">
      <h3>{t.title}</h3>
      <p class="soft">{connection ? t.hint : t.notOpen}</p>
      <div class="connection-faults-buttons">
        <button
          type="button"
          disabled={view.state !== "open"}
          onClick={() => playground.apply({ kind: "endSending", client })}
        >
          {t.halfClose}
        </button>
        <button type="button" disabled={!connection} onClick={() => playground.apply({ kind: "reset", client })}>
          {t.reset}
        </button>
        <button
          type="button"
          disabled={view.losesReply}
          onClick={() => playground.apply({ kind: "loseReply", client })}
        >
          {t.loseReply}
        </button>
      </div>
    </section>
  );
}
