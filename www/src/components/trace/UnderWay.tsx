import type { InFlight } from "chatting-time-wasm";
import { usePlayground } from "../../model/context";
import { formatNumber, formatSeconds } from "../../model/format";
import { texts } from "../../texts";
import { Bytes } from "../Bytes";
import { ClientMark } from "../ClientMark";
import { Icon } from "../icons";

interface Props {
  pieces: readonly { client: number; connection: number; piece: InFlight }[];
  rowHeight: number;
  /** Where the last row ends. */
  top: number;
}

/** What is on its way at this moment, below the rows of what has happened. */
export function UnderWay({ pieces, rowHeight, top }: Props) {
  const { clients } = usePlayground().moment.value;
  const t = texts.current.trace;
  if (pieces.length === 0) return null;
  return (
    <ul class="under-way" aria-label={t.underWay} style={{ top: `${top}px` }}>
      {pieces.map(({ client, connection, piece }, index) => (
        <li key={index} class={`client-${client}`} style={{ height: `${rowHeight}px` }}>
          <span class="trace-who" title={clients[client]?.name}>
            <ClientMark client={client} /> #{connection}
          </span>
          <span class="trace-kind">
            <Icon name={piece.direction} /> <span class="visually-hidden">{t.directions[piece.direction]} </span>
            {piece.arrives === undefined ? t.isStalled : t.arrivesAt(formatSeconds(piece.arrives))}
          </span>
          <span class="trace-length">{!piece.isEnd && formatNumber(piece.length)}</span>
          <span class="trace-content">{piece.isEnd ? t.endOfStream : <Bytes text={piece.bytes} />}</span>
        </li>
      ))}
    </ul>
  );
}
