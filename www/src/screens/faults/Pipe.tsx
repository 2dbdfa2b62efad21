import type { Direction, InFlight } from "chatting-time-wasm";

import { Bytes } from "../../components/Bytes";
import { ClientMark } from "../../components/ClientMark";
import { formatNumber } from "../../model/format";
import { faultsTexts } from "../../texts/faults";
import "./pipe.css";

interface Props {
  pieces: readonly InFlight[];
  direction: Direction;
  now: number;
  stalled: boolean;
  client: number;
}

const DRAWN = 40;
const LISTED = 4;

/** One direction of a connection as a pipe, client at the left, with the pieces in it where they are. The same as a list. */
export function Pipe({ pieces, direction, now, stalled, client }: Props) {
  return (
    <>
      <div class={`pipe client-${client}`} aria-hidden="true">
        <ClientMark client={client} />
        <div class={`pipe-tube pipe-${direction} ${stalled ? "pipe-stalled" : ""}`}>
          {pieces.slice(0, DRAWN).map((piece, index) => (
            <span
              key={index}
              class={piece.isEnd ? "pipe-piece pipe-end" : "pipe-piece"}
              style={{
                "--way": way(piece, index, now, stalled),
                "--size": Math.log2(piece.length + 1),
              }}
            />
          ))}
        </div>
        <span class="pipe-server">{faultsTexts.current.inForce.server}</span>
      </div>
      <PieceList pieces={pieces} direction={direction} now={now} />
    </>
  );
}

/** How much of its way a piece has behind it, from 0 to 1. Stalled ones queue up in front of the gate in the middle. */
function way(piece: InFlight, index: number, now: number, stalled: boolean): number {
  if (stalled || piece.arrives === undefined) return Math.max(0.03, 0.46 - index * 0.06);
  const whole = piece.arrives - piece.sent;
  return whole > 0 ? Math.min(0.97, Math.max(0.03, (now - piece.sent) / whole)) : 0.97;
}

function PieceList({ pieces, direction, now }: Pick<Props, "pieces" | "direction" | "now">) {
  const t = faultsTexts.current.pipe;
  if (pieces.length === 0) return null;
  return (
    <ol class="pipe-list" aria-label={t.list[direction]}>
      {pieces.slice(0, LISTED).map((piece, index) => (
        <li key={index}>
          <span class="pipe-when">
            {piece.isEnd ? t.end : t.bytes(piece.length, formatNumber(piece.length))},{" "}
            {piece.arrives === undefined ? t.waits : t.arrives(formatNumber(piece.arrives - now))}
          </span>{" "}
          <Bytes text={piece.bytes} />
        </li>
      ))}
      {pieces.length > LISTED && <li class="soft">{t.more(formatNumber(pieces.length - LISTED))}</li>}
    </ol>
  );
}
