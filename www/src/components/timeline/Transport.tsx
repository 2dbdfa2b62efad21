import { usePlayground } from "../../model/context";
import { note } from "../../model/status";
import { texts } from "../../texts";
import { IconButton } from "../IconButton";

/** To the start, back, play, onwards, to the end. */
export function Transport() {
  const playground = usePlayground();
  const { step, steps, nextDue } = playground.moment.value;
  const { playing } = playground.player;
  const t = texts.current.timeline;
  const isQuiet = step === steps && nextDue === undefined;
  const onwards = (): void => {
    if (!playground.step()) note(t.quiet);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: buttons in a row, not a form's fields
    <div class="transport" role="group" aria-label={t.transport}>
      <IconButton
        icon="toStart"
        label={t.toStart}
        shortcut="["
        aria-disabled={step === 0}
        onClick={() => playground.seek(0)}
      />
      <IconButton
        icon="stepBack"
        label={t.stepBack}
        shortcut=","
        aria-disabled={step === 0}
        onClick={() => playground.seek(Math.max(0, step - 1))}
      />
      <IconButton
        class="primary"
        icon={playing.value ? "pause" : "play"}
        label={playing.value ? t.pause : t.play}
        shortcut="p"
        aria-disabled={isQuiet}
        onClick={() => (isQuiet ? note(t.quiet) : playground.player.toggle())}
      />
      <IconButton icon="step" label={t.step} shortcut="." aria-disabled={isQuiet} onClick={onwards} />
      <IconButton
        icon="toEnd"
        label={t.toEnd}
        shortcut="]"
        aria-disabled={step === steps}
        onClick={() => playground.seek(steps)}
      />
    </div>
  );
}
