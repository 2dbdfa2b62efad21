import type { Direction } from "chatting-time-wasm";

import { Panel } from "../../components/Panel";
import { usePlayground } from "../../model/context";
import { faultsTexts } from "../../texts/faults";
import { ConnectionFaults } from "./ConnectionFaults";
import { NetworkForm } from "./NetworkForm";
import { chosenClient } from "./target";
import "./own-numbers.css";

const DIRECTIONS: readonly Direction[] = ["toServer", "toClient"];

/** Every number by itself, for each direction. */
export function OwnNumbers() {
  const view = chosenClient(usePlayground().moment.value);
  const t = faultsTexts.current.own;
  return (
    <Panel title={t.title} class="own-numbers">
      <p class="soft">{t.optional}</p>
      <div class="own-numbers-forms">
        {DIRECTIONS.map((direction) => (
          // A network that was changed elsewhere begins the form anew.
          <NetworkForm
            key={`${view.client}/${JSON.stringify(view[direction])}`}
            client={view.client}
            direction={direction}
            network={view[direction]}
          />
        ))}
      </div>
      <ConnectionFaults view={view} />
    </Panel>
  );
}
