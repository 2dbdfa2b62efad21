import type { Arrow } from "./arrows";
import type { Geometry } from "./geometry";

interface Props {
  arrow: Arrow;
  y: (row: number) => number;
  geometry: Geometry;
  /** A class for selected and related ones. */
  state: string;
  onSelect: () => void;
}

/** One piece on its way: whole and with a head when it arrived, ending in a ring while it is under way, in a cross when lost. */
export function ArrowShape({ arrow, y, geometry, state, onSelect }: Props) {
  const client = geometry.client(arrow.client);
  const [start, end] = arrow.direction === "toServer" ? [client, geometry.server] : [geometry.server, client];
  const from = { x: start, y: y(arrow.from) };
  const to = { x: arrow.outcome === "arrived" ? end : geometry.underWay(arrow.client), y: y(arrow.to) };
  const line = `M${from.x} ${from.y}L${to.x} ${to.y}`;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: for the mouse; the keyboard has the same row in the table
    <g
      class={`arrow arrow-${arrow.direction} arrow-${arrow.outcome} client-${arrow.client} ${state}`}
      onClick={onSelect}
    >
      <path class="arrow-reach" d={line} />
      <path class="arrow-line" d={line} />
      <path class="arrow-end" d={endOf(arrow.outcome, from, to)} />
    </g>
  );
}

interface Point {
  x: number;
  y: number;
}

function endOf(outcome: Arrow["outcome"], from: Point, { x, y }: Point): string {
  if (outcome === "lost") return `M${x - 5} ${y - 5}l10 10M${x + 5} ${y - 5}l-10 10`;
  if (outcome === "underWay") return `M${x - 4} ${y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0`;
  const angle = Math.atan2(y - from.y, x - from.x);
  const barb = (turn: number): string =>
    `${(x - 9 * Math.cos(angle + turn)).toFixed(1)} ${(y - 9 * Math.sin(angle + turn)).toFixed(1)}`;
  return `M${barb(0.42)}L${x} ${y}L${barb(-0.42)}`;
}
