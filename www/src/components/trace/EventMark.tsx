import type { TraceRow } from "chatting-time-wasm";

import { clientOutline } from "../ClientMark";
import type { Geometry } from "./geometry";

interface Props {
  row: TraceRow;
  y: number;
  geometry: Geometry;
  state: string;
}

/** What happens at a lifeline itself, or between two without being a piece. */
export function EventMark({ row, y, geometry, state }: Props) {
  const client = row.client === undefined ? undefined : geometry.client(row.client);
  const { server, width } = geometry;
  const hue = row.client === undefined ? "" : `client-${row.client}`;
  const { what } = row.observation;
  const at = "by" in what && what.by === "server" ? server : client;
  switch (what.kind) {
    case "clientAdded":
      return client === undefined ? null : (
        <path
          class={`mark ${hue} ${state}`}
          transform={`translate(${client} ${y})`}
          d={clientOutline(row.client ?? 0)}
        />
      );
    case "connected":
      return <path class={`link ${hue} ${state}`} d={`M${client} ${y - 2}H${server}M${client} ${y + 2}H${server}`} />;
    case "closed":
    case "sendingEnded":
      return <path class={`link link-ended ${hue} ${state}`} d={`M${at} ${y}m-7 0h14`} />;
    case "brokeOff":
    case "connectionRefused":
      return <path class={`link link-broken ${hue} ${state}`} d={broken(client ?? 0, server, y)} />;
    case "entered":
    case "shown":
    case "replyRead":
      return <circle class={`mark mark-${what.kind} ${hue} ${state}`} cx={client} cy={y} r="4" />;
    case "request":
    case "reply":
    case "mailboxBusy":
    case "givenBack":
      return <rect class={`mark mark-server ${state}`} x={server - 4} y={y - 4} width="8" height="8" />;
    case "stateChanged":
    case "administered":
      return <path class={`mark mark-server ${state}`} d={`M${server} ${y - 6}l6 6l-6 6l-6 -6z`} />;
    case "serverStopped":
    case "serverStarted":
      return <path class={`mark mark-server ${state}`} d={`M${server - 12} ${y}h24`} />;
    case "advanced":
      return <path class="passing" d={`M0 ${y}H${width}`} />;
    default:
      return null;
  }
}

/** A line with a gap and a cross in its middle. */
function broken(from: number, to: number, y: number): string {
  const middle = (from + to) / 2;
  return `M${from} ${y}H${middle - 10}M${middle + 10} ${y}H${to}M${middle - 5} ${y - 5}l10 10M${middle + 5} ${y - 5}l-10 10`;
}
