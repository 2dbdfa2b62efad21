// biome-ignore-all lint/a11y/useSemanticElements: rows that come and go are placed by hand, which native table layout forbids
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row

import type { TraceRow } from "chatting-time-wasm";

import { formatNumber, formatSeconds } from "../../model/format";
import { texts } from "../../texts";
import { Bytes } from "../Bytes";
import { ClientMark } from "../ClientMark";
import { Icon } from "../icons";
import { bytesOf, contentText, kindText } from "./describe";

interface Props {
  row: TraceRow;
  id: string;
  /** Its place in the trace, from 0. */
  index: number;
  top: number;
  name: string | undefined;
  isSelected: boolean;
  isRelated: boolean;
  onSelect: (observation: number) => void;
}

/** One line of the table. */
export function TraceRowView({ row, id, index, top, name, isSelected, isRelated, onSelect }: Props) {
  const { observation, client, connection, direction, length } = row;
  const bytes = bytesOf(observation.what);
  const t = texts.current.trace;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid around it has the keys
    <div
      class={`trace-row ${index % 2 ? "trace-row-bar" : ""} ${client === undefined ? "" : `client-${client}`}`}
      role="row"
      id={id}
      // The header is row 1.
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-related={isRelated || undefined}
      style={{ top: `${top}px` }}
      onClick={() => onSelect(row.number)}
    >
      <span role="gridcell" class="trace-time">
        {formatSeconds(observation.time)}
      </span>
      <span role="gridcell" class="trace-who" title={name}>
        {client !== undefined && <ClientMark client={client} />}
        <span class="visually-hidden">{name} </span>
        {connection !== undefined && `#${connection}`}
      </span>
      <span role="gridcell" class="trace-kind">
        {direction && <Icon name={direction} />}
        {kindText(observation.what)}
        {direction && <span class="visually-hidden"> {t.directions[direction]}</span>}
      </span>
      <span role="gridcell" class="trace-length">
        {length !== undefined && formatNumber(length)}
      </span>
      <span role="gridcell" class="trace-content">
        {bytes === undefined ? contentText(observation.what) : <Bytes text={bytes} />}
      </span>
    </div>
  );
}
