// Of ten thousand rows only those in view are mounted, with some around them for arrows that reach in.

import type { RefObject } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Rows mounted above and below what is seen. */
const AROUND = 8;
/** The window moves in strides, so that scrolling renders only now and then. */
const STRIDE = 8;
/** What stands above the rows and stays in view is as tall as so many rows. */
const HEAD = 1.4;
/** Browsers can't lay out taller elements; a longer trace scrolls faster than its rows. */
const TALLEST = 8_000_000;
/** Farther down than anything is. */
const END = Number.POSITIVE_INFINITY;

export interface RowWindow {
  scroller: RefObject<HTMLDivElement | null>;
  /** The rows to mount. */
  from: number;
  to: number;
  /** The most rows that are mounted at once; an element serves every row of the same remainder. */
  most: number;
  /** Rows that fit. */
  page: number;
  /** How tall all rows are together. */
  height: number;
  /** Where the upper edge of a row is. */
  top(row: number): number;
  /** Scrolls as little as it takes to show the row. */
  reveal(row: number): void;
}

/**
 * `extra` is the height of what stands below the rows. While the end is in view, new rows keep it there. When there is less
 * room than before, the row `chosen` stays in view.
 */
export function useRowWindow(total: number, rowHeight: number, extra: number, chosen: number | undefined): RowWindow {
  const scroller = useRef<HTMLDivElement>(null);
  const keep = useRef<() => void>(undefined);
  // At the end wherever that is, so that a longer trace is rendered there at once, without measuring it before.
  const [view, setView] = useState({ top: END, height: 0 });
  const isAtEnd = useRef(true);

  const look = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const height = element.clientHeight;
    isAtEnd.current = element.scrollTop + height >= element.scrollHeight - rowHeight;
    const top = isAtEnd.current ? END : element.scrollTop;
    setView((former) => (former.top === top && former.height === height ? former : { top, height }));
  }, [rowHeight]);

  const fit = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    if (keep.current) keep.current();
    else if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    look();
  }, [look]);

  useLayoutEffect(fit, [fit]);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [fit, look]);

  const whole = total * rowHeight;
  const height = Math.min(whole, TALLEST);
  const lowest = Math.max(0, HEAD * rowHeight + height + extra - view.height);
  useLayoutEffect(() => {
    // Once everything else has rendered as well: the browser lays the page out for this.
    queueMicrotask(() => {
      if (isAtEnd.current && scroller.current) scroller.current.scrollTop = Math.ceil(lowest);
    });
  }, [lowest]);

  // 1 unless the trace is taller than elements can be.
  const pace = height > view.height ? (whole - view.height) / (height - view.height) : 1;
  const top = Math.min(view.top, lowest);
  const shift = top - top * pace;
  const first = (top * pace) / rowHeight;
  const page = Math.max(1, Math.floor(view.height / rowHeight) - 1);
  const from = Math.max(0, Math.floor((first - AROUND) / STRIDE) * STRIDE);
  const to = Math.min(total, Math.ceil((first + page + AROUND) / STRIDE) * STRIDE);

  const reveal = (row: number): void => {
    const element = scroller.current;
    if (!element) return;
    const visible = element.clientHeight - (HEAD + 1) * rowHeight;
    const upper = row * rowHeight;
    const seen = element.scrollTop * pace;
    if (upper < seen) element.scrollTop = upper / pace;
    else if (upper > seen + visible) element.scrollTop = (upper - visible) / pace;
    look();
  };
  keep.current = chosen === undefined ? undefined : () => reveal(chosen);
  const most = page + 2 * (AROUND + STRIDE);
  return { scroller, from: Math.min(from, to), to, most, page, height, top: (row) => row * rowHeight + shift, reveal };
}
