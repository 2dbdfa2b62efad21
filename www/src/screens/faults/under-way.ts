// What is under way between a client and the server at a moment.

import type { ClientView, ConnectionView, InFlight, Moment } from "chatting-time-wasm";

/** The client's connection, while it can carry bytes. */
export function openConnection(moment: Moment, view: ClientView): ConnectionView | undefined {
  const latest = latestConnection(moment, view);
  return latest?.state === "open" || latest?.state === "halfClosed" ? latest : undefined;
}

/** On its latest connection, open or not: what was written before a close is still on its way. */
export function underWay(moment: Moment, view: ClientView): InFlight[] {
  return latestConnection(moment, view)?.inFlight ?? [];
}

function latestConnection({ connections }: Moment, view: ClientView): ConnectionView | undefined {
  return connections.find((one) => one.connection === view.connection);
}
