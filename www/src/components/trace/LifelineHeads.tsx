import type { ClientView } from "chatting-time-wasm";

import { texts } from "../../texts";
import { ClientMark } from "../ClientMark";
import type { Geometry } from "./geometry";

/** The names above the lifelines; they stay in view. The table names each row's client in words. */
export function LifelineHeads({ geometry, clients }: { geometry: Geometry; clients: readonly ClientView[] }) {
  return (
    <div class={geometry.isCrowded ? "lifeline-heads lifeline-heads-crowded" : "lifeline-heads"} aria-hidden="true">
      {clients.map(({ client, name }) => (
        <span
          key={client}
          class={`lifeline-head client-${client}`}
          style={{ left: `${geometry.client(client)}px`, maxWidth: `${geometry.apart}px` }}
          title={name}
        >
          <ClientMark client={client} />
          <span>{name}</span>
        </span>
      ))}
      <span class="lifeline-head lifeline-head-server" style={{ left: `${geometry.server}px` }}>
        <svg class="client-mark" viewBox="-8 -8 16 16" aria-hidden="true">
          <path d="M-7 -6H7V-1H-7ZM-7 1H7V6H-7Z" />
        </svg>
        <span>{texts.current.trace.server}</span>
      </span>
    </div>
  );
}
