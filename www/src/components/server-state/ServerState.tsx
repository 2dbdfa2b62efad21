import { usePlayground } from "../../model/context";
import { formatNumber } from "../../model/format";
import { texts } from "../../texts";
import { Panel } from "../Panel";
import { Connections } from "./Connections";
import { EventLog } from "./EventLog";
import { Mailboxes } from "./Mailboxes";
import { Sessions } from "./Sessions";
import { Users } from "./Users";
import "./server-state.css";

/** What the server holds at this moment, with what the latest step did to it. */
export function ServerState() {
  const { server } = usePlayground().moment.value;
  const t = texts.current.serverState;
  const state = server.running ? (
    <span class="server-runs">{t.running}</span>
  ) : (
    <span class="server-runs server-stopped">{t.stopped}</span>
  );
  return (
    <Panel title={t.title} aside={state} class="server-state">
      <Connections />
      <Sessions />
      <Mailboxes />
      <Users />
      <EventLog />
      <p class="server-journal soft">{t.journal(server.events, formatNumber(server.events))}</p>
    </Panel>
  );
}
