import type { TraceFilter } from "chatting-time-wasm";
import { useRef, useState } from "preact/hooks";

import { useKeys } from "../../app/keys";
import { texts } from "../../texts";
import { Panel } from "../Panel";
import { Detail } from "./Detail";
import { useIsNarrow } from "./narrow";
import { TraceGrid } from "./TraceGrid";
import { TraceToolbar, VIEWS } from "./TraceToolbar";
import "./trace.css";
import "./sequence-diagram.css";

/** Everything that happened, as a diagram and as a table in step, and the selected piece of it in full. */
export function Trace() {
  const [filter, setFilter] = useState<TraceFilter>({ view: "pieces" });
  const panel = useRef<HTMLDivElement>(null);
  const isNarrow = useIsNarrow(panel);
  const t = texts.current.trace;
  useKeys({
    t: () => panel.current?.querySelector<HTMLElement>("[data-trace-grid]")?.focus(),
    "/": () => panel.current?.querySelector<HTMLElement>("input[type=search]")?.focus(),
    v: () => setFilter({ ...filter, view: VIEWS[(VIEWS.indexOf(filter.view) + 1) % VIEWS.length] ?? "pieces" }),
  });
  return (
    <Panel title={t.title} aside={<TraceToolbar filter={filter} onChange={setFilter} />} class="trace">
      <div class="trace-body" ref={panel}>
        <TraceGrid filter={filter} isNarrow={isNarrow} />
        <Detail />
      </div>
    </Panel>
  );
}
