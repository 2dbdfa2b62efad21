import { Panel } from "../../components/Panel";
import { Segmented } from "../../components/Segmented";
import type { Directions } from "../../faults/apply";
import { usePlayground } from "../../model/context";
import { faultsTexts } from "../../texts/faults";
import { choose, chosenClient, directions } from "./target";

const DIRECTIONS: readonly Directions[] = ["both", "toServer", "toClient"];

/** Whose network, and which way. */
export function TargetChoice() {
  const { value: moment } = usePlayground().moment;
  const t = faultsTexts.current;
  return (
    <Panel title={t.target.title} class="faults-target">
      <div class="faults-choices">
        <Segmented
          label={t.target.client}
          options={moment.clients.map((view) => ({ value: String(view.client), label: view.name }))}
          value={String(chosenClient(moment).client)}
          onChange={(client) => choose(Number(client))}
        />
        <Segmented
          label={t.target.direction}
          options={DIRECTIONS.map((value) => ({ value, label: t.directions[value] }))}
          value={directions.value}
          onChange={(value) => {
            directions.value = value;
          }}
        />
      </div>
    </Panel>
  );
}
