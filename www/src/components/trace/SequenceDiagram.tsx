import type { TraceRow } from "chatting-time-wasm";

import { usePlayground } from "../../model/context";
import { texts } from "../../texts";
import { ArrowShape } from "./ArrowShape";
import type { Arrow } from "./arrows";
import { EventMark } from "./EventMark";
import type { Geometry } from "./geometry";

interface Props {
  geometry: Geometry;
  clients: number;
  arrows: readonly Arrow[];
  rows: readonly TraceRow[];
  /** The first of `rows` in the trace, and where its upper edge is. */
  first: number;
  top: number;
  /** How many rows tall it is. */
  height: number;
  describedBy: string;
}

/** The rows of the trace as a sequence diagram: one lifeline each, time downwards, line by line beside the table. */
export function SequenceDiagram({ geometry, clients, arrows, rows, first, top, height, describedBy }: Props) {
  const { selection } = usePlayground();
  const { rowHeight, width } = geometry;
  const bottom = height * rowHeight;
  const y = (row: number): number => (row - first + 0.5) * rowHeight;
  const state = (observation: number): string => {
    if (observation === selection.selected.value) return "is-selected";
    return selection.related.value.has(observation) ? "is-related" : "";
  };
  return (
    <svg
      class="sequence-diagram"
      role="img"
      aria-label={texts.current.trace.diagram}
      aria-describedby={describedBy}
      width={width}
      height={bottom}
      viewBox={`0 0 ${width} ${bottom}`}
      style={{ top: `${top}px` }}
    >
      {Array.from({ length: clients }, (_, client) => (
        <path key={client} class={`lifeline client-${client}`} d={`M${geometry.client(client)} 0V${bottom}`} />
      ))}
      <path class="lifeline lifeline-server" d={`M${geometry.server} 0V${bottom}`} />
      {rows.map((row, index) => (
        <EventMark
          key={`row ${(first + index) % rows.length}`}
          row={row}
          y={y(first + index)}
          geometry={geometry}
          state={state(row.number)}
        />
      ))}
      {arrows.map((arrow, index) => (
        <ArrowShape
          key={`arrow ${index}`}
          arrow={arrow}
          y={y}
          geometry={geometry}
          state={state(arrow.observation)}
          onSelect={() => selection.toggle(arrow.observation)}
        />
      ))}
    </svg>
  );
}
