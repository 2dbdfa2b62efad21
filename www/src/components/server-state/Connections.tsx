import type { ConnectionView, Direction } from "chatting-time-wasm";

import { concernsConnection } from "../../model/concerns";
import { usePlayground } from "../../model/context";
import { texts } from "../../texts";
import { Bytes } from "../Bytes";
import { ClientMark } from "../ClientMark";
import { StateRow, StateSection } from "./StateTable";

/** Those that are open, or were until this step. */
export function Connections() {
  const { connections, clients } = usePlayground().moment.value;
  const t = texts.current.serverState;
  const shown = connections.filter((one) => isThere(one) || one.change !== "none");
  return (
    <StateSection
      title={t.connections}
      count={connections.filter(isThere).length}
      empty={t.noConnections}
      changed={connections.some((one) => one.change !== "none")}
    >
      {shown.map((one) => (
        <StateRow key={one.connection} change={one.change} concerns={concernsConnection(one)}>
          <ClientMark client={one.client} /> <b>#{one.connection}</b> {clients[one.client]?.name}
          <small>
            {texts.current.client.states[one.state]}
            {one.username ? ` · ${t.boundTo(one.username)}` : ` · ${t.unbound}`}
          </small>
          {one.unfinishedLine !== "" && (
            <small>
              {t.unfinishedLine} <Bytes text={one.unfinishedLine} />
            </small>
          )}
          {one.waitingOutput > 0 && <small>{t.waitingOutput(one.waitingOutput)}</small>}
          <InFlight connection={one} />
        </StateRow>
      ))}
    </StateSection>
  );
}

function isThere({ state }: ConnectionView): boolean {
  return state === "open" || state === "halfClosed";
}

/** How many pieces are on their way, each way. */
function InFlight({ connection }: { connection: ConnectionView }) {
  const t = texts.current.serverState;
  const going = (direction: Direction): number =>
    connection.inFlight.filter((piece) => piece.direction === direction).length;
  const toServer = going("toServer");
  const toClient = going("toClient");
  return (
    <>
      {toServer > 0 && <small>{t.inFlight.toServer(toServer)}</small>}
      {toClient > 0 && <small>{t.inFlight.toClient(toClient)}</small>}
    </>
  );
}
