// A long list in windows, the latest one first to be seen.

import { useState } from "preact/hooks";

import { formatNumber } from "../../model/format";
import { eavesdropperTexts } from "../../texts/eavesdropper";

/** Where the window begins, and how to move it. It follows the end until it is moved. */
export function useWindow(total: number, size: number): [from: number, move: (from: number) => void] {
  const [moved, setMoved] = useState<number>();
  const last = Math.max(0, total - size);
  const from = moved === undefined ? last : Math.min(moved, last);
  return [from, (to) => setMoved(to >= last ? undefined : Math.max(0, to))];
}

interface Props {
  from: number;
  size: number;
  total: number;
  onMove: (from: number) => void;
}

export function WindowButtons({ from, size, total, onMove }: Props) {
  if (total <= size) return null;
  const t = eavesdropperTexts.current.window;
  const to = Math.min(total, from + size);
  return (
    <div class="window-buttons">
      <span class="soft">{t.shown(formatNumber(from + 1), formatNumber(to), formatNumber(total))}</span>
      <button type="button" disabled={from === 0} onClick={() => onMove(from - size)}>
        {t.earlier}
      </button>
      <button type="button" disabled={to === total} onClick={() => onMove(from + size)}>
        {t.later}
      </button>
    </div>
  );
}
