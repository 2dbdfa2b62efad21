import { usePlayground } from "../../model/context";
import { texts } from "../../texts";

const SPANS = [1_000, 10_000, 60_000, 3_600_000] as const;

/** Lets time pass although nothing happens: sessions age, patience ends. */
export function PassTime() {
  const playground = usePlayground();
  const { nextDeadline } = playground.moment.value;
  const t = texts.current.timeline;
  const pass = (select: HTMLSelectElement): void => {
    const milliseconds = Number(select.value);
    select.value = "";
    if (milliseconds > 0) playground.apply({ kind: "advance", milliseconds });
  };
  return (
    <label class="timeline-choice">
      <span class="visually-hidden">{t.passTime}</span>
      <select value="" onChange={(event) => pass(event.currentTarget)}>
        <option value="">{t.passTime}</option>
        {SPANS.map((span) => (
          <option key={span} value={span}>
            {t.spans[span]}
          </option>
        ))}
        {nextDeadline !== undefined && <option value={nextDeadline}>{t.untilDeadline}</option>}
      </select>
    </label>
  );
}
