// biome-ignore-all lint/a11y/useSemanticElements: rows that come and go are placed by hand, which native table layout forbids

import type { TraceFilter, TraceRow } from "chatting-time-wasm";
import { useCallback, useEffect, useId, useMemo, useRef } from "preact/hooks";

import { usePlayground } from "../../model/context";
import type { Playground } from "../../model/playground";
import { shareEqual } from "../../model/share-equal";
import { texts } from "../../texts";
import { arrowsAcross, arrowsUnderWay, underWay } from "./arrows";
import { useGeometry } from "./geometry";
import { useGridKeys } from "./grid-keys";
import { LifelineHeads } from "./LifelineHeads";
import { useRowWindow } from "./row-window";
import { SequenceDiagram } from "./SequenceDiagram";
import { TraceHead } from "./TraceHead";
import { TraceRowView } from "./TraceRowView";
import { UnderWay } from "./UnderWay";

interface Props {
  filter: TraceFilter;
  isNarrow: boolean;
}

/** Diagram and table in step: the same rows, scrolled together. */
export function TraceGrid({ filter, isNarrow }: Props) {
  const playground = usePlayground();
  const id = useId();
  const moment = playground.moment.value;
  const geometry = useGeometry(moment.clients.length, isNarrow);
  const { rowHeight } = geometry;
  const total = useMemo(() => playground.rows(filter, 0, 0).total, [playground, filter, moment]);
  const flying = underWay(moment, filter);
  const selected = playground.selection.selected.value;
  const related = playground.selection.related.value;
  const at = selected === undefined ? undefined : rowAt(playground, filter, selected, total);
  const rowWindow = useRowWindow(total, rowHeight, flying.length * rowHeight, at);
  const { from, to } = rowWindow;
  const known = useRef<readonly TraceRow[]>([]);
  const rows = useMemo(() => {
    const former = new Map(known.current.map((row) => [row.number, row]));
    known.current = playground.rows(filter, from, to - from).rows.map((row) => shareEqual(former.get(row.number), row));
    return known.current;
  }, [playground, filter, moment, from, to]);
  const arrows = useMemo(() => {
    const onTheirWay = to === total ? arrowsUnderWay(playground, filter, moment, total) : [];
    return [...arrowsAcross(playground, filter, from, to), ...onTheirWay];
  }, [playground, filter, moment, from, to, total]);
  const select = useCallback((observation: number) => playground.selection.toggle(observation), [playground]);

  // When the selection changes, and not when one scrolls away from it.
  useEffect(() => {
    if (at !== undefined) rowWindow.reveal(at);
  }, [selected]);

  const keys = useGridKeys(filter, total, at, rowWindow.page);
  const t = texts.current.trace;
  const active = rows.some((row) => row.number === selected) ? `${id}-${selected}` : undefined;
  return (
    <div
      class={isNarrow ? "trace-scroller trace-narrow" : "trace-scroller"}
      ref={rowWindow.scroller}
      style={{ "--diagram": `${geometry.width}px` }}
    >
      <LifelineHeads geometry={geometry} clients={moment.clients} />
      <div class="trace-canvas">
        <div
          class="trace-grid"
          id={`${id}-grid`}
          role="grid"
          tabIndex={0}
          data-trace-grid
          aria-label={t.table}
          aria-rowcount={total + 1}
          aria-activedescendant={active}
          onKeyDown={keys}
        >
          <TraceHead />
          <div
            class="trace-rows"
            role="rowgroup"
            style={{ height: `${rowWindow.height + flying.length * rowHeight}px` }}
          >
            {rows.map((row, index) => (
              <TraceRowView
                key={(from + index) % rowWindow.most}
                row={row}
                id={`${id}-${row.number}`}
                index={from + index}
                top={rowWindow.top(from + index)}
                name={row.client === undefined ? undefined : moment.clients[row.client]?.name}
                isSelected={row.number === selected}
                isRelated={related.has(row.number)}
                onSelect={select}
              />
            ))}
          </div>
        </div>
        <div class="trace-diagram">
          <SequenceDiagram
            geometry={geometry}
            clients={moment.clients.length}
            arrows={arrows}
            rows={rows}
            first={from}
            top={rowWindow.top(from)}
            height={to === total ? Math.max(rows.length + flying.length, rowWindow.page + 2) : rows.length}
            describedBy={`${id}-same`}
          />
        </div>
        <UnderWay pieces={flying} rowHeight={rowHeight} top={rowWindow.top(total)} />
      </div>
      <p class="visually-hidden" id={`${id}-same`}>
        {t.sameAsTable}
      </p>
    </div>
  );
}

/** The row of the observation. When the filter hides it, the row before or behind, whichever belongs to it. */
function rowAt(playground: Playground, filter: TraceFilter, observation: number, total: number): number | undefined {
  if (total === 0) return undefined;
  const next = Math.min(playground.rowOf(filter, observation) ?? total, total - 1);
  const before = Math.max(0, next - 1);
  const rows = playground.rows(filter, before, next - before + 1).rows;
  const related = playground.selection.related.value;
  return rows.at(-1)?.number === observation || related.has(rows.at(-1)?.number ?? -1) ? next : before;
}
