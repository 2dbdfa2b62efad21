import { applyNetwork, showPreset } from "../../faults/apply";
import { isNetworkPreset, type Preset } from "../../faults/presets";
import { usePlayground } from "../../model/context";
import { note } from "../../model/status";
import { faultsTexts } from "../../texts/faults";
import { chosenClient, directions, part, showsBothParts } from "./target";

/** On a narrow screen with the way to where it shows. */
function say(text: string): void {
  const show = () => {
    part.value = "effect";
  };
  if (showsBothParts()) note(text);
  else note(text, { label: faultsTexts.current.parts.effect, run: show });
}

/** A fault by name: what it does, what to watch, and the buttons that bring it about. */
export function PresetCard({ preset }: { preset: Preset }) {
  const playground = usePlayground();
  const t = faultsTexts.current.presets;
  const text = faultsTexts.current.preset[preset.id];
  const { client, name } = chosenClient(playground.moment.value);

  const apply = (): void => {
    if (!isNetworkPreset(preset)) return;
    if (applyNetwork(playground, client, preset, directions.value)) say(t.applied(text.name, name));
  };
  const show = (): void => {
    const said = isNetworkPreset(preset) ? t.shown : t.happened;
    if (showPreset(playground, client, preset, directions.value)) say(said(text.name, name));
  };
  const button = (action: string, run: () => void, kind?: string) => (
    <button type="button" class={kind} aria-label={t.about(action, text.name)} onClick={run}>
      {action}
    </button>
  );
  return (
    <li class="preset">
      <h4>{text.name}</h4>
      <p>{text.does}</p>
      <p class="soft">
        <b>{t.watch}</b> {text.watch}
      </p>
      <div class="preset-buttons">
        {isNetworkPreset(preset) ? (
          <>
            {button(t.apply, apply, "primary")}
            {button(t.show, show)}
          </>
        ) : (
          button(t.happen, show, "primary")
        )}
      </div>
    </li>
  );
}
