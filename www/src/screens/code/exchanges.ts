// Which exchanges there are to choose from, and which one is shown.

import type { Exchange, TraceRow } from "chatting-time-wasm";

import type { Playground } from "../../model/playground";

/** Requests offered at most; any other one can be selected in the Lab. */
const AT_MOST = 50;

/** The latest requests, the latest first. */
export function latestRequests(playground: Playground): TraceRow[] {
  const filter = { view: "messages", direction: "toServer" } as const;
  const { total } = playground.rows(filter, 0, 0);
  const { rows } = playground.rows(filter, Math.max(0, total - 4 * AT_MOST), 4 * AT_MOST);
  return rows
    .filter(({ observation }) => observation.what.kind === "request")
    .slice(-AT_MOST)
    .reverse();
}

export interface Shown {
  exchange: Exchange;
  /** Whether it is that of what is selected, if anything is. */
  selected: boolean;
}

/** The exchange of the selected observation, else the latest one. */
export function shownExchange(playground: Playground, requests: TraceRow[]): Shown | undefined {
  const selected = playground.selection.selected.value;
  const chosen = selected === undefined ? undefined : playground.exchange(selected);
  if (chosen) return { exchange: chosen, selected: true };
  const latest = requests[0] && playground.exchange(requests[0].number);
  return latest && { exchange: latest, selected: selected === undefined };
}
