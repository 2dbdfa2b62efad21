import { usePlayground } from "../../model/context";
import { SPEEDS } from "../../model/player";
import { texts } from "../../texts";

/** How many steps a second are played. */
export function Speed() {
  const { speed } = usePlayground().player;
  const t = texts.current.timeline;
  return (
    <label class="timeline-choice">
      {t.speed}
      <select
        value={String(speed.value)}
        onChange={(event) => {
          speed.value = Number(event.currentTarget.value);
        }}
      >
        {SPEEDS.map((one) => (
          <option key={one} value={String(one)}>
            {t.stepsASecond(one)}
          </option>
        ))}
      </select>
    </label>
  );
}
