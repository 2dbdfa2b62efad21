import type { ClientView } from "chatting-time-wasm";

import { shortToken } from "../../model/format";
import { texts } from "../../texts";
import { ClientMark } from "../ClientMark";

/** Who it is, how the connection is, and whose session the terminal remembers. */
export function ClientHead({ view, id }: { view: ClientView; id: string }) {
  const t = texts.current.client;
  return (
    <header class="client-head">
      <h2 id={id}>
        <ClientMark client={view.client} />
        {view.name}
      </h2>
      <p class={`client-light client-light-${view.state}`}>
        {t.states[view.state]}
        {view.state !== "never" && view.connection !== undefined && <span class="soft"> #{view.connection}</span>}
      </p>
      <p class="client-session">
        {view.token ? (
          <span title={view.token}>
            {view.username} <code>{shortToken(view.token)}</code>
          </span>
        ) : (
          <span class="soft">{t.noSession}</span>
        )}
      </p>
      {(view.unanswered > 0 || view.losesReply) && (
        <p class="client-waits">
          {view.unanswered > 0 && <span>{t.unanswered(view.unanswered)}</span>}
          {view.losesReply && <span>{t.losesReply}</span>}
        </p>
      )}
    </header>
  );
}
