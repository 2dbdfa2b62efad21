import { Panel } from "../../components/Panel";
import { isNetworkPreset, PRESET_IDS, PRESETS } from "../../faults/presets";
import { faultsTexts } from "../../texts/faults";
import { PresetCard } from "./PresetCard";
import "./presets.css";

/** Every fault by name: networks first, then what happens once. */
export function Presets() {
  const t = faultsTexts.current.presets;
  const all = PRESET_IDS.map((id) => PRESETS[id]);
  return (
    <Panel title={t.title} class="presets">
      <h3>{t.networks}</h3>
      <ul>
        {all.filter(isNetworkPreset).map((preset) => (
          <PresetCard key={preset.id} preset={preset} />
        ))}
      </ul>
      <h3>{t.incidents}</h3>
      <ul>
        {all
          .filter((preset) => !isNetworkPreset(preset))
          .map((preset) => (
            <PresetCard key={preset.id} preset={preset} />
          ))}
      </ul>
    </Panel>
  );
}
