import { useRef } from "preact/hooks";

import { usePlayground } from "../../model/context";
import { formatNumber, formatSeconds } from "../../model/format";
import { texts } from "../../texts";

/** Every step of the branch on one line. */
export function StepSlider() {
  const playground = usePlayground();
  const { step, steps, time } = playground.moment.value;
  const frame = useRef(0);
  const t = texts.current.timeline;
  // Dragging gives more positions than can be shown: only the latest one of a frame is sought.
  const seek = (to: number): void => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      playground.seek(to);
    });
  };
  return (
    <div class="step-slider">
      <input
        type="range"
        min={0}
        max={steps}
        value={step}
        disabled={steps === 0}
        aria-label={t.slider}
        aria-valuetext={t.stepAt(formatNumber(step), formatNumber(steps), formatSeconds(time))}
        onInput={(event) => seek(event.currentTarget.valueAsNumber)}
      />
      <p class={step < steps ? "step-past" : undefined}>{t.stepOf(formatNumber(step), formatNumber(steps))}</p>
    </div>
  );
}
