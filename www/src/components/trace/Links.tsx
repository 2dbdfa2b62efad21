import { usePlayground } from "../../model/context";
import { formatNumber } from "../../model/format";
import { texts } from "../../texts";
import { kindText } from "./describe";

/** A write may lead to thousands of pieces. */
const MOST = 12;

/** Causes or effects, to go there. */
export function Links({ title, observations }: { title: string; observations: readonly number[] }) {
  const playground = usePlayground();
  if (observations.length === 0) return null;
  const more = observations.length - MOST;
  return (
    <div class="detail-links">
      <h4>{title}</h4>
      {observations.slice(0, MOST).map((number) => {
        const row = playground.observation(number)?.row;
        return (
          row && (
            <button key={number} type="button" onClick={() => playground.selection.select(number)}>
              {kindText(row.observation.what)} <span class="soft">{formatNumber(number)}</span>
            </button>
          )
        );
      })}
      {more > 0 && <span class="soft">{texts.current.trace.more(formatNumber(more))}</span>}
    </div>
  );
}
