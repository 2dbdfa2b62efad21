// Of ten thousand rows only those in view are mounted, with some around them for arrows that reach in.

import type { RefObject } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Rows mounted above and below what is seen. */
const AROUND = 40;
/** The window moves in strides, so that scrolling asks the engine only now and then. */
const STRIDE = 20;
/** What stands above the rows and stays in view is as tall as so many rows. */
const HEAD = 1.4;
/** Browsers can't lay out taller elements; a longer trace scrolls faster than its rows. */
const TALLEST = 8_000_000;

export interface RowWindow {
  scroller: RefObject<HTMLDivElement | null>;
  /** The rows to mount. */
  from: number;
  to: number;
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
  const atEnd = useRef(true);
  const keep = useRef<() => void>(undefined);
  const [view, setView] = useState({ top: 0, height: 0 });

  const look = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    atEnd.current = element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeight;
    setView((former) =>
      former.top === element.scrollTop && former.height === element.clientHeight
        ? former
        : { top: element.scrollTop, height: element.clientHeight },
    );
  }, [rowHeight]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (keep.current) keep.current();
      else if (atEnd.current) element.scrollTop = element.scrollHeight;
      look();
    });
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [look]);

  useLayoutEffect(() => {
    if (atEnd.current && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
    look();
  }, [total, rowHeight, extra, look]);

  const whole = total * rowHeight;
  const height = Math.min(whole, TALLEST);
  // 1 unless the trace is taller than elements can be.
  const pace = height > view.height ? (whole - view.height) / (height - view.height) : 1;
  const shift = view.top - view.top * pace;
  const first = (view.top * pace) / rowHeight;
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
  return { scroller, from: Math.min(from, to), to, page, height, top: (row) => row * rowHeight + shift, reveal };
}
