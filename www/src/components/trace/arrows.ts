// Which arrows the diagram draws: from where bytes were written to where they arrived, were lost, or are now.

import type { Direction, Moment, TraceFilter, TraceRow } from "chatting-time-wasm";

import type { Playground } from "../../model/playground";

export interface Arrow {
  client: number;
  direction: Direction;
  /** Rows, counted from the first of the filtered trace; halves are between two. */
  from: number;
  to: number;
  outcome: "arrived" | "lost" | "underWay";
  /** What it selects. */
  observation: number;
}

/** How far beyond the rows in view those are looked for whose arrows reach in. */
const AROUND = 40;

/** The arrows that are seen in the rows `from` to `to` of the trace, some of which end outside. */
export function arrowsAcross(playground: Playground, filter: TraceFilter, from: number, to: number): Arrow[] {
  const first = Math.max(0, from - AROUND);
  const { rows } = playground.rows(filter, first, to + AROUND - first);
  return arrowsInto(playground, filter, rows, first).filter(
    (arrow) => Math.max(arrow.from, arrow.to) >= from && Math.min(arrow.from, arrow.to) < to,
  );
}

/** The arrows that end in these rows, of which the first is row `first` of the trace. */
function arrowsInto(playground: Playground, filter: TraceFilter, rows: readonly TraceRow[], first: number): Arrow[] {
  return rows.flatMap((row, index) => {
    const at = first + index;
    const { client, direction, number, observation } = row;
    const { kind } = observation.what;
    if (client === undefined || direction === undefined) return [];
    if (filter.view === "messages" && (kind === "request" || kind === "replyRead")) {
      return { ...arrowOfMessage(playground, filter, row, at), client, direction };
    }
    if (kind !== "arrived" && kind !== "lost" && kind !== "endArrived") return [];
    return sent(playground, observation.causes).map((write) => ({
      client,
      direction,
      from: rowOf(playground, filter, rows, first, write),
      to: at,
      outcome: kind === "lost" ? ("lost" as const) : ("arrived" as const),
      observation: number,
    }));
  });
}

/** One message, from when its first byte was written: its own pieces are not among the rows. */
function arrowOfMessage(playground: Playground, filter: TraceFilter, row: TraceRow, at: number) {
  const [piece] = row.observation.causes;
  const causes = piece === undefined ? [] : (playground.observation(piece)?.row.observation.causes ?? []);
  const [write] = sent(playground, causes);
  const after = write === undefined ? at : (playground.rowOf(filter, write) ?? at);
  return {
    from: Math.min(after, at) - 0.5,
    to: at,
    outcome: "arrived" as const,
    observation: row.number,
  };
}

/** The arrows of what is under way at this moment; they end below the last row, one a row. */
export function arrowsUnderWay(playground: Playground, filter: TraceFilter, moment: Moment, total: number): Arrow[] {
  return underWay(moment, filter).flatMap(({ client, piece }, index) =>
    piece.causes.map((write) => ({
      client,
      direction: piece.direction,
      from: playground.rowOf(filter, write) ?? total,
      to: total + index,
      outcome: "underWay" as const,
      observation: write,
    })),
  );
}

/** Pieces on their way, of the clients that the filter shows. */
export function underWay({ connections }: Moment, filter: TraceFilter) {
  if (filter.view === "messages") return [];
  return connections
    .filter(({ client }) => filter.client === undefined || filter.client === client)
    .flatMap(({ client, connection, inFlight }) => inFlight.map((piece) => ({ client, connection, piece })));
}

/** Those of the causes that put something on the wire. */
function sent(playground: Playground, causes: readonly number[]): number[] {
  const kinds = ["written", "sendingEnded", "closed"];
  return causes.filter((cause) => kinds.includes(playground.observation(cause)?.row.observation.what.kind ?? ""));
}

function rowOf(
  playground: Playground,
  filter: TraceFilter,
  rows: readonly TraceRow[],
  first: number,
  observation: number,
): number {
  const index = rows.findIndex((row) => row.number === observation);
  return index >= 0 ? first + index : (playground.rowOf(filter, observation) ?? first);
}
