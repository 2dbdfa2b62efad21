import type { ClientView, Direction } from "chatting-time-wasm";

import { ClientMark } from "../../components/ClientMark";
import { Icon } from "../../components/icons";
import { Panel } from "../../components/Panel";
import { usePlayground } from "../../model/context";
import { runUntilQuiet } from "../../model/settings";
import { faultsTexts } from "../../texts/faults";
import { LetThrough } from "./LetThrough";
import { networkWords } from "./network-words";
import { Pipe } from "./Pipe";
import { chosenClient } from "./target";
import { openConnection, underWay } from "./under-way";

/** What the chosen client's network does now, in words and as a picture, and what is under way in it. */
export function InForce() {
  const { value: moment } = usePlayground().moment;
  const t = faultsTexts.current;
  const view = chosenClient(moment);
  const isQuiet = underWay(moment, view).length === 0;
  return (
    <Panel
      title={t.inForce.title}
      aside={
        <span class={`faults-whose client-${view.client}`}>
          <ClientMark client={view.client} /> {view.name}
        </span>
      }
      class="faults-in-force"
    >
      <div class="faults-lanes">
        <Lane view={view} direction="toServer" />
        <Lane view={view} direction="toClient" />
      </div>
      {view.losesReply && (
        <p class="faults-loses-reply">
          <Icon name="warning" /> {t.inForce.losesReply}
        </p>
      )}
      {isQuiet && (
        <p class="faults-quiet soft">
          {openConnection(moment, view) ? t.pipe.empty : t.pipe.noConnection}{" "}
          {runUntilQuiet.value === "on" && t.pipe.emptyHint}
        </p>
      )}
    </Panel>
  );
}

function Lane({ view, direction }: { view: ClientView; direction: Direction }) {
  const { value: moment } = usePlayground().moment;
  const t = faultsTexts.current;
  const network = view[direction];
  const pieces = underWay(moment, view).filter((piece) => piece.direction === direction);
  return (
    <section class="faults-lane" aria-label={t.directions[direction]}>
      <h3>
        <Icon name={direction} /> {t.directions[direction]}
      </h3>
      <p>{networkWords(network).join("; ")}</p>
      <Pipe pieces={pieces} direction={direction} now={moment.time} stalled={network.stalled} client={view.client} />
      <LetThrough view={view} direction={direction} pieces={pieces} />
    </section>
  );
}
