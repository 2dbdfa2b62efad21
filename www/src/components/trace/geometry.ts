// Where the lifelines stand. Everything is in pixels, out of the size of the page's text, which readers may change.

import { useEffect, useState } from "preact/hooks";

export interface Geometry {
  rowHeight: number;
  /** Of the diagram. */
  width: number;
  /** From one lifeline to the next. */
  apart: number;
  /** Names have no room above the lifelines; their signs do. */
  isCrowded: boolean;
  /** Where a client's lifeline is. */
  client(client: number): number;
  server: number;
  /** About half-way between a client and the server, and on nobody's lifeline: where a piece is drawn that has not arrived. */
  underWay(client: number): number;
}

const ROW = 2;
const LIFELINE_APART = { narrow: 3.25, wide: 4 };
const EDGE = 2;
const LEAST = { narrow: 10.5, wide: 15 };
const NAMED = 2.5;
/** The table needs room as well. */
const MOST = { narrow: 13, wide: 20.5 };

export function useGeometry(clients: number, isNarrow: boolean): Geometry {
  const rem = useRem();
  const size = isNarrow ? "narrow" : "wide";
  const width = Math.min(MOST[size], Math.max(LEAST[size], 2 * EDGE + clients * LIFELINE_APART[size]));
  const apart = (width - 2 * EDGE) / Math.max(1, clients);
  const column = (place: number): number => (EDGE + place * apart) * rem;
  return {
    rowHeight: Math.round(ROW * rem),
    width: width * rem,
    apart: apart * rem,
    isCrowded: apart < NAMED,
    client: column,
    server: column(Math.max(1, clients)),
    underWay: (client) => column(Math.floor((client + clients) / 2) + 0.5),
  };
}

function useRem(): number {
  const [rem, setRem] = useState(readRem);
  useEffect(() => {
    const read = (): void => setRem(readRem());
    window.addEventListener("resize", read);
    return () => window.removeEventListener("resize", read);
  }, []);
  return rem;
}

function readRem(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}
