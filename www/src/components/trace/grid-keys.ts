import type { TraceFilter } from "chatting-time-wasm";

import { usePlayground } from "../../model/context";

/** Arrow keys, Page Up, Page Down, Home and End choose a row of the grid; Escape chooses none. */
export function useGridKeys(filter: TraceFilter, total: number, at: number | undefined, page: number) {
  const playground = usePlayground();
  return (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      playground.selection.select(undefined);
      return;
    }
    const here = at ?? total;
    const to = {
      ArrowUp: here - 1,
      ArrowDown: at === undefined ? 0 : at + 1,
      PageUp: here - page,
      PageDown: (at ?? 0) + page,
      Home: 0,
      End: total - 1,
    }[event.key];
    if (to === undefined || total === 0) return;
    event.preventDefault();
    const [row] = playground.rows(filter, Math.max(0, Math.min(total - 1, to)), 1).rows;
    playground.selection.select(row?.number);
  };
}
