import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** In the size of the page's text. */
const NARROW = 36;

/** Whether there is little room across. */
export function useIsNarrow(element: RefObject<HTMLElement | null>): boolean {
  const [isNarrow, setNarrow] = useState(false);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
      if (entry) setNarrow(entry.contentRect.width < NARROW * rem);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return isNarrow;
}
